// SPDX-License-Identifier: MIT
#pragma once

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <functional>
#include <stop_token>

#include "geond/storage/connection.hpp"

namespace geond::storage {

/// Lets `stop` end what runs on `connection` with SQLITE_INTERRUPT. It has to outlive that.
inline void interrupt_at(Connection& connection, std::stop_token& stop) {
  constexpr int kInstructions = 10'000;  // Between two looks; well below a millisecond.
  const auto look = [](void* token) {
    return static_cast<std::stop_token*>(token)->stop_requested() ? 1 : 0;
  };
  sqlite3_progress_handler(connection.handle(), kInstructions, look, &stop);
}

/// The same for what is to end as soon as `goes_on` says no; not for one that is empty.
inline void interrupt_unless(Connection& connection, const std::function<bool()>& goes_on) {
  if (!goes_on) return;
  constexpr int kInstructions = 10'000;  // As above.
  const auto look = [](void* asked) {
    return (*static_cast<const std::function<bool()>*>(asked))() ? 0 : 1;
  };
  sqlite3_progress_handler(connection.handle(), kInstructions, look,
                           const_cast<std::function<bool()>*>(&goes_on));
}

/// From now on nothing interrupts what runs on `connection`.
inline void interrupt_no_more(Connection& connection) {
  sqlite3_progress_handler(connection.handle(), 0, nullptr, nullptr);
}

/// Whether that is why SQLite threw.
inline bool is_interruption(const SQLite::Exception& exception) {
  return (exception.getErrorCode() & 0xff) == SQLITE_INTERRUPT;
}

}  // namespace geond::storage
