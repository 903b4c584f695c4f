// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <stop_token>

#include "backoff.hpp"
#include "geond/core/result.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "stages.hpp"
#include "work_statistics.hpp"

namespace geond::pipeline {

/// Brings claims to their end in the database, done, failed or given back, then counts and tells
/// it. A full disk is waited out, with the outcome kept: nothing else could be done meanwhile, and
/// dropping it would leave the task in progress for good. A stop ends the waiting, and the claim is
/// given back. Thread-safe.
class OutcomeStore {
 public:
  /// All of it must outlive the store.
  OutcomeStore(const PipelineParts& parts, WorkStatistics& statistics, Sleeper& sleeper)
      : parts_(parts), statistics_(statistics), sleeper_(sleeper) {}

  /// Ends the claim with what its stages gave. An outcome whose claim was lost is dropped, and what
  /// is passing (core::is_passing) under a stop gives the claim back: it is no failure of the
  /// task's. May throw, as for want of memory: then give_up() has to follow.
  void conclude(const tasks::Claim& claim, const core::Result<StageResult>& result,
                const std::stop_token& stop);

  /// Gives the claim back to where it stood in the queue, with no crash counted. Tries once.
  void give_back(const tasks::Claim& claim);

  /// After a fault, `fault`: gives the claim back as soon as that can be done, and returns a
  /// moment later. Nothing happens to a claim whose outcome is stored. A stop ends the attempts.
  /// Throws nothing that is a std::exception.
  void give_up(const tasks::Claim& claim, const std::exception& fault, const std::stop_token& stop);

 private:
  /// Does `ending` again and again while it fails with what is passing.
  core::Result<tasks::Task> store(const std::function<core::Result<tasks::Task>()>& ending,
                                  const std::stop_token& stop);
  /// Stores and reports the failure.
  void fail(const tasks::Claim& claim, const core::Error& error, const std::stop_token& stop);
  /// True if that a claim did not end well is no fault: it is nobody's any more, or a stop did not
  /// wait for what was lacking; then the claim is given back.
  bool let_go(const tasks::Claim& claim, const core::Error& error);
  void report_success(const tasks::Task& task, const tasks::StageSeconds& seconds);
  void tell_unless_given_back(const tasks::Claim& claim, const core::Result<tasks::Task>& released);

  const PipelineParts& parts_;
  WorkStatistics& statistics_;
  Sleeper& sleeper_;
};

}  // namespace geond::pipeline
