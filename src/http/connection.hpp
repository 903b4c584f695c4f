// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <coroutine>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "addresses.hpp"

namespace geond::http {

using Deadline = std::optional<std::chrono::steady_clock::time_point>;

enum class IoStatus {
  ok,
  end,        ///< The peer has closed its side.
  timed_out,  ///< The deadline came first; the connection can still be written to.
  failed,     ///< Cancelled, closed or broken.
};

struct IoResult {
  IoStatus status = IoStatus::failed;
  std::size_t bytes = 0;

  bool is_ok() const { return status == IoStatus::ok; }
};

enum class IoKind { handshake, read, write, shutdown, drain, loss };

class Connection;

/// One operation on a connection; awaited once, on the connection's executor.
class [[nodiscard]] IoOperation {
 public:
  IoOperation(Connection& connection, IoKind kind, Deadline deadline, std::span<char> into = {},
              std::string_view first = {}, std::string_view second = {})
      : connection_(connection),
        kind_(kind),
        deadline_(deadline),
        into_(into),
        first_(first),
        second_(second) {}
  IoOperation(const IoOperation&) = delete;
  IoOperation& operator=(const IoOperation&) = delete;

  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> handle);
  IoResult await_resume() const { return result_; }

  IoKind kind() const { return kind_; }
  const Deadline& deadline() const { return deadline_; }
  std::span<char> into() const { return into_; }       ///< Of read and drain.
  std::string_view first() const { return first_; }    ///< Of write: all of this, then
  std::string_view second() const { return second_; }  ///< all of this.

  /// Resumes who waits. The operation may be gone afterwards.
  void finish(IoResult result) {
    result_ = result;
    waiting_.resume();
  }

 private:
  Connection& connection_;
  IoKind kind_;
  Deadline deadline_;
  std::span<char> into_;
  std::string_view first_;
  std::string_view second_;
  std::coroutine_handle<> waiting_;
  IoResult result_;
};

/// A wait that can be ended early. On the connection's executor only.
class Alarm {
 public:
  virtual ~Alarm() = default;

  class [[nodiscard]] Wait {
   public:
    Wait(Alarm& alarm, std::chrono::steady_clock::time_point until)
        : alarm_(alarm), until_(until) {}
    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> handle) { alarm_.start(until_, handle); }
    void await_resume() const noexcept {}

   private:
    Alarm& alarm_;
    std::chrono::steady_clock::time_point until_;
  };

  Wait wait(std::chrono::steady_clock::time_point until) { return {*this, until}; }

  /// Ends the wait that is under way, if there is one. The waiter is resumed later, not in here.
  virtual void ring() = 0;

 private:
  virtual void start(std::chrono::steady_clock::time_point until,
                     std::coroutine_handle<> handle) = 0;
};

/// A stream to a client, with or without TLS, and the executor its session runs on. Everything but
/// post() is for that executor only. One read and one write may run at the same time; of all
/// operations at most one may have a deadline.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  virtual ~Connection() = default;

  /// TLS handshake; without TLS it succeeds at once.
  IoOperation handshake(Deadline deadline);
  /// Reads at least one byte.
  IoOperation read(std::span<char> into, Deadline deadline);
  /// Writes both texts to their ends.
  IoOperation write(std::string_view first, std::string_view second, Deadline deadline);
  /// Says that nothing more will be sent.
  IoOperation shutdown(Deadline deadline);
  /// Reads what the peer still sends below TLS, to throw it away.
  IoOperation drain(std::span<char> scratch, Deadline deadline);
  /// Waits, instead of a read, until the connection is lost in both directions (a reset, an error),
  /// and fails then. Linux tells that; a peer that closes after it has sent all looks like one that
  /// only sends no more, until something is written to it. ok: nothing more will be told.
  IoOperation loss();

  /// From now on the peer may be silent for `patience` at most: every operation with a deadline but
  /// write(), the one under way included, times out by then.
  virtual void hurry(std::chrono::steady_clock::duration patience) = 0;
  /// Ends the operations under way; they fail.
  virtual void cancel() = 0;
  virtual void close() = 0;
  /// Bytes that can be read without waiting.
  virtual std::size_t available() = 0;

  virtual bool is_tls() const = 0;
  virtual const IpAddress& peer() const = 0;

  /// Runs the function on the executor, never in here. Thread-safe.
  virtual void post(std::function<void()> function) = 0;
  virtual std::unique_ptr<Alarm> make_alarm() = 0;

 private:
  friend class IoOperation;
  virtual void start(IoOperation& operation) = 0;
};

}  // namespace geond::http
