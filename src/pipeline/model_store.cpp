// SPDX-License-Identifier: MIT
#include "model_store.hpp"

#include <algorithm>

namespace geond::pipeline {
namespace {

/// Weight of the newest run in an average.
constexpr double kWeight = 0.1;

catalog::ModelRegistration registration(const inference::Model& model) {
  return {model.kind(), model.name(), model.manifest().version, model.sha256(),
          model.manifest().is_default};
}

/// A server needs one pair of models that can work together.
core::Result<void> check_pair(const std::vector<std::shared_ptr<const inference::Model>>& models) {
  for (const auto& detector : models) {
    if (detector->kind() != core::ModelKind::detection) continue;
    for (const auto& classifier : models) {
      if (classifier->kind() == core::ModelKind::classification &&
          inference::check_compatible(*detector, *classifier)) {
        return core::ok();
      }
    }
  }
  return core::Error(core::ErrorKind::invalid_argument, "no_models",
                     "There is no detection model with a classification model made for its "
                     "vocabulary: geond models check DIR says what is wrong with a folder of "
                     "models.");
}

}  // namespace

core::Result<std::unique_ptr<ModelStore>> ModelStore::create(
    catalog::Catalog& catalog, std::vector<std::shared_ptr<const inference::Model>> models) {
  if (auto checked = check_pair(models); !checked) return checked.error();
  std::ranges::stable_sort(models, [](const auto& a, const auto& b) {
    return a->manifest().is_default > b->manifest().is_default;
  });
  std::vector<catalog::ModelRegistration> registrations;
  std::map<std::string, std::shared_ptr<const inference::Model>> by_name;
  for (const auto& model : models) {
    registrations.push_back(registration(*model));
    by_name.emplace(model->name(), model);
  }
  if (auto registered = catalog.register_models(registrations); !registered) {
    return registered.error();
  }
  return std::unique_ptr<ModelStore>(new ModelStore(std::move(by_name)));
}

core::Result<std::shared_ptr<const inference::Model>> ModelStore::find(
    std::string_view name) const {
  if (const auto found = models_.find(std::string(name)); found != models_.end()) {
    return found->second;
  }
  return catalog::model_not_found(name);
}

core::Result<std::shared_ptr<const inference::Model>> ModelStore::find(
    const tasks::ModelReference& reference) const {
  const auto found = models_.find(reference.name);
  if (found != models_.end() && found->second->sha256() == reference.sha256) return found->second;
  return tasks::model_unavailable(reference);
}

AvailableModel ModelStore::describe(const catalog::Model& record) const {
  AvailableModel described{record, nullptr, std::nullopt};
  if (const auto found = models_.find(record.name); found != models_.end()) {
    described.model = found->second;
  }
  const std::lock_guard lock(mutex_);
  if (const auto found = average_seconds_.find(record.name); found != average_seconds_.end()) {
    described.average_seconds = found->second;
  }
  return described;
}

void ModelStore::record_run(const std::string& name, double seconds) {
  if (observer_) observer_(name, seconds);
  const std::lock_guard lock(mutex_);
  const auto [entry, is_first] = average_seconds_.try_emplace(name, seconds);
  if (!is_first) entry->second += kWeight * (seconds - entry->second);
}

}  // namespace geond::pipeline
