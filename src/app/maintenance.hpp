// SPDX-License-Identifier: MIT
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string_view>
#include <thread>

#include "geond/core/clock.hpp"
#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "stores.hpp"

namespace geond::app {

/// What the maintenance does beside what it does to the stores.
struct Upkeep {
  std::function<void()> recount;                            ///< Pipeline::recount()
  std::function<core::Result<void>()> fail_missing_inputs;  ///< Pipeline::fail_missing_inputs()
  std::function<core::Result<void>()> remove_expired_keys;  ///< Of tasks::TaskRepository.
  std::function<void()> warn_of_certificate;                ///< Of http::Server; every day.
};

/// The thread that looks after a running server: checks the database once after the start, keeps
/// the reserve and the count of waiting tasks right, removes hourly what nothing refers to any
/// more, and looks at the TLS certificate every day. What cannot be done, or throws, is logged and
/// tried again in its time. Ends with the object.
class Maintenance {
 public:
  Maintenance(Stores& stores, Upkeep upkeep, core::Logger logger);

  /// Has the pictures removed that nothing refers to, however new: somebody's tasks have gone. Any
  /// thread; returns at once.
  void sweep_soon();

  /// Begins nothing more. Returns at once.
  void request_stop() { thread_.request_stop(); }

 private:
  void run(const std::stop_token& stop);
  /// No fault ends the thread, or keeps the other steps from their turn.
  void attempt(const std::function<void()>& step) noexcept;
  void every_minute();
  void every_hour(const std::stop_token& stop);
  void rest(const std::stop_token& stop);
  void sweep(core::Timestamp older_than, const std::stop_token& stop);
  void tell_failure(std::string_view what, const core::Result<void>& done) const;

  Stores& stores_;
  const Upkeep upkeep_;
  const core::Logger logger_;
  std::mutex mutex_;
  std::condition_variable_any wanted_;
  bool is_sweep_wanted_ = false;  // guarded by mutex_
  std::jthread thread_;
};

}  // namespace geond::app
