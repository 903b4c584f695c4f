// SPDX-License-Identifier: MIT
#include "geond/pipeline/pipeline.hpp"

#include <optional>
#include <utility>

#include "pipeline_state.hpp"

namespace geond::pipeline {

core::Result<std::unique_ptr<Pipeline>> Pipeline::create(
    PipelineConfig config, PipelineParts parts,
    std::vector<std::shared_ptr<const inference::Model>> models) {
  auto store = ModelStore::create(parts.catalog, std::move(models));
  if (!store) return store.error();
  return std::unique_ptr<Pipeline>(new Pipeline(
      std::make_unique<State>(std::move(config), std::move(parts), std::move(*store))));
}

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::~Pipeline() {
  stop();
}

void Pipeline::observe(PipelineObserver observer) {
  state_->models->observe(std::move(observer.model_ran));
  state_->statistics.observe(std::move(observer.task_ended));
}

core::Result<void> Pipeline::start() {
  auto recovery = state_->parts.tasks.recover(state_->config.boot, state_->loaded_models(),
                                              state_->config.ended_by_fault);
  if (!recovery) return recovery.error();
  for (const tasks::Task& task : recovery->requeued) {
    state_->publish(TaskEventKind::queued, task);
  }
  for (const tasks::Task& task : recovery->quarantined) {
    state_->publish(TaskEventKind::failed, task);
    state_->statistics.tell_ended({"quarantined", {}, {}});
  }
  state_->queue.recount([&] { return recovery->queued; });
  // One hint a worker is enough: workers go on claiming until nothing is left.
  for (int worker = 0; worker < state_->config.workers && recovery->queued > 0; ++worker) {
    state_->queue.push_hint();
  }
  state_->crew->start();
  return core::ok();
}

void Pipeline::stop_claiming() {
  state_->crew->stop_claiming();
}

bool Pipeline::stop_by(std::chrono::steady_clock::time_point deadline) {
  state_->is_stopping = true;
  return state_->crew->stop_by(deadline);
}

void Pipeline::stop() {
  state_->is_stopping = true;
  state_->crew->stop();
}

Predictor& Pipeline::predictor() {
  return state_->predictor;
}

QueueStatistics Pipeline::stats() const {
  return {state_->queue.waiting(),      state_->queue.capacity(),
          state_->queue.share(),        state_->config.workers,
          state_->crew->busy_workers(), state_->statistics.mean_task_seconds(),
          state_->statistics.done(),    state_->statistics.failed()};
}

void Pipeline::recount() {
  bool is_any_queued = false;
  const bool has_shrunk = state_->queue.recount([&]() -> std::optional<std::int64_t> {
    const auto counts = state_->parts.tasks.unfinished_counts();
    if (!counts) return std::nullopt;
    is_any_queued = counts->queued > 0;
    return counts->queued;
  });
  if (is_any_queued) state_->queue.push_hint();
  if (has_shrunk) state_->moves.add_wanted();
}

core::Result<void> Pipeline::fail_missing_inputs() {
  const auto missing = state_->parts.tasks.fail_missing_inputs();
  if (!missing) return missing.error();
  for (const tasks::Task& task : *missing) {
    state_->queue.remove_queued(1);
    state_->publish(TaskEventKind::failed, task);
    state_->statistics.tell_ended({"input_missing", {}, {}});
  }
  return core::ok();
}

}  // namespace geond::pipeline
