// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace geond::core {

/// What a model tells: where geons are in a picture, or which scene geons make. The numbers are
/// those of the database.
enum class ModelKind { detection = 1, classification = 2 };

/// `detection` or `classification`: what manifests, the API and the metrics call it.
constexpr std::string_view to_string(ModelKind kind) {
  return kind == ModelKind::detection ? "detection" : "classification";
}

}  // namespace geond::core
