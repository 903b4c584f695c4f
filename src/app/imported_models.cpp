// SPDX-License-Identifier: MIT
#include "imported_models.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>

namespace geond::app {
namespace {

/// Why the model cannot be served beside the shipped ones. Errors: conflict `model_name_taken`,
/// `model_kind_changed`.
core::Result<void> check_name(const inference::Model& model, const Models& shipped,
                              std::span<const catalog::Model> known) {
  const bool is_taken = std::ranges::any_of(
      shipped, [&](const auto& other) { return other->name() == model.name(); });
  if (is_taken) {
    return core::Error(
        core::ErrorKind::conflict, "model_name_taken",
        fmt::format("A shipped model is called {}: give this one another name.", model.name()));
  }
  return catalog::check_kind(known, model.name(), model.kind());
}

}  // namespace

std::vector<api::LeftOutModel> add_imported_models(Models& models,
                                                   const std::filesystem::path& directory,
                                                   std::span<const catalog::Model> known,
                                                   const core::Logger& logger) {
  std::vector<api::LeftOutModel> left_out;
  const auto leave_out = [&](const std::filesystem::path& folder, const core::Error& error) {
    logger.error("a model was left out",
                 {{"folder", folder.string()}, {"code", error.code()}, {"detail", error.detail()}});
    left_out.push_back({folder.filename().string(), error.code(), error.detail()});
  };
  // Without the folder nothing was imported. What cannot be looked at, or leads nowhere, is said.
  std::error_code unknown;
  const auto status = std::filesystem::symlink_status(directory, unknown);
  if (status.type() == std::filesystem::file_type::not_found) return left_out;
  const auto loaded = inference::load_models(directory);
  if (!loaded) {
    leave_out(directory, loaded.error());
    return left_out;
  }
  for (const auto& [folder, error] : loaded->failures) leave_out(folder, error);
  const Models shipped = models;
  for (const auto& model : loaded->models) {
    if (const auto checked = check_name(*model, shipped, known)) {
      models.push_back(model);
    } else {
      leave_out(model->folder(), checked.error());
    }
  }
  return left_out;
}

}  // namespace geond::app
