// SPDX-License-Identifier: MIT
#include "crew.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <string_view>
#include <utility>

#include "fault_log.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/out_of_memory.hpp"
#include "geond/imaging/file_bytes.hpp"

namespace geond::pipeline {
namespace {

/// Workers stand back for the threads that answer requests: a status is read in milliseconds even
/// while every core computes.
constexpr int kWorkerNiceness = 5;
/// While a suspect runs alone, nobody tells the others the very moment it ends: they look again.
constexpr std::chrono::milliseconds kLookAgain{200};
/// A full disk refuses claims, too: whoever slept then would sleep beside queued tasks.
constexpr std::chrono::milliseconds kAfterFailure{1000};
constexpr double kMeanWeight = 0.1;
void lower_own_priority() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kWorkerNiceness);
}

/// What a failed task's owner reads: our own faults stay in the log.
tasks::TaskError for_owner(const core::Error& error) {
  if (error.code() == core::codes::kOutOfMemory) {
    return {error.code(),
            "There was not enough memory to work on this picture, time after time. Try again "
            "later, or send it smaller."};
  }
  if (error.kind() != core::ErrorKind::internal) return {error.code(), error.detail()};
  return {error.code(), "Something went wrong inside geond; the log says what. Try again."};
}

double total(const tasks::StageSeconds& seconds) {
  return seconds.decode + seconds.detect + seconds.classify;
}

}  // namespace

Crew::Crew(const PipelineConfig& config, const PipelineParts& parts, TaskQueue& queue,
           ModelStore& models)
    : config_(config),
      parts_(parts),
      queue_(queue),
      models_(models),
      moves_(parts.notifier, parts.clock, parts.logger) {}

Crew::~Crew() {
  stop();
}

void Crew::start() {
  running_.reserve(static_cast<std::size_t>(config_.workers));  // None of them has two.
  for (int worker = 0; worker < config_.workers; ++worker) {
    workers_.emplace_back([this](const std::stop_token& stop) {
      work(stop);
      const std::lock_guard lock(mutex_);
      ++ended_;
      worker_ended_.notify_all();
    });
  }
}

void Crew::stop_claiming() {
  is_stopping_ = true;
  for (std::jthread& worker : workers_) worker.request_stop();
  queue_.wake(static_cast<std::ptrdiff_t>(workers_.size()));
}

void Crew::stop() {
  stop_claiming();
  workers_.clear();
  // What was handed over but not begun goes back to its place in the queue.
  while (auto claim = take_handed_over()) give_back(*claim);
}

bool Crew::stop_by(std::chrono::steady_clock::time_point deadline) {
  stop_claiming();
  std::vector<tasks::Claim> late;
  bool have_ended = false;
  {
    std::unique_lock lock(mutex_);
    have_ended =
        worker_ended_.wait_until(lock, deadline, [this] { return ended_ == workers_.size(); });
    for (const tasks::Claim* claim : running_) late.push_back(*claim);
  }
  if (have_ended) {
    stop();
    return true;
  }
  for (const tasks::Claim& claim : late) give_back(claim);
  while (auto claim = take_handed_over()) give_back(*claim);
  return false;
}

void Crew::give_back(const tasks::Claim& claim) {
  tell_unless_given_back(claim, parts_.tasks.release(claim));
}

void Crew::tell_unless_given_back(const tasks::Claim& claim,
                                  const core::Result<tasks::Task>& released) {
  // Finished just now, or cancelled: it is nobody's any more.
  if (released || released.error().code() == core::codes::kClaimLost) return;
  parts_.logger.warning("a claim was not given back",
                        {{"task", claim.id().value}, {"code", released.error().code()}});
}

std::optional<Crew::Promise> Crew::promise_worker() {
  if (is_stopping_) return std::nullopt;
  int idle = idle_.load();
  while (idle > 0) {
    if (idle_.compare_exchange_weak(idle, idle - 1)) return Promise(*this);
  }
  return std::nullopt;
}

void Crew::hand_over(Promise promise, tasks::Claim claim) {
  {
    const std::lock_guard lock(mutex_);
    handed_over_.push_back(std::move(claim));
  }
  promise.crew_ = nullptr;  // Kept: the worker that takes the claim settles it.
  queue_.push_hint();
}

void Crew::work(const std::stop_token& stop) {
  lower_own_priority();
  NetworkCache networks;
  while (!stop.stop_requested()) {
    ++idle_;
    queue_.wait_hint();
    if (stop.stop_requested()) return;
    ++busy_;
    work_until_empty(networks, stop);
    --busy_;
  }
}

/// Goes on claiming while there is something, so that a backlog for which there was no room in the
/// queue of hints is worked on too. No fault ends the thread.
void Crew::work_until_empty(NetworkCache& networks, const std::stop_token& stop) {
  // idle_ counts the sleepers less the promises. Taking a promised task settles this worker's own
  // waking, or, if that is settled already, gives back what the promise took from another.
  bool is_settled = false;
  bool goes_on = true;
  while (goes_on && !stop.stop_requested()) {
    try {
      goes_on = look_for_work(is_settled, networks, stop);
    } catch (const std::exception& fault) {
      log_fault(parts_.logger, "a worker met a fault and goes on", fault.what());
      sleeper_.sleep(kAfterFailure, stop);
    }
  }
}

bool Crew::look_for_work(bool& is_settled, NetworkCache& networks, const std::stop_token& stop) {
  if (auto claim = take_handed_over()) {
    if (std::exchange(is_settled, true)) ++idle_;
    run(*claim, networks, stop);
    return true;
  }
  if (!std::exchange(is_settled, true)) --idle_;
  const Look look = claim_and_run(networks, stop);
  if (look == Look::nothing_there) {
    moves_.tell_rest();
    return false;
  }
  if (look == Look::found_task) {
    queue_.try_hint();
  } else {
    sleeper_.sleep(look == Look::must_wait ? kLookAgain : kAfterFailure, stop);
  }
  return true;
}

std::optional<tasks::Claim> Crew::take_handed_over() {
  const std::lock_guard lock(mutex_);
  if (handed_over_.empty()) return std::nullopt;
  tasks::Claim claim = std::move(handed_over_.front());
  handed_over_.pop_front();
  return claim;
}

Crew::Look Crew::claim_and_run(NetworkCache& networks, const std::stop_token& stop) {
  auto answer = parts_.tasks.claim_next(config_.boot);
  if (!answer) {
    parts_.logger.error("no task could be claimed",
                        {{"code", answer.error().code()}, {"detail", answer.error().detail()}});
    return Look::failed;
  }
  if (answer->state == tasks::ClaimAnswer::State::empty) return Look::nothing_there;
  if (answer->state == tasks::ClaimAnswer::State::waiting) return Look::must_wait;
  if (is_stopping_) {
    give_back(*answer->claim);
    return Look::nothing_there;
  }
  queue_.remove_queued(1);
  moves_.add();
  run(*answer->claim, networks, stop);
  moves_.tell();
  return Look::found_task;
}

void Crew::run(const tasks::Claim& claim, NetworkCache& networks, const std::stop_token& stop) {
  {
    const std::lock_guard lock(mutex_);
    running_.push_back(&claim);
  }
  try {
    parts_.notifier.publish(TaskEventKind::started, claim.task.owner, claim.id());
    conclude(claim, work_on(claim, networks, stop), stop);
  } catch (const std::exception& fault) {
    give_up(claim, fault.what(), stop);
  }
  const std::lock_guard lock(mutex_);
  std::erase(running_, &claim);
}

void Crew::give_up(const tasks::Claim& claim, std::string_view why, const std::stop_token& stop) {
  log_fault(parts_.logger, "a task was not begun, or its end not stored or not told", why,
            claim.id());
  // Nothing happens if its outcome is stored.
  const auto release = [&] { return parts_.tasks.release(claim); };
  for (bool is_released = false; !is_released;) {
    try {
      tell_unless_given_back(claim, store(release, stop));
      is_released = true;
      // What was lacking a moment ago will not be there at once.
      sleeper_.sleep(Backoff::kFirst, stop);
    } catch (const std::exception& fault) {
      log_fault(parts_.logger, "a claim is not given back yet", fault.what(), claim.id());
      if (stop.stop_requested()) return;
      sleeper_.sleep(kAfterFailure, stop);
    }
  }
}

core::Result<StageResult> Crew::work_on(const tasks::Claim& claim, NetworkCache& networks,
                                        const std::stop_token& stop) {
  Backoff backoff;
  std::optional<std::chrono::steady_clock::time_point> last_try;
  while (true) {
    auto result = attempt_stages(claim, networks);
    if (result || !core::is_passing(result.error()) || stop.stop_requested()) return result;
    const auto wait = backoff.next();
    // Descriptors are lacking for everybody; memory may be for this very picture, now and always.
    if (result.error().code() == core::codes::kOutOfMemory) {
      const auto now = parts_.clock.steady_now();
      if (!last_try) last_try = now + config_.memory_patience;
      if (now + wait > *last_try) return result;
    }
    parts_.logger.warning("a task waits for what the process lacks",
                          {{"task", claim.id().value}, {"code", result.error().code()}});
    sleeper_.sleep(wait, stop);
    if (stop.stop_requested()) return result;
  }
}

core::Result<StageResult> Crew::attempt_stages(const tasks::Claim& claim, NetworkCache& networks) {
  try {
    return run_stages(claim, networks);
  } catch (const std::bad_alloc&) {
    return core::out_of_memory();
  } catch (const std::exception& fault) {
    return core::Error(core::ErrorKind::internal, "worker_fault", fault.what());
  }
}

void Crew::conclude(const tasks::Claim& claim, const core::Result<StageResult>& result,
                    const std::stop_token& stop) {
  if (!result) {
    // Not waited for any longer because of the stop: it is no failure of the task's.
    if (stop.stop_requested() && let_go(claim, result.error())) return;
    return fail(claim, result.error(), stop);
  }
  const auto finish = [&] { return parts_.tasks.finish(claim, result->outcome, result->seconds); };
  const auto finished = store(finish, stop);
  if (finished) {
    report_success(*finished, result->seconds);
  } else if (!let_go(claim, finished.error())) {
    fail(claim, finished.error(), stop);
  }
}

bool Crew::let_go(const tasks::Claim& claim, const core::Error& error) {
  if (error.code() == core::codes::kClaimLost) {
    parts_.logger.debug("an outcome is dropped: its task was cancelled, deleted or queued again",
                        {{"task", claim.id().value}});
    return true;
  }
  if (!core::is_passing(error)) return false;
  give_back(claim);  // The stop caught it waiting.
  return true;
}

core::Result<tasks::Task> Crew::store(const std::function<core::Result<tasks::Task>()>& ending,
                                      const std::stop_token& stop) {
  Backoff backoff;
  while (true) {
    auto stored = ending();
    if (stored || !core::is_passing(stored.error()) || stop.stop_requested()) return stored;
    parts_.logger.warning("an outcome waits to be stored", {{"code", stored.error().code()}});
    sleeper_.sleep(backoff.next(), stop);
  }
}

core::Result<StageResult> Crew::run_stages(const tasks::Claim& claim, NetworkCache& networks) {
  const tasks::Task& task = claim.task;
  const StageListener listener = [this, &task](std::string_view stage) {
    parts_.notifier.publish(TaskEventKind::stage, task.owner, task.id, stage);
  };
  const auto detector_model = models_.find(task.detector);
  if (!detector_model) return detector_model.error();
  const auto classifier_model = models_.find(task.classifier);
  if (!classifier_model) return classifier_model.error();
  // Each may have come in another version since they were chosen.
  if (auto fit = inference::check_compatible(**detector_model, **classifier_model); !fit) {
    return fit.error();
  }
  const auto detector = networks.detector(*detector_model);
  if (!detector) return detector.error();
  const auto classifier = networks.classifier(*classifier_model);
  if (!classifier) return classifier.error();
  const auto input = open_input(parts_.blobs, task);
  if (!input) return input.error();
  const auto file = imaging::FileBytes::read(input->file.get());
  if (!file) return file.error();
  auto result = decode_and_detect(file->bytes(), **detector, config_.limits, listener);
  if (!result) return result.error();
  if (result->is_picture_damaged) {
    parts_.logger.warning("parts of a picture are damaged and may look wrong",
                          {{"task", task.id.value}, {"user", task.owner.value}});
  }
  if (auto done = classify(*result, task.threshold, **classifier, listener); !done) {
    return done.error();
  }
  models_.record_run(task.detector.name, result->seconds.detect);
  models_.record_run(task.classifier.name, result->seconds.classify);
  return result;
}

void Crew::report_success(const tasks::Task& task, const tasks::StageSeconds& seconds) {
  ++done_;
  mean_task_seconds_ = mean_task_seconds_ + kMeanWeight * (total(seconds) - mean_task_seconds_);
  parts_.notifier.publish(TaskEventKind::done, task.owner, task.id);
  parts_.logger.info("task done", {{"task", task.id.value},
                                   {"user", task.owner.value},
                                   {"seconds", total(seconds)},
                                   {"request_id", task.request_id}});
  tell_ended({"done", seconds, task.timings.queued});
}

void Crew::fail(const tasks::Claim& claim, const core::Error& error, const std::stop_token& stop) {
  const auto ending = [&] { return parts_.tasks.fail(claim, for_owner(error), std::nullopt); };
  const auto failed = store(ending, stop);
  if (!failed && let_go(claim, failed.error())) return;
  parts_.logger.warning("task failed", {{"task", claim.id().value},
                                        {"user", claim.task.owner.value},
                                        {"code", error.code()},
                                        {"detail", error.detail()},
                                        {"request_id", claim.task.request_id}});
  if (!failed) {
    parts_.logger.error("a failure was not stored", {{"task", claim.id().value},
                                                     {"code", failed.error().code()},
                                                     {"request_id", claim.task.request_id}});
    return;
  }
  ++failed_;
  parts_.notifier.publish(TaskEventKind::failed, failed->owner, failed->id);
  tell_ended({error.code(), {}, failed->timings.queued});
}

}  // namespace geond::pipeline
