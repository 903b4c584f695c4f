// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "backoff.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "model_store.hpp"
#include "network_cache.hpp"
#include "queue_moves.hpp"
#include "stages.hpp"
#include "task_queue.hpp"

namespace geond::pipeline {

/// The worker threads: each claims tasks, takes them through the stages with networks of its own,
/// and commits the outcome.
class Crew {
 public:
  Crew(const PipelineConfig& config, const PipelineParts& parts, TaskQueue& queue,
       ModelStore& models);

  /// Finishes the tasks that run, then ends.
  ~Crew();

  void observe(std::function<void(const WorkRecord&)> observer) { observer_ = std::move(observer); }

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

  double mean_task_seconds() const { return mean_task_seconds_; }
  int busy_workers() const { return busy_; }
  std::uint64_t done() const { return done_; }
  std::uint64_t failed() const { return failed_; }

  /// Tells the observer of a task that ended, here or elsewhere.
  void tell_ended(const WorkRecord& record) const {
    if (observer_) observer_(record);
  }

 private:
  /// Why a worker goes on looking for work, or sleeps.
  enum class Look { found_task, nothing_there, must_wait, failed };

  void work(const std::stop_token& stop);
  void work_until_empty(NetworkCache& networks, const std::stop_token& stop);
  /// Works on one task, if there is one. `is_settled`: whether idle_ knows that this worker is
  /// awake. False if there is nothing to do.
  bool look_for_work(bool& is_settled, NetworkCache& networks, const std::stop_token& stop);
  std::optional<tasks::Claim> take_handed_over();
  void give_back(const tasks::Claim& claim);
  void tell_unless_given_back(const tasks::Claim& claim, const core::Result<tasks::Task>& released);
  Look claim_and_run(NetworkCache& networks, const std::stop_token& stop);
  /// Takes the claim to its end; throws nothing, since with it the claim would be lost.
  void run(const tasks::Claim& claim, NetworkCache& networks, const std::stop_token& stop);
  /// After a fault: gives the claim back, as soon as that can be done.
  void give_up(const tasks::Claim& claim, std::string_view why, const std::stop_token& stop);
  /// The stages, again and again while the process lacks what they need: descriptors for as long as
  /// it takes, memory for PipelineConfig::memory_patience. The stop ends the waiting. Errors: those
  /// of attempt_stages().
  core::Result<StageResult> work_on(const tasks::Claim& claim, NetworkCache& networks,
                                    const std::stop_token& stop);
  /// As run_stages(), without exceptions. Errors also: unavailable `out_of_memory`, internal
  /// `worker_fault`.
  core::Result<StageResult> attempt_stages(const tasks::Claim& claim, NetworkCache& networks);
  void conclude(const tasks::Claim& claim, const core::Result<StageResult>& result,
                const std::stop_token& stop);
  core::Result<StageResult> run_stages(const tasks::Claim& claim, NetworkCache& networks);
  /// Stores how a claim ended. A full disk is waited out, with the outcome kept: nothing else could
  /// be done meanwhile, and dropping it would leave the task in progress for good. A stop ends the
  /// waiting.
  core::Result<tasks::Task> store(const std::function<core::Result<tasks::Task>()>& ending,
                                  const std::stop_token& stop);
  void report_success(const tasks::Task& task, const tasks::StageSeconds& seconds);
  /// Stores and reports the failure.
  void fail(const tasks::Claim& claim, const core::Error& error, const std::stop_token& stop);
  /// True if that a claim did not end well is no fault: it is nobody's any more, or a stop did not
  /// wait for what was lacking; then the claim is given back.
  bool let_go(const tasks::Claim& claim, const core::Error& error);
  const PipelineConfig& config_;
  const PipelineParts& parts_;
  TaskQueue& queue_;
  ModelStore& models_;
  QueueMoves moves_;
  Sleeper sleeper_;
  std::function<void(const WorkRecord&)> observer_;

  std::atomic<int> idle_{0};  ///< Workers that sleep and are not promised.
  std::atomic<int> busy_{0};
  std::atomic<double> mean_task_seconds_{0.2};  ///< A guess until the first task.
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> failed_{0};
  std::atomic<bool> is_stopping_{false};
  std::mutex mutex_;
  std::condition_variable worker_ended_;
  std::deque<tasks::Claim> handed_over_;      // guarded by mutex_
  std::vector<const tasks::Claim*> running_;  // guarded by mutex_
  std::size_t ended_ = 0;                     // workers; guarded by mutex_
  std::vector<std::jthread> workers_;
};

}  // namespace geond::pipeline
