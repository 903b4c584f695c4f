// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "backoff.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "model_store.hpp"
#include "network_cache.hpp"
#include "outcome_store.hpp"
#include "queue_moves.hpp"
#include "stage_runner.hpp"
#include "task_queue.hpp"
#include "work_statistics.hpp"

namespace geond::pipeline {

/// The worker threads: each claims tasks, has a StageRunner take them through the stages with
/// networks of its own, and an OutcomeStore commit the outcome. Thread-safe, but for start(),
/// stop() and stop_by(), which are for one thread.
class Crew {
 public:
  Crew(const PipelineConfig& config, const PipelineParts& parts, TaskQueue& queue,
       ModelStore& models, WorkStatistics& statistics);

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

  /// A sleeping worker that is kept for a task about to be made, until hand_over() or the end of
  /// this. Must not outlive the crew.
  class Promise {
   public:
    explicit Promise(Crew& crew) : crew_(&crew) {}
    ~Promise() {
      if (crew_ != nullptr) ++crew_->idle_;
    }
    Promise(Promise&& other) noexcept : crew_(std::exchange(other.crew_, nullptr)) {}
    Promise& operator=(Promise&&) = delete;

   private:
    friend class Crew;
    Crew* crew_;
  };

  /// Promises an idle worker, so that making and claiming a task can be one transaction; nothing if
  /// all are busy.
  std::optional<Promise> promise_worker();
  /// Gives the promised worker its task.
  void hand_over(Promise promise, tasks::Claim claim);

  int busy_workers() const { return busy_; }

 private:
  /// Why a worker goes on looking for work, or sleeps.
  enum class Look { found_task, nothing_there, must_wait, failed };

  void work(const std::stop_token& stop);
  void work_until_empty(NetworkCache& networks, const std::stop_token& stop);
  /// Works on one task, if there is one. `is_settled`: whether idle_ knows that this worker is
  /// awake. False if there is nothing to do.
  bool look_for_work(bool& is_settled, NetworkCache& networks, const std::stop_token& stop);
  std::optional<tasks::Claim> take_handed_over();
  Look claim_and_run(NetworkCache& networks, const std::stop_token& stop);
  /// Takes the claim to its end; throws nothing, since with it the claim would be lost.
  void run(const tasks::Claim& claim, NetworkCache& networks, const std::stop_token& stop);

  const PipelineConfig& config_;
  const PipelineParts& parts_;
  TaskQueue& queue_;
  Sleeper sleeper_;
  QueueMoves moves_;
  StageRunner stages_;
  OutcomeStore outcomes_;

  std::atomic<int> idle_{0};  ///< Workers that sleep and are not promised.
  std::atomic<int> busy_{0};
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;
  std::condition_variable worker_ended_;
  std::deque<tasks::Claim> handed_over_;      // guarded by mutex_
  std::vector<const tasks::Claim*> running_;  // guarded by mutex_
  std::size_t ended_ = 0;                     // workers; guarded by mutex_
  std::vector<std::jthread> workers_;
};

}  // namespace geond::pipeline
