# SPDX-License-Identifier: MIT
# geond_embed(<target> <function> BASE dir FILES a b/c ...)
#
# Puts files into the program. Declares nothing: the caller's source declares
#   std::span<const geond::core::EmbeddedFile> <function>();   (in namespace geond::embedded)
# Paths are relative to BASE. Each file stands there as it is and gzipped (empty where gzip
# would not make it smaller).
function(geond_embed target function)
  cmake_parse_arguments(EMBED "" "BASE" "FILES" ${ARGN})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/embedded_${function})
  file(MAKE_DIRECTORY ${out})
  set(assembly "    .section .note.GNU-stack,\"\",%progbits\n    .section .rodata\n")
  set(declarations "")
  set(rows "")
  set(inputs "")
  set(index 0)
  foreach(path IN LISTS EMBED_FILES)
    set(source ${EMBED_BASE}/${path})
    set(packed ${out}/${index}.gz)
    add_custom_command(OUTPUT ${packed}
      COMMAND sh -c "gzip -9 -n -c \"$1\" > \"$2\"" gzip ${source} ${packed}
      DEPENDS ${source} VERBATIM)
    list(APPEND inputs ${source} ${packed})
    foreach(form plain packed)
      set(symbol geond_embedded_${function}_${index}_${form})
      set(file ${source})
      if("${form}" STREQUAL "packed")
        set(file ${packed})
      endif()
      string(APPEND assembly
        "    .global ${symbol}\n    .global ${symbol}_end\n${symbol}:\n    .incbin \"${file}\"\n${symbol}_end:\n    .byte 0\n")
      string(APPEND declarations "extern \"C\" const char ${symbol}[];\nextern \"C\" const char ${symbol}_end[];\n")
    endforeach()
    set(plain geond_embedded_${function}_${index}_plain)
    set(pack geond_embedded_${function}_${index}_packed)
    string(APPEND rows
      "      make(\"${path}\", ${plain}, ${plain}_end, ${pack}, ${pack}_end),\n")
    math(EXPR index "${index} + 1")
  endforeach()

  file(CONFIGURE OUTPUT ${out}/files.S CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT ${out}/files.cpp @ONLY CONTENT "// Made by GeondEmbed.cmake.
#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include \"geond/core/embedded.hpp\"

${declarations}
namespace geond::embedded {
namespace {
core::EmbeddedFile make(const char* path, const char* begin, const char* end, const char* packed,
                        const char* packed_end) {
  const std::string_view content(begin, static_cast<std::size_t>(end - begin));
  const std::string_view gzip(packed, static_cast<std::size_t>(packed_end - packed));
  return {path, content, gzip.size() < content.size() ? gzip : std::string_view{}};
}
}  // namespace
std::span<const core::EmbeddedFile> ${function}();
std::span<const core::EmbeddedFile> ${function}() {
  static const std::array<core::EmbeddedFile, ${index}> files{{
${rows}  }};
  return files;
}
}  // namespace geond::embedded
")
  # .incbin is invisible to the dependency scanner.
  set_source_files_properties(${out}/files.S PROPERTIES OBJECT_DEPENDS "${inputs}")
  target_sources(${target} PRIVATE ${out}/files.S ${out}/files.cpp)
endfunction()
