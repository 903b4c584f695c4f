# SPDX-License-Identifier: MIT
# Targets `deb` (CPack) and `tarball` (packaging/make-tarball).
if(NOT TARGET geond)
  return()
endif()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME geond)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR "geond contributors")
set(GEOND_CONTACT "geond contributors <geond@example.org>" CACHE STRING
    "Who answers for the package: name <address>")
set(CPACK_PACKAGE_CONTACT ${GEOND_CONTACT})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "server that finds simple solids and the scene in pictures")
set(CPACK_PACKAGE_DESCRIPTION
"geond looks at a picture, finds the geons in it (cone, cube, cylinder, sphere,
torus) as rotated boxes, and says from those alone what scene the picture
shows. It is an HTTP server with a web page, a task queue and a database in
one program.")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_DIRECTORY ${CMAKE_BINARY_DIR}/packages)

# DESTDIR keeps the prefix that stands inside files (/usr) apart from the place of the copy.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_RELEASE "" CACHE STRING "Debian revision of the package, e.g. 2")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_DEPENDS
    "systemd-standalone-sysusers | systemd-sysusers, systemd-standalone-tmpfiles | systemd-tmpfiles")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ca-certificates")
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
    ${CMAKE_SOURCE_DIR}/packaging/deb/postinst
    ${CMAKE_SOURCE_DIR}/packaging/deb/prerm
    ${CMAKE_SOURCE_DIR}/packaging/deb/postrm
    ${CMAKE_SOURCE_DIR}/packaging/deb/conffiles)
include(CPack)

# CMake makes folders as the umask has it, and nobody could read those of a careful person's package.
add_custom_target(deb
  COMMAND sh -c "umask 022 && exec \"$0\" -G DEB --config \"$1\""
          ${CMAKE_CPACK_COMMAND} ${CMAKE_BINARY_DIR}/CPackConfig.cmake
  DEPENDS geond WORKING_DIRECTORY ${CMAKE_BINARY_DIR} USES_TERMINAL VERBATIM
  COMMENT "Making the Debian package in ${CMAKE_BINARY_DIR}/packages")

# The same program with a search path beside itself. DT_RPATH, not DT_RUNPATH: only the former also
# holds for what the libraries themselves need.
add_executable(geond_portable EXCLUDE_FROM_ALL src/main.cpp)
target_link_libraries(geond_portable PRIVATE geond::cli)
target_link_options(geond_portable PRIVATE -Wl,--disable-new-dtags)
set_target_properties(geond_portable PROPERTIES
  OUTPUT_NAME geond
  RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/portable
  BUILD_RPATH "$ORIGIN/../lib/geond"
  BUILD_RPATH_USE_ORIGIN ON)
add_custom_target(tarball
  COMMAND ${CMAKE_SOURCE_DIR}/packaging/make-tarball ${CMAKE_BINARY_DIR} ${PROJECT_VERSION}
  DEPENDS geond geond_portable WORKING_DIRECTORY ${CMAKE_BINARY_DIR} USES_TERMINAL
  COMMENT "Making the tarball in ${CMAKE_BINARY_DIR}/packages")
