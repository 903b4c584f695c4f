# SPDX-License-Identifier: MIT
# The libraries geond is built from, all of them Debian packages (packaging/debian-12-build.txt and
# debian-13-build.txt name them). Imported targets only; nothing is downloaded.

find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)

# CMake 3.30 and newer leave finding Boost to Boost's own configuration.
if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)
endif()
find_package(Boost 1.81 QUIET COMPONENTS url)
if(NOT Boost_FOUND)
  message(FATAL_ERROR
    "geond needs Boost 1.81 or newer with Boost.URL.\n"
    "Debian 12: apt-get install libboost1.81-dev libboost-url1.81-dev (they replace the 1.74 -dev "
    "packages, which cannot be installed beside them)\n"
    "Debian 13: apt-get install libboost-dev libboost-url-dev")
endif()

pkg_check_modules(Sodium REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(Spng REQUIRED IMPORTED_TARGET spng)
pkg_check_modules(Exif REQUIRED IMPORTED_TARGET libexif)
pkg_check_modules(Jpeg REQUIRED IMPORTED_TARGET libjpeg)
pkg_check_modules(Sqlite REQUIRED IMPORTED_TARGET sqlite3)
find_package(OpenCVParts REQUIRED)
find_package(SQLiteCppParts REQUIRED)
find_package(PrometheusCore REQUIRED)

if(GEOND_BUILD_TESTS)
  find_package(doctest REQUIRED)
  find_package(ZLIB REQUIRED)
endif()
