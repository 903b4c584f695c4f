// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "backoff.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "idle_workers.hpp"
#include "model_store.hpp"
#include "network_cache.hpp"
#include "outcome_store.hpp"
#include "queue_moves.hpp"
#include "stage_runner.hpp"
#include "task_queue.hpp"
#include "work_statistics.hpp"

namespace geond::pipeline {

/// The worker threads: each claims tasks, has a StageRunner take them through the stages with
/// networks of its own, and an OutcomeStore commit the outcome. promise_worker(), hand_over() and
/// busy_workers() may be called on any thread, all else on one at a time.
class Crew {
 public:
  Crew(const PipelineConfig& config, const PipelineParts& parts, TaskQueue& queue,
       QueueMoves& moves, ModelStore& models, WorkStatistics& statistics);

  /// Finishes the tasks that run, then ends.
  ~Crew();

  void start();

  /// From now on no task is begun; those that run go on. Returns at once.
  void stop_claiming();

  /// Returns when the running tasks are finished and the threads have ended.
  void stop();

  /// As stop(), but false if tasks still run at `deadline`: they are back in the queue then and
  /// their outcome will be dropped. The threads go on, so the process has to end without
  /// destroying this.
  bool stop_by(std::chrono::steady_clock::time_point deadline);

  /// Promises an idle worker, so that making and claiming a task can be one transaction; nothing if
  /// all are busy, or after stop_claiming(). Must not outlive the crew.
  std::optional<IdleWorkers::Promise> promise_worker();
  /// Gives the promised worker its task.
  void hand_over(IdleWorkers::Promise promise, tasks::Claim claim);

  int busy_workers() const { return busy_; }

 private:
  /// Why a worker goes on looking for work, or sleeps.
  enum class Look { found_task, nothing_there, must_wait, failed };

  void work(const std::stop_token& stop);
  void work_until_empty(NetworkCache& networks, const std::stop_token& stop);
  /// Works on one task, if there is one. False if there is nothing to do.
  bool look_for_work(IdleWorkers::Shift& shift, NetworkCache& networks,
                     const std::stop_token& stop);
  Look claim_and_run(NetworkCache& networks, const std::stop_token& stop);
  /// Takes the claim to its end; throws nothing, since with it the claim would be lost.
  void run(const tasks::Claim& claim, NetworkCache& networks, const std::stop_token& stop);

  const PipelineConfig& config_;
  const PipelineParts& parts_;
  TaskQueue& queue_;
  QueueMoves& moves_;
  Sleeper sleeper_;
  StageRunner stages_;
  OutcomeStore outcomes_;

  IdleWorkers idle_workers_;
  std::atomic<int> busy_{0};
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;
  std::condition_variable worker_ended_;
  std::vector<const tasks::Claim*> running_;  // guarded by mutex_
  std::size_t ended_ = 0;                     // workers; guarded by mutex_
  std::vector<std::jthread> workers_;
};

}  // namespace geond::pipeline
