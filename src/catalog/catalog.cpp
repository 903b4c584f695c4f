// SPDX-License-Identifier: MIT
#include "geond/catalog/catalog.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "geond/core/error_codes.hpp"

namespace geond::catalog {
namespace {

using core::Error;
using core::ErrorKind;

/// What the parameter that chooses a model of this kind is called.
std::string_view parameter(core::ModelKind kind) {
  return kind == core::ModelKind::detection ? "detector" : "classifier";
}

}  // namespace

Error model_not_found(std::string_view name) {
  return Error(ErrorKind::not_found, "model_not_found",
               fmt::format("There is no model {}.", name.substr(0, 100)));
}

core::Result<void> check_kind(std::span<const Model> known, std::string_view name,
                              core::ModelKind kind) {
  const auto before = std::ranges::find(known, name, &Model::name);
  if (before == known.end() || before->kind == kind) return core::ok();
  return Error(ErrorKind::conflict, "model_kind_changed",
               fmt::format("{} was a model for {} before and is one for {} now: give it another "
                           "name.",
                           name, to_string(before->kind), to_string(kind)));
}

struct Catalog::State {
  explicit State(ModelRepository& r) : repository(r) {}

  ModelRepository& repository;
  /// Held over a change and what follows from it: two must not be remembered in another order than
  /// they were stored in.
  std::mutex change_mutex;
  mutable std::mutex mutex;
  std::vector<Model> enabled;  // guarded by mutex

  /// Remembers what `change` says there is now.
  template <class Change>
  core::Result<void> store(Change&& change) {
    const std::lock_guard one_at_a_time(change_mutex);
    const core::Result<std::vector<Model>> models = change();
    if (!models) return models.error();
    const std::lock_guard lock(mutex);
    enabled.clear();
    std::ranges::copy_if(*models, std::back_inserter(enabled), &Model::is_enabled);
    return core::ok();
  }
};

Catalog::Catalog(ModelRepository& repository) : state_(std::make_unique<State>(repository)) {}
Catalog::~Catalog() = default;

core::Result<void> Catalog::register_models(std::span<const ModelRegistration> models) {
  return state_->store([&] { return state_->repository.replace_enabled(models); });
}

std::vector<Model> Catalog::list() const {
  const std::lock_guard lock(state_->mutex);
  return state_->enabled;
}

std::vector<Model> Catalog::list(core::ModelKind kind) const {
  std::vector<Model> models = list();
  std::erase_if(models, [&](const Model& model) { return model.kind != kind; });
  return models;
}

core::Result<Model> Catalog::resolve(core::ModelKind kind, std::string_view name) const {
  const std::vector<Model> models = list(kind);
  const auto found = std::ranges::find_if(models, [&](const Model& model) {
    return name.empty() ? model.is_default : model.name == name;
  });
  if (found != models.end()) return *found;
  if (name.empty()) {
    return Error(ErrorKind::unavailable, core::codes::kNoModel,
                 fmt::format("This server has no model for {}.", to_string(kind)));
  }
  std::vector<std::string_view> names;
  names.reserve(models.size());
  for (const Model& model : models) names.push_back(model.name);
  return Error(ErrorKind::invalid_argument, "unknown_model",
               fmt::format("There is no {} '{}'; there is {}.", parameter(kind),
                           name.substr(0, 100), fmt::join(names, ", ")))
      .with_field(std::string(parameter(kind)), "must be the name of a model");
}

core::Result<Model> Catalog::find(std::string_view name) const {
  const std::vector<Model> models = list();
  const auto found = std::ranges::find(models, name, &Model::name);
  if (found == models.end()) return model_not_found(name);
  return *found;
}

std::optional<Model> Catalog::find(core::ModelKind kind, core::ModelId id) const {
  const std::vector<Model> models = list(kind);
  const auto found = std::ranges::find(models, id, &Model::id);
  if (found == models.end()) return std::nullopt;
  return *found;
}

core::Result<Model> Catalog::set_default(std::string_view name) {
  const auto done = state_->store([&] { return state_->repository.set_default(name); });
  if (!done) return done.error();
  return find(name);
}

}  // namespace geond::catalog
