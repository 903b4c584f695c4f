// SPDX-License-Identifier: MIT
#pragma once

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

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

/// Whether that is why SQLite threw.
inline bool is_interruption(const SQLite::Exception& exception) {
  return (exception.getErrorCode() & 0xff) == SQLITE_INTERRUPT;
}

}  // namespace geond::storage
