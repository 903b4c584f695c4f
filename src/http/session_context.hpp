// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "connection.hpp"
#include "geond/http/context.hpp"
#include "session_host.hpp"

namespace geond::http {

/// What an event has to know of the session it belongs to.
class PeerWatch {
 public:
  virtual ~PeerWatch() = default;
  /// Begins to look whether the client goes away; a second call does nothing.
  virtual void start_watch() = 0;
  virtual bool is_gone() const = 0;
  /// Whether the client sends no more.
  virtual bool has_ended() const = 0;
};

class SessionEvent final : public Event, public std::enable_shared_from_this<SessionEvent> {
 public:
  SessionEvent(Connection& connection, PeerWatch& watch, const std::atomic<bool>& stopping)
      : connection_(&connection),
        watch_(watch),
        stopping_(stopping),
        alarm_(connection.make_alarm()) {}

  void notify() noexcept override;
  Task<WaitOutcome> wait(std::chrono::milliseconds timeout) override;
  Task<WaitOutcome> wait_while_open(std::chrono::milliseconds timeout) override;

  /// Makes a waiter look again at client and server. On the executor.
  void ring();
  /// The request is over. On the executor, with no wait under way.
  void close();

 private:
  using IsGone = bool (PeerWatch::*)() const;

  void arrive();
  Task<WaitOutcome> wait_unless(IsGone is_gone, std::chrono::milliseconds timeout);

  std::mutex mutex_;
  Connection* connection_;              // Guarded by mutex_; null once the request is over.
  std::atomic<bool> signalled_{false};  // Announced since the last wait returned.
  std::atomic<bool> posted_{false};     // arrive() is on its way.

  // The rest belongs to the executor.
  PeerWatch& watch_;
  const std::atomic<bool>& stopping_;
  std::unique_ptr<Alarm> alarm_;  // Null once the request is over.
};

/// The context of one request.
class SessionContext final : public Context {
 public:
  SessionContext(SessionHost& host, Connection& connection, PeerWatch& watch)
      : host_(host), connection_(connection), watch_(watch) {}
  ~SessionContext() override;

  std::shared_ptr<Event> make_event() override;
  bool is_stopping() const override { return host_.stopping.load(); }
  const core::Logger& logger() const override { return host_.logger; }

  /// Makes every waiting event look at client and server.
  void ring_events();

 protected:
  bool start_blocking(BlockingJob& job) override;

 private:
  SessionHost& host_;
  Connection& connection_;
  PeerWatch& watch_;
  std::vector<std::weak_ptr<SessionEvent>> events_;
};

}  // namespace geond::http
