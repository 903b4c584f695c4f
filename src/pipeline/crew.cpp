// SPDX-License-Identifier: MIT
#include "crew.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

namespace geond::pipeline {
namespace {

/// Workers stand back for the threads that answer requests: a status is read in milliseconds even
/// while every core computes.
constexpr int kWorkerNiceness = 5;
/// While a suspect runs alone, nobody tells the others the very moment it ends: they look again.
constexpr std::chrono::milliseconds kLookAgain{200};
/// A full disk refuses claims, too: whoever slept then would sleep beside queued tasks.
constexpr std::chrono::milliseconds kAfterFailure{1000};

void lower_own_priority() {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kWorkerNiceness);
}

}  // namespace

Crew::Crew(const PipelineConfig& config, const PipelineParts& parts, TaskQueue& queue,
           QueueMoves& moves, ModelStore& models, WorkStatistics& statistics)
    : config_(config),
      parts_(parts),
      queue_(queue),
      moves_(moves),
      stages_(config, parts, models, sleeper_),
      outcomes_(parts, statistics, sleeper_) {}

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
  while (auto claim = idle_workers_.take_back()) outcomes_.give_back(*claim);
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
  for (const tasks::Claim& claim : late) outcomes_.give_back(claim);
  while (auto claim = idle_workers_.take_back()) outcomes_.give_back(*claim);
  return false;
}

std::optional<IdleWorkers::Promise> Crew::promise_worker() {
  if (is_stopping_) return std::nullopt;
  return idle_workers_.promise();
}

void Crew::hand_over(IdleWorkers::Promise promise, tasks::Claim claim) {
  idle_workers_.hand_over(std::move(promise), std::move(claim));
  queue_.push_hint();
}

void Crew::work(const std::stop_token& stop) {
  lower_own_priority();
  NetworkCache networks;
  while (!stop.stop_requested()) {
    idle_workers_.fall_asleep();
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
  IdleWorkers::Shift shift(idle_workers_);
  bool goes_on = true;
  while (goes_on && !stop.stop_requested()) {
    try {
      goes_on = look_for_work(shift, networks, stop);
    } catch (const std::exception& fault) {
      parts_.logger.fault("a worker met a fault and goes on", fault);
      sleeper_.sleep(kAfterFailure, stop);
    }
  }
}

bool Crew::look_for_work(IdleWorkers::Shift& shift, NetworkCache& networks,
                         const std::stop_token& stop) {
  if (const auto claim = shift.take()) {
    run(*claim, networks, stop);
    return true;
  }
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
    outcomes_.give_back(*answer->claim);
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
    outcomes_.conclude(claim, stages_.run(claim, networks, stop), stop);
  } catch (const std::exception& fault) {
    outcomes_.give_up(claim, fault, stop);
  }
  const std::lock_guard lock(mutex_);
  std::erase(running_, &claim);
}

}  // namespace geond::pipeline
