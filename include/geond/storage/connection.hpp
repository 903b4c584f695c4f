// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"

struct sqlite3;

namespace geond::storage {

/// A prepared statement, borrowed from its connection's cache; goes back, reset, when it is
/// destroyed. Every method may throw SQLite::Exception: inside Database::read() and write() that
/// becomes a core::Error.
class Statement {
 public:
  ~Statement();
  Statement(Statement&& other) noexcept = default;
  Statement& operator=(Statement&&) = delete;

  /// Binds all parameters in order: integers, bool, double, text, blobs (span of bytes),
  /// Timestamp (as microseconds), core::Id, std::nullopt or optional of those.
  template <class... Values>
  Statement& bind(const Values&... values) {
    int position = 0;
    (bind_one(++position, values), ...);
    return *this;
  }

  template <class Value>
  void bind_one(int position, const Value& value) {
    if constexpr (std::is_integral_v<Value>) {
      bind_integer(position, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_floating_point_v<Value>) {
      bind_real(position, static_cast<double>(value));
    } else if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
      bind_text(position, value);
    } else {
      bind_value(position, value);
    }
  }

  /// Moves to the next row; false if there is none.
  bool step();
  /// Runs it to its end; the number of rows it changed.
  int run();

  // The current row's columns, counted from 0.
  bool is_null(int column) const;
  std::int64_t integer(int column) const;
  double real(int column) const;
  std::string text(int column) const;
  /// Valid until the next step().
  std::span<const std::byte> blob(int column) const;
  bool boolean(int column) const { return integer(column) != 0; }
  core::Timestamp time(int column) const;
  std::optional<core::Timestamp> optional_time(int column) const;
  std::optional<std::string> optional_text(int column) const;
  std::optional<double> optional_real(int column) const;
  template <class IdType>
  IdType id(int column) const {
    return IdType{integer(column)};
  }

 private:
  friend class Connection;
  struct Slot;
  explicit Statement(std::shared_ptr<Slot> slot) : slot_(std::move(slot)) {}

  void bind_value(int position, std::nullopt_t);
  void bind_value(int position, std::span<const std::byte> blob);
  void bind_value(int position, core::Timestamp time);
  template <class Tag>
  void bind_value(int position, core::Id<Tag> id) {
    bind_integer(position, id.value);
  }
  template <class Value>
  void bind_value(int position, const std::optional<Value>& value) {
    if (value) {
      bind_one(position, *value);
    } else {
      bind_value(position, std::nullopt);
    }
  }
  template <std::size_t size>
  void bind_value(int position, const std::array<std::byte, size>& blob) {
    bind_value(position, std::span<const std::byte>(blob));
  }
  void bind_integer(int position, std::int64_t value);
  void bind_real(int position, double value);
  void bind_text(int position, std::string_view value);

  std::shared_ptr<Slot> slot_;
};

/// One open database with its prepared statements. Used by one thread at a time.
class Connection {
 public:
  enum class Mode {
    read_only,   ///< Never writes, never checkpoints.
    read_write,  ///< Makes the file if it is not there.
    immutable,   ///< Of a file on a read-only file system, without a log: makes nothing beside it.
  };

  /// Throws SQLite::Exception.
  Connection(const std::string& path, Mode mode);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// The statement for `sql`, prepared once and kept.
  Statement prepare(std::string_view sql);

  /// Runs statements that take no parameters and whose rows do not matter.
  void execute(const std::string& sql);

  /// Id of the row that the last INSERT made.
  std::int64_t last_insert_id() const;

  /// False if SQLite rolled the open transaction back by itself.
  bool in_transaction() const;

  /// SQLite's own handle, for what is not wrapped here.
  sqlite3* handle() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace geond::storage
