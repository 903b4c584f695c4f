// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <vector>

#include "geond/api/services.hpp"
#include "geond/catalog/catalog.hpp"
#include "geond/core/log.hpp"
#include "geond/inference/model.hpp"

namespace geond::app {

using Models = std::vector<std::shared_ptr<const inference::Model>>;

/// Adds to the shipped models those imported into `directory` (a folder each; that it is not there
/// is fine). One that does not load, is called as a shipped one, or bears a name that `known`, the
/// catalog's rows, has for a model of the other kind, is logged and left out: the server starts
/// without it. Returns what was left out.
std::vector<api::LeftOutModel> add_imported_models(Models& models,
                                                   const std::filesystem::path& directory,
                                                   std::span<const catalog::Model> known,
                                                   const core::Logger& logger);

}  // namespace geond::app
