# SPDX-License-Identifier: MIT
# Finds prometheus-cpp's core library alone: its own CMake config also wants civetweb and CURL,
# for a listener that geond does not use.
find_path(PrometheusCore_INCLUDE_DIR prometheus/registry.h)
find_library(PrometheusCore_LIBRARY prometheus-cpp-core)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(PrometheusCore
  REQUIRED_VARS PrometheusCore_LIBRARY PrometheusCore_INCLUDE_DIR)

if(PrometheusCore_FOUND AND NOT TARGET prometheus::core)
  add_library(prometheus::core UNKNOWN IMPORTED)
  set_target_properties(prometheus::core PROPERTIES
    IMPORTED_LOCATION ${PrometheusCore_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${PrometheusCore_INCLUDE_DIR})
endif()
