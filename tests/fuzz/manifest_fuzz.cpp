// SPDX-License-Identifier: MIT
// Manifests: never a crash, and what is accepted keeps the promises that loading relies on.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "geond/inference/manifest.hpp"

using namespace geond::inference;

namespace {

void require(bool promise) {
  if (!promise) std::abort();
}

void check(const DetectionSpec& spec) {
  require(!spec.strides.empty() && spec.strides.size() == spec.output_names.size());
  for (const int stride : spec.strides) {
    require(stride > 0 && spec.input.width % stride == 0 && spec.input.height % stride == 0);
  }
  for (const double std : spec.std) require(std > 0);
  require(spec.candidates_threshold > 0 && spec.candidates_threshold <= spec.default_threshold);
}

void check(const ClassificationSpec& spec) {
  require(spec.slots > 0 && !spec.primitive_classes.empty() && !spec.output_name.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto manifest = parse_manifest(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!manifest) {
    require(manifest.error().code() == "manifest_invalid");
    return 0;
  }
  require(!manifest->files.empty() && !manifest->classes.empty());
  for (const ModelFile& file : manifest->files) {
    require(file.path.find('/') == std::string::npos && file.path.front() != '.');
  }
  std::visit([](const auto& spec) { check(spec); }, manifest->spec);
  return 0;
}
