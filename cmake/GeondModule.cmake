# SPDX-License-Identifier: MIT
# geond_module(<folder> SOURCES a.cpp ... [USES core geometry ...] [PRIVATE_USES ...]
#              [LIBRARIES external ...] [PRIVATE_LIBRARIES external ...])
#
# One static library a folder, geond::<folder>. A module exports its own headers only
# (include/geond/<folder>, through a per-module include root), so that including the header of
# a folder that the module does not link does not compile. USES are the folders whose headers
# appear in this module's headers, PRIVATE_USES those that only its sources need.
function(geond_module folder)
  cmake_parse_arguments(MODULE "" "" "SOURCES;USES;PRIVATE_USES;LIBRARIES;PRIVATE_LIBRARIES" ${ARGN})
  set(target geond_${folder})
  add_library(${target} STATIC ${MODULE_SOURCES})
  add_library(geond::${folder} ALIAS ${target})

  set(include_root ${CMAKE_BINARY_DIR}/include/${folder})
  file(MAKE_DIRECTORY ${include_root}/geond ${CMAKE_SOURCE_DIR}/include/geond/${folder})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/include/geond/${folder} ${include_root}/geond/${folder}
       SYMBOLIC)
  target_include_directories(${target} PUBLIC ${include_root} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})

  list(TRANSFORM MODULE_USES PREPEND geond::)
  list(TRANSFORM MODULE_PRIVATE_USES PREPEND geond::)
  target_link_libraries(${target}
    PUBLIC geond_options ${MODULE_USES} ${MODULE_LIBRARIES}
    PRIVATE ${MODULE_PRIVATE_USES} ${MODULE_PRIVATE_LIBRARIES})
endfunction()

# geond_unit_test(<folder> SOURCES a_test.cpp ... [LIBRARIES ...])
#
# One doctest program a folder, unit_<folder>, registered with CTest. It may include the
# folder's private headers (those beside its sources) and tests/support.
function(geond_unit_test folder)
  cmake_parse_arguments(TEST "" "" "SOURCES;LIBRARIES" ${ARGN})
  set(target unit_${folder})
  add_executable(${target} ${TEST_SOURCES})
  target_include_directories(${target} PRIVATE ${CMAKE_SOURCE_DIR}/src/${folder}
                                               ${CMAKE_SOURCE_DIR}/tests)
  # GCC 12 sees overlaps and overruns where strings are joined that are not there (GCC bug 105651).
  target_compile_options(${target} PRIVATE "$<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow>")
  target_compile_definitions(${target} PRIVATE GEOND_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  if(TARGET geond_${folder})
    target_link_libraries(${target} PRIVATE geond::${folder})
  endif()
  target_link_libraries(${target} PRIVATE geond_options geond_doctest_main ${TEST_LIBRARIES})
  add_test(NAME ${target} COMMAND ${target})
  set_tests_properties(${target} PROPERTIES TIMEOUT 600 LABELS unit)
endfunction()
