# SPDX-License-Identifier: MIT
# Finds SQLiteCpp without its CMake config, whose imported target names SQLite differently from
# release to release.
find_path(SQLiteCppParts_INCLUDE_DIR SQLiteCpp/SQLiteCpp.h)
find_library(SQLiteCppParts_LIBRARY SQLiteCpp)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(SQLiteCppParts
  REQUIRED_VARS SQLiteCppParts_LIBRARY SQLiteCppParts_INCLUDE_DIR)

if(SQLiteCppParts_FOUND AND NOT TARGET sqlitecpp::sqlitecpp)
  add_library(sqlitecpp::sqlitecpp UNKNOWN IMPORTED)
  set_target_properties(sqlitecpp::sqlitecpp PROPERTIES
    IMPORTED_LOCATION ${SQLiteCppParts_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${SQLiteCppParts_INCLUDE_DIR}
    INTERFACE_LINK_LIBRARIES PkgConfig::Sqlite)
endif()
