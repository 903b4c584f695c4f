// SPDX-License-Identifier: MIT
#include "shipped_models.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <utility>

#include "geond/core/error_codes.hpp"
#include "geond/inference/model.hpp"

namespace geond::app {
namespace {

/// Somebody has to change the models, except where there may be memory enough another time.
core::Error unusable(const core::Error& error, const std::string& detail) {
  const auto kind = core::is_passing(error) ? error.kind() : core::ErrorKind::invalid_argument;
  return core::Error(kind, error.code(), detail);
}

}  // namespace

core::Result<Models> load_shipped_models(const ServeConfig& config) {
  const auto directory = find_models_directory(config.models);
  if (!directory) return unusable(directory.error(), directory.error().detail());
  auto loaded = inference::load_models(*directory);
  if (!loaded) return unusable(loaded.error(), loaded.error().detail());
  if (!loaded->failures.empty()) {
    const auto& [folder, error] = loaded->failures.front();
    return unusable(error, fmt::format("{}: {}", folder.string(), error.detail()));
  }
  return std::move(loaded->models);
}

}  // namespace geond::app
