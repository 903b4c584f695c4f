// SPDX-License-Identifier: MIT
#include <utility>

#include "geond/imaging/file_bytes.hpp"
#include "geond/imaging/overlay.hpp"
#include "pipeline_state.hpp"
#include "stages.hpp"

namespace geond::pipeline {

const tasks::TaskRepository& Pipeline::tasks() const {
  return state_->parts.tasks;
}

double Pipeline::eta_seconds(std::int64_t position) const {
  return state_->statistics.mean_task_seconds() *
         (1.0 + static_cast<double>(position) / state_->config.workers);
}

core::Result<storage::OpenBlob> Pipeline::open_input(const tasks::Task& task) const {
  return pipeline::open_input(state_->parts.blobs, task);
}

core::Result<imaging::EncodedImage> Pipeline::overlay(const tasks::Task& task, double threshold,
                                                      imaging::ImageFormat format,
                                                      int longest_side) const {
  const auto known = state_->parts.tasks.result(task.owner, task.id);
  if (!known) return known.error();
  if (!*known) return tasks::not_done(task);
  std::vector<geometry::Primitive> shown;
  for (const geometry::Primitive& candidate : (*known)->candidates) {
    if (candidate.probability >= threshold) shown.push_back(candidate);
  }
  const auto input = open_input(task);
  if (!input) return input.error();
  const auto file = imaging::FileBytes::read(input->file.get());
  if (!file) return file.error();
  return imaging::render_overlay(file->bytes(), shown, format, longest_side, state_->config.limits);
}

core::Result<imaging::EncodedImage> Pipeline::thumbnail(const tasks::Task& task) const {
  const auto input = open_input(task);
  if (!input) return input.error();
  const auto file = imaging::FileBytes::read(input->file.get());
  if (!file) return file.error();
  return imaging::render_thumbnail(file->bytes(), state_->config.limits);
}

core::Result<tasks::Outcome> Pipeline::outcome(const tasks::Task& task,
                                               std::optional<double> threshold) const {
  auto known = state_->parts.tasks.result(task.owner, task.id);
  if (!known) return known.error();
  if (!*known) return tasks::not_done(task);
  tasks::Outcome outcome = std::move(**known);
  if (!threshold || *threshold == outcome.threshold) return outcome;
  if (auto checked = check_threshold(*threshold); !checked) return checked.error();
  const auto scores =
      state_->predictor.classify(task.classifier, outcome.candidates, outcome.image, *threshold);
  if (!scores) return scores.error();
  set_scene(outcome, *scores);
  outcome.threshold = *threshold;
  return outcome;
}

}  // namespace geond::pipeline
