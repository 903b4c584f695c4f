# SPDX-License-Identifier: MIT
# Compiler settings that every geond target shares.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_C_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE_PROGRAM})
endif()

# How the build's folder names the sources' where paths are relative, as ccache makes them.
file(RELATIVE_PATH GEOND_SOURCES_FROM_BUILD ${CMAKE_BINARY_DIR} ${CMAKE_SOURCE_DIR})
string(REGEX REPLACE "/$" "" GEOND_SOURCES_FROM_BUILD "${GEOND_SOURCES_FROM_BUILD}")

add_library(geond_options INTERFACE)
target_compile_options(geond_options INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wconversion -Wshadow
  $<$<BOOL:${GEOND_WARNINGS_AS_ERRORS}>:-Werror>
  # The same sources give the same bytes, wherever they lie and whether ccache is there or not.
  -ffile-prefix-map=${CMAKE_SOURCE_DIR}=.
  $<$<CONFIG:Release>:-ffile-prefix-map=${GEOND_SOURCES_FROM_BUILD}=.>
  -fstack-protector-strong>)
target_compile_definitions(geond_options INTERFACE
  $<$<CONFIG:Release>:_FORTIFY_SOURCE=2 NDEBUG> BOOST_ASIO_NO_DEPRECATED)
target_link_options(geond_options INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)

if(GEOND_SANITIZE)
  target_compile_options(geond_options INTERFACE
    -fsanitize=${GEOND_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(geond_options INTERFACE -fsanitize=${GEOND_SANITIZE})
  if(GEOND_SANITIZE MATCHES "address")
    # Optimising what these two put in takes longer than all else: without it the same checks are built
    # in half the time, and the tests, which mostly wait, take a third more of the processor.
    target_compile_options(geond_options INTERFACE -O0)
  endif()
  if(GEOND_SANITIZE MATCHES "thread")
    # Fences are invisible to ThreadSanitizer: without this, Asio's fenced blocks look like races.
    target_compile_definitions(geond_options INTERFACE BOOST_ASIO_DISABLE_FENCED_BLOCK)
  endif()
endif()
if(GEOND_BUILD_FUZZERS)
  target_compile_options(geond_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
