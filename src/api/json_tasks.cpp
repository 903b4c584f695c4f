// SPDX-License-Identifier: MIT
#include <nlohmann/json.hpp>

#include "geond/api/result_json.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/rounding.hpp"
#include "task_view.hpp"

namespace geond::api {
namespace {

using core::format_rfc3339;
using nlohmann::json;

json time_or_null(const std::optional<core::Timestamp>& time) {
  return time ? json(format_rfc3339(*time)) : json();
}

/// Six digits: a microsecond, or a millionth of a probability.
json micro_or_null(const std::optional<double>& number) {
  return number ? json(core::rounded(*number, 6)) : json();
}

json to_json(const tasks::TaskInput& input) {
  return {{"file_name", input.file_name.empty() ? json() : json(input.file_name)},
          {"content_type", input.content_type},
          {"size", input.size},
          {"sha256", input.sha256},
          {"width", input.width},
          {"height", input.height}};
}

json to_json(const tasks::Timings& timings) {
  return {{"queued", micro_or_null(timings.queued)},
          {"decode", micro_or_null(timings.decode)},
          {"detect", micro_or_null(timings.detect)},
          {"classify", micro_or_null(timings.classify)},
          {"total", micro_or_null(timings.total)}};
}

}  // namespace

json to_json(const tasks::ModelReference& model) {
  return {{"name", model.name}, {"version", model.version}, {"sha256", model.sha256}};
}

json to_json(const tasks::Outcome& outcome) {
  const SceneView scene{outcome.scene, outcome.scene_probability.value_or(0), outcome.scenes};
  return result_json(outcome.image, scene, outcome.threshold, outcome.candidates);
}

json to_json(const TaskView& view) {
  const tasks::Task& task = view.task;
  json document = {
      {"id", task.id.value},
      {"status", tasks::to_string(task.status)},
      {"stage", nullptr},
      {"created_at", format_rfc3339(task.created_at)},
      {"started_at", time_or_null(task.started_at)},
      {"finished_at", time_or_null(task.finished_at)},
      {"queue_position", view.queue_position ? json(*view.queue_position) : json()},
      {"eta_seconds", micro_or_null(view.eta_seconds)},
      {"attempt", task.attempt},
      {"detector", to_json(task.detector)},
      {"classifier", to_json(task.classifier)},
      {"threshold", task.threshold},
      {"note", task.note},
      {"input", to_json(task.input)},
      {"timings", to_json(task.timings)},
      {"error", nullptr},
      {"scene", task.scene ? json(*task.scene) : json()},
      {"scene_probability", micro_or_null(task.scene_probability)},
  };
  if (task.error) {
    document["error"] = {{"code", task.error->code}, {"detail", task.error->detail}};
  }
  if (view.outcome) document["result"] = to_json(*view.outcome);
  return document;
}

}  // namespace geond::api
