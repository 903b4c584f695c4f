// SPDX-License-Identifier: MIT
#include "json_models.hpp"

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "geond/core/rounding.hpp"

namespace geond::api {
namespace {

using core::ModelKind;
using nlohmann::json;

json to_json(const inference::ClassLabel& label) {
  return {{"name", label.name}, {"display", {{"en", label.display_en}, {"ru", label.display_ru}}}};
}

json input_json(const inference::Manifest& manifest) {
  if (const auto* detection = std::get_if<inference::DetectionSpec>(&manifest.spec)) {
    return {{"width", detection->input.width}, {"height", detection->input.height}};
  }
  return {{"primitives", std::get<inference::ClassificationSpec>(manifest.spec).slots}};
}

json threshold_json(const inference::Manifest& manifest) {
  const auto* detection = std::get_if<inference::DetectionSpec>(&manifest.spec);
  return detection != nullptr ? json(detection->default_threshold) : json();
}

}  // namespace

json to_json(const pipeline::AvailableModel& model) {
  const inference::Manifest& manifest = model.model->manifest();
  json classes = json::array();
  for (const inference::ClassLabel& label : manifest.classes) classes.push_back(to_json(label));
  const auto& average = model.average_seconds;
  return {{"name", model.record.name},
          {"version", model.record.version},
          {"kind", core::to_string(manifest.kind())},
          {"default", model.record.is_default},
          {"licence", manifest.licence},
          {"source", manifest.source},
          {"description", manifest.description},
          {"sha256", model.record.sha256},
          {"input", input_json(manifest)},
          {"classes", std::move(classes)},
          {"threshold", threshold_json(manifest)},
          {"average_seconds", average ? json(core::rounded(*average, 6)) : json()}};
}

json classes_json(std::span<const pipeline::AvailableModel> models) {
  json document = {{"primitives", json::array()}, {"scenes", json::array()}};
  std::set<std::string> seen;
  for (const pipeline::AvailableModel& model : models) {
    const inference::Manifest& manifest = model.model->manifest();
    const char* list = manifest.kind() == ModelKind::detection ? "primitives" : "scenes";
    for (const inference::ClassLabel& label : manifest.classes) {
      if (seen.insert(list + label.name).second) document[list].push_back(to_json(label));
    }
  }
  return document;
}

}  // namespace geond::api
