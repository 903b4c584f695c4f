// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "crew.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "model_store.hpp"
#include "queue_moves.hpp"
#include "task_queue.hpp"
#include "threshold.hpp"
#include "work_statistics.hpp"

namespace geond::pipeline {

/// The models and the threshold that a submission means.
struct Choice {
  catalog::Model detector;
  catalog::Model classifier;
  double threshold = 0;
};

/// Places that somebody wanted, and what kept them from being more.
struct HeldRoom {
  QueuePlaces places;
  std::int64_t of_owner = 0;        ///< All that the owner holds now, these included.
  std::optional<core::Error> lack;  ///< Set if they are fewer than were wanted.
};

/// What a Pipeline is made of. Its methods stand with those of Pipeline that need them:
/// submission.cpp, task_changes.cpp.
struct Pipeline::State {
  PipelineConfig config;
  PipelineParts parts;
  TaskQueue queue;
  QueueMoves moves;
  std::unique_ptr<ModelStore> models;
  Predictor predictor;
  std::atomic<bool> is_stopping{false};
  WorkStatistics statistics;
  std::unique_ptr<Crew> crew;

  State(PipelineConfig c, PipelineParts p, std::unique_ptr<ModelStore> m)
      : config(std::move(c)),
        parts(std::move(p)),
        queue(config.queue_capacity),
        moves(parts.notifier, parts.clock, parts.logger),
        models(std::move(m)),
        predictor(parts.catalog, *models, config.limits),
        crew(std::make_unique<Crew>(config, parts, queue, moves, *models, statistics)) {
    // From the repository, since a worker that is awake may claim a task before who made it runs.
    parts.tasks.observe_queued(
        [this](const tasks::Task& task) { publish(TaskEventKind::queued, task); });
  }
  ~State() { parts.tasks.observe_queued({}); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Takes places, as many of `wanted` as the queue has. Errors: unavailable `stopping`.
  core::Result<HeldRoom> hold(core::UserId owner, std::size_t wanted);
  /// Whether the owner may keep what is held, whatever else of his is queued.
  bool is_within_share(const HeldRoom& held) const;
  /// Gives back what would be more than the owner's share. Errors: those of
  /// TaskRepository::queued_count.
  core::Result<void> keep_to_share(core::UserId owner, HeldRoom& held) const;
  /// As many of `wanted` places as queue and share allow. Errors: those of hold() and
  /// keep_to_share().
  core::Result<HeldRoom> reserve_what_fits(core::UserId owner, std::size_t wanted);

  void publish(TaskEventKind kind, const tasks::Task& task) const {
    parts.notifier.publish(kind, task.owner, task.id);
  }

  /// The models that can be used, as tasks refer to them.
  std::vector<tasks::ModelReference> loaded_models() const;
  /// The models that are meant, if they fit together. Errors: those of Pipeline::submit about
  /// models and threshold.
  core::Result<Choice> choose(const SubmitOptions& options) const;
  /// Looks into the picture and finishes its file. Errors: those of imaging::inspect and
  /// StagedBlob::finish.
  core::Result<tasks::NewTask> make_new_task(ArrivedPicture& picture, const Choice& choice,
                                             const SubmitOptions& options) const;
  /// The queue learns of tasks that are durable; listeners know already.
  void accept(const tasks::Created& created);
  /// Queue and listeners learn of a change that is committed.
  void follow(const tasks::TaskChange& change, tasks::BulkAction action);
  /// As follow(), but whoever waits is not told of a new place in the queue.
  void follow_one(const tasks::TaskChange& change, tasks::BulkAction action);
};

}  // namespace geond::pipeline
