# SPDX-License-Identifier: MIT
# Finds OpenCV's core, imgproc and dnn alone: Debian's own CMake config comes with libopencv-dev,
# which pulls 1.4 GB of packages that geond does not use.
find_path(OpenCVParts_INCLUDE_DIR opencv2/dnn.hpp PATH_SUFFIXES opencv4)
find_library(OpenCVParts_core_LIBRARY opencv_core)
find_library(OpenCVParts_imgproc_LIBRARY opencv_imgproc)
find_library(OpenCVParts_dnn_LIBRARY opencv_dnn)

if(OpenCVParts_INCLUDE_DIR)
  file(STRINGS ${OpenCVParts_INCLUDE_DIR}/opencv2/core/version.hpp version_lines
       REGEX "#define CV_VERSION_(MAJOR|MINOR|REVISION)")
  string(REGEX REPLACE "[^0-9]+([0-9]+)[^0-9]+([0-9]+)[^0-9]+([0-9]+).*" "\\1.\\2.\\3"
         OpenCVParts_VERSION "${version_lines}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(OpenCVParts
  REQUIRED_VARS OpenCVParts_dnn_LIBRARY OpenCVParts_imgproc_LIBRARY OpenCVParts_core_LIBRARY
                OpenCVParts_INCLUDE_DIR
  VERSION_VAR OpenCVParts_VERSION)

if(OpenCVParts_FOUND)
  foreach(part core imgproc dnn)
    if(NOT TARGET opencv::${part})
      add_library(opencv::${part} UNKNOWN IMPORTED)
      set_target_properties(opencv::${part} PROPERTIES
        IMPORTED_LOCATION ${OpenCVParts_${part}_LIBRARY}
        INTERFACE_INCLUDE_DIRECTORIES ${OpenCVParts_INCLUDE_DIR})
    endif()
  endforeach()
  set_property(TARGET opencv::imgproc PROPERTY INTERFACE_LINK_LIBRARIES opencv::core)
  set_property(TARGET opencv::dnn PROPERTY INTERFACE_LINK_LIBRARIES "opencv::imgproc;opencv::core")
endif()
