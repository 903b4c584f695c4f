// SPDX-License-Identifier: MIT
#include "connection.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <optional>
#include <utility>

#include "asio.hpp"

namespace geond::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

IoStatus status_of(const error_code& error) {
  if (!error) return IoStatus::ok;
  if (error == asio::error::eof || error == asio::ssl::error::stream_truncated) {
    return IoStatus::end;
  }
  return IoStatus::failed;
}

class TimerAlarm final : public Alarm {
 public:
  explicit TimerAlarm(const Strand& strand) : timer_(strand) {}

  void ring() override { timer_.cancel(); }

 private:
  void start(std::chrono::steady_clock::time_point until, std::coroutine_handle<> handle) override {
    timer_.expires_at(until);
    timer_.async_wait([handle](const error_code&) { handle.resume(); });
  }

  Timer timer_;
};

/// What both kinds of streams share; `Stream` is Socket or an ssl::stream of it.
template <class Stream>
class StreamConnection final : public Connection {
 public:
  template <class... Arguments>
  StreamConnection(const Strand& strand, const IpAddress& peer, Socket socket,
                   Arguments&... arguments)
      : strand_(strand), peer_(peer), timer_(strand), stream_(std::move(socket), arguments...) {}

  void hurry(std::chrono::steady_clock::duration patience) override {
    patience_ = patience;
    if (awaits_peer_until_) arm(sooner(*awaits_peer_until_));
  }

  void cancel() override {
    error_code ignored;
    tcp().cancel(ignored);
  }

  void close() override {
    error_code ignored;
    tcp().close(ignored);
    timer_.cancel();
  }

  std::size_t available() override {
    error_code error;
    const std::size_t bytes = tcp().available(error);
    return error ? 0 : bytes;
  }

  bool is_tls() const override { return kIsTls; }
  const IpAddress& peer() const override { return peer_; }
  void post(std::function<void()> function) override { asio::post(strand_, std::move(function)); }
  std::unique_ptr<Alarm> make_alarm() override { return std::make_unique<TimerAlarm>(strand_); }

 private:
  static constexpr bool kIsTls = !std::is_same_v<Stream, Socket>;

  Socket& tcp() {
    if constexpr (kIsTls) {
      return stream_.next_layer();
    } else {
      return stream_;
    }
  }

  void start(IoOperation& operation) override {
    if (operation.deadline()) {
      const bool awaits_peer = operation.kind() != IoKind::write;
      if (awaits_peer) awaits_peer_until_ = operation.deadline();
      arm(awaits_peer ? sooner(*operation.deadline()) : *operation.deadline());
    }
    switch (operation.kind()) {
      case IoKind::handshake:
        start_handshake(operation);
        break;
      case IoKind::read:
        stream_.async_read_some(asio::buffer(operation.into().data(), operation.into().size()),
                                finisher(operation));
        break;
      case IoKind::write: {
        const std::array<asio::const_buffer, 2> buffers{
            asio::const_buffer(operation.first().data(), operation.first().size()),
            asio::const_buffer(operation.second().data(), operation.second().size())};
        asio::async_write(stream_, buffers, finisher(operation));
        break;
      }
      case IoKind::shutdown:
        start_shutdown(operation);
        break;
      case IoKind::drain:
        tcp().async_read_some(asio::buffer(operation.into().data(), operation.into().size()),
                              finisher(operation));
        break;
      case IoKind::loss:
        tcp().async_wait(asio::socket_base::wait_error,
                         [this, finish = finisher(operation)](const error_code& error) {
                           finish(error || !is_lost() ? error : asio::error::connection_reset, 0);
                         });
        break;
    }
  }

  /// Urgent data ends the wait for an error, too.
  bool is_lost() {
    pollfd look{tcp().native_handle(), 0, 0};
    return ::poll(&look, 1, 0) > 0;
  }

  void start_handshake(IoOperation& operation) {
    if constexpr (kIsTls) {
      stream_.async_handshake(asio::ssl::stream_base::server, finisher(operation));
    } else {
      asio::post(strand_, [finish = finisher(operation)] { finish(error_code(), 0); });
    }
  }

  void start_shutdown(IoOperation& operation) {
    if constexpr (kIsTls) {
      stream_.async_shutdown([this, finish = finisher(operation)](const error_code& error) {
        error_code ignored;
        tcp().shutdown(asio::socket_base::shutdown_send, ignored);
        finish(error, 0);
      });
    } else {
      error_code error;
      tcp().shutdown(asio::socket_base::shutdown_send, error);
      asio::post(strand_, [finish = finisher(operation), error] { finish(error, 0); });
    }
  }

  /// The operation lies in the frame of the coroutine that waits for it; the handler keeps the
  /// connection alive.
  auto finisher(IoOperation& operation) {
    return [self = shared_from_this(), this, &operation](const error_code& error,
                                                         std::size_t bytes = 0) {
      IoResult result{status_of(error), bytes};
      if (operation.deadline()) {
        ++armed_;
        awaits_peer_until_.reset();
        timer_.cancel();
        if (std::exchange(timed_out_, false) && error) result.status = IoStatus::timed_out;
      }
      operation.finish(result);
    };
  }

  std::chrono::steady_clock::time_point sooner(
      std::chrono::steady_clock::time_point deadline) const {
    if (!patience_) return deadline;
    return std::min(deadline, std::chrono::steady_clock::now() + *patience_);
  }

  /// Cancels what runs when the deadline comes, unless the operation has ended by then.
  void arm(std::chrono::steady_clock::time_point deadline) {
    timer_.expires_at(deadline);
    timer_.async_wait([self = shared_from_this(), this, armed = armed_](const error_code& error) {
      if (error || armed != armed_) return;
      timed_out_ = true;
      cancel();
    });
  }

  Strand strand_;
  IpAddress peer_;
  Timer timer_;
  Stream stream_;
  unsigned armed_ = 0;      // Counts the operations with a deadline that have ended.
  bool timed_out_ = false;  // The deadline of the operation under way has come.
  std::optional<std::chrono::steady_clock::duration> patience_;  // hurry()
  Deadline awaits_peer_until_;  // Of the operation under way, if it is one that hurry() shortens.
};

}  // namespace

void IoOperation::await_suspend(std::coroutine_handle<> handle) {
  waiting_ = handle;
  connection_.start(*this);
}

IoOperation Connection::handshake(Deadline deadline) {
  return {*this, IoKind::handshake, deadline};
}

IoOperation Connection::read(std::span<char> into, Deadline deadline) {
  return {*this, IoKind::read, deadline, into, {}, {}};
}

IoOperation Connection::write(std::string_view first, std::string_view second, Deadline deadline) {
  return {*this, IoKind::write, deadline, {}, first, second};
}

IoOperation Connection::shutdown(Deadline deadline) {
  return {*this, IoKind::shutdown, deadline};
}

IoOperation Connection::drain(std::span<char> scratch, Deadline deadline) {
  return {*this, IoKind::drain, deadline, scratch, {}, {}};
}

IoOperation Connection::loss() {
  return {*this, IoKind::loss, {}};
}

std::shared_ptr<Connection> make_connection(Socket socket, const IpAddress& peer,
                                            asio::ssl::context* tls) {
  const Strand strand = socket.get_executor();
  if (tls == nullptr) {
    return std::make_shared<StreamConnection<Socket>>(strand, peer, std::move(socket));
  }
  return std::make_shared<StreamConnection<asio::ssl::stream<Socket>>>(strand, peer,
                                                                       std::move(socket), *tls);
}

}  // namespace geond::http
