// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "geond/storage/connection.hpp"
#include "geond/tasks/task.hpp"

namespace geond::tasks {

/// Tells when the tasks of one user will start, if nothing arrives: users take turns in the order
/// of their ids, beginning after the one who was served last; suspects are counted first.
class QueueOrder {
 public:
  /// `last_owner` had the latest turn.
  QueueOrder(storage::Connection& connection, core::UserId owner, std::int64_t last_owner);

  /// The user's tasks in their order; at most `limit`.
  std::vector<QueuePosition> first(storage::Connection& connection, int limit) const;

  /// Where one queued task of the user stands.
  QueuePosition of(storage::Connection& connection, const Task& task) const;

 private:
  /// Somebody else's queue.
  struct Other {
    std::int64_t length = 0;
    bool has_turn_before = false;
  };

  QueuePosition at_rank(core::TaskId task, std::int64_t rank) const;

  core::UserId owner_;
  std::vector<Other> others_;
  std::int64_t suspects_ = 0;  ///< Of everybody.
  std::int64_t own_suspects_ = 0;
};

}  // namespace geond::tasks
