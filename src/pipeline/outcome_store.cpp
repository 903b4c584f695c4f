// SPDX-License-Identifier: MIT
#include "outcome_store.hpp"

#include <chrono>
#include <exception>
#include <optional>

#include "geond/core/error_codes.hpp"

namespace geond::pipeline {
namespace {

/// Between attempts at giving a claim back for which not even an error could be told.
constexpr std::chrono::milliseconds kAfterFault{1000};

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

void OutcomeStore::conclude(const tasks::Claim& claim, const core::Result<StageResult>& result,
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

bool OutcomeStore::let_go(const tasks::Claim& claim, const core::Error& error) {
  if (error.code() == core::codes::kClaimLost) {
    parts_.logger.debug("an outcome is dropped: its task was cancelled, deleted or queued again",
                        {{"task", claim.id().value}});
    return true;
  }
  if (!core::is_passing(error)) return false;
  give_back(claim);  // The stop caught it waiting.
  return true;
}

core::Result<tasks::Task> OutcomeStore::store(
    const std::function<core::Result<tasks::Task>()>& ending, const std::stop_token& stop) {
  Backoff backoff;
  while (true) {
    auto stored = ending();
    if (stored || !core::is_passing(stored.error()) || stop.stop_requested()) return stored;
    parts_.logger.warning("an outcome waits to be stored", {{"code", stored.error().code()}});
    sleeper_.sleep(backoff.next(), stop);
  }
}

void OutcomeStore::report_success(const tasks::Task& task, const tasks::StageSeconds& seconds) {
  statistics_.count_done(total(seconds));
  parts_.notifier.publish(TaskEventKind::done, task.owner, task.id);
  parts_.logger.info("task done", {{"task", task.id.value},
                                   {"user", task.owner.value},
                                   {"seconds", total(seconds)},
                                   {"request_id", task.request_id}});
  statistics_.tell_ended({"done", seconds, task.timings.queued});
}

void OutcomeStore::fail(const tasks::Claim& claim, const core::Error& error,
                        const std::stop_token& stop) {
  const auto ending = [&] { return parts_.tasks.fail(claim, for_owner(error)); };
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
  statistics_.count_failed();
  parts_.notifier.publish(TaskEventKind::failed, failed->owner, failed->id);
  statistics_.tell_ended({error.code(), {}, failed->timings.queued});
}

void OutcomeStore::give_back(const tasks::Claim& claim) {
  tell_unless_given_back(claim, parts_.tasks.release(claim));
}

void OutcomeStore::tell_unless_given_back(const tasks::Claim& claim,
                                          const core::Result<tasks::Task>& released) {
  // Finished just now, or cancelled: it is nobody's any more.
  if (released || released.error().code() == core::codes::kClaimLost) return;
  parts_.logger.warning("a claim was not given back",
                        {{"task", claim.id().value}, {"code", released.error().code()}});
}

void OutcomeStore::give_up(const tasks::Claim& claim, const std::exception& fault,
                           const std::stop_token& stop) {
  parts_.logger.fault("a task was not begun, or its end not stored or not told", fault, claim.id());
  // Nothing happens if its outcome is stored.
  const auto release = [&] { return parts_.tasks.release(claim); };
  for (bool is_released = false; !is_released;) {
    try {
      tell_unless_given_back(claim, store(release, stop));
      is_released = true;
      // What was lacking a moment ago will not be there at once.
      sleeper_.sleep(Backoff::kFirst, stop);
    } catch (const std::exception& another) {
      parts_.logger.fault("a claim is not given back yet", another, claim.id());
      if (stop.stop_requested()) return;
      sleeper_.sleep(kAfterFault, stop);
    }
  }
}

}  // namespace geond::pipeline
