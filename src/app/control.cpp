// SPDX-License-Identifier: MIT
#include "geond/app/control.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "geond/core/file_descriptor.hpp"
#include "geond/storage/data_layout.hpp"

namespace geond::app {
namespace {

constexpr std::size_t kMaximumRequest = 64 * 1024;
/// Requests that may wait for a backup or the like.
constexpr std::size_t kMaximumWaiting = 16;
constexpr int kPollMilliseconds = 200;
/// A client that connects and says nothing must not keep the others out.
constexpr int kRequestMilliseconds = 5'000;
/// Nor one that does not read its answer; from each piece that it takes.
constexpr int kAnswerMilliseconds = 30'000;
/// How long a client waits to be let in.
constexpr int kConnectSeconds = 30;
/// How often a client that waits for its answer looks whether the server still runs.
constexpr int kLookMilliseconds = 1'000;
/// After a client that could not be let in, who waits on: without descriptors there is nothing to
/// do but to try again.
constexpr std::chrono::milliseconds kAcceptPause{100};

std::string system_message() {
  return std::system_category().message(errno);
}

core::Error socket_failed(const std::filesystem::path& socket, std::string_view what) {
  return core::Error(
      core::ErrorKind::internal, "control_socket_failed",
      fmt::format("The control socket {}: {}: {}.", socket.string(), what, system_message()));
}

core::Error unreachable(const std::filesystem::path& socket, std::string_view why) {
  return core::Error(
      core::ErrorKind::unavailable, "control_unreachable",
      fmt::format("The control socket {}: the server does not answer: {}.", socket.string(), why));
}

/// What holds the data directory all the same is a command, or no server yet or any more.
core::Error nobody_listens(const std::filesystem::path& socket) {
  return core::Error(
      core::ErrorKind::unavailable, "control_unreachable",
      fmt::format("The data directory {} is in use by a geond that takes no requests: a command "
                  "such as backup or verify, or a server that is starting or stopping. Try again "
                  "when it is done; a server that goes on has lost its {}: restart it.",
                  socket.parent_path().string(), socket.filename().string()));
}

/// A Unix socket's address holds 107 characters of path. A longer path is reached through
/// /proc/self/fd of its directory, which `directory` keeps open.
class SocketAddress {
 public:
  explicit SocketAddress(const std::filesystem::path& socket) {
    std::string name = socket.string();
    if (name.size() >= sizeof address_.sun_path) {
      directory_ = core::FileDescriptor(
          ::open(socket.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
      name = fmt::format("/proc/self/fd/{}/{}", directory_.get(), socket.filename().string());
    }
    address_.sun_family = AF_UNIX;
    std::strncpy(address_.sun_path, name.c_str(), sizeof address_.sun_path - 1);
  }

  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address_); }
  socklen_t size() const { return sizeof address_; }

 private:
  sockaddr_un address_{};
  core::FileDescriptor directory_;
};

/// Waits for one of `events` (poll(2)); false at a stop, or after `milliseconds` without (negative:
/// any time).
bool wait_for(int descriptor, short events, const std::stop_token& stop, int milliseconds) {
  for (int waited = 0; !stop.stop_requested(); waited += kPollMilliseconds) {
    if (milliseconds >= 0 && waited >= milliseconds) return false;
    pollfd waiting{descriptor, events, 0};
    const int ready = ::poll(&waiting, 1, kPollMilliseconds);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

/// False if the other side is gone or takes nothing. What it takes at once is sent even at a stop.
bool send_line(int connection, std::string line, const std::stop_token& stop) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t sent = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent > 0) {
      rest.remove_prefix(static_cast<std::size_t>(sent));
    } else if (sent == 0 || (errno != EAGAIN && errno != EINTR) ||
               !wait_for(connection, POLLOUT, stop, kAnswerMilliseconds)) {
      return false;
    }
  }
  return true;
}

/// What became of a line that was waited for; `silent` after a stop or some time without anything.
/// After `failed` errno says why.
enum class Received { whole, closed, silent, failed };

/// Adds to `line` what comes before the first newline, at most about `limit` bytes; what follows
/// the newline is dropped. `milliseconds` may pass between two pieces.
Received receive_line(int connection, std::string& line, std::size_t limit, int milliseconds,
                      const std::stop_token& stop) {
  char buffer[4096];
  while (line.size() <= limit) {
    if (!wait_for(connection, POLLIN, stop, milliseconds)) return Received::silent;
    const ssize_t got = ::recv(connection, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got == 0) return Received::closed;
    if (got < 0) return Received::failed;
    const std::string_view piece(buffer, static_cast<std::size_t>(got));
    const std::size_t end = piece.find('\n');
    line += piece.substr(0, end);
    if (end != std::string_view::npos) return Received::whole;
  }
  errno = EMSGSIZE;
  return Received::failed;
}

/// Who asked and went away must not be surprised by what is done after all.
bool has_hung_up(int connection) {
  pollfd asked{connection, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0;
}

/// The process that listens at the other end; 0 if this one cannot see it.
pid_t server_process(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return ::getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 ? peer.pid : 0;
}

/// Whether SIGSTOP keeps a process from running (proc(5): the state in its `stat` follows its name,
/// which may hold parentheses). Not a debugger, under which it stops and goes on all the time.
bool is_stopped(pid_t process) {
  if (process <= 0) return false;
  std::ifstream file(fmt::format("/proc/{}/stat", process));
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos || name_end + 2 >= text.size()) return false;
  return text[name_end + 2] == 'T';
}

core::Error server_stopped(const std::filesystem::path& socket, pid_t process,
                           std::string_view done) {
  return unreachable(socket, fmt::format("its process {} is stopped, and {}. Let it go on "
                                         "(kill -CONT {}), then try again",
                                         process, done, process));
}

/// A connection to the server's socket. Errors: `control_unreachable`.
core::Result<core::FileDescriptor> connect_to(const std::filesystem::path& socket) {
  core::FileDescriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!connection.is_open()) return unreachable(socket, system_message());
  // Where many wait already, connect(2) does, too.
  const timeval patience{kConnectSeconds, 0};
  ::setsockopt(connection.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  const SocketAddress address(socket);
  if (::connect(connection.get(), address.get(), address.size()) == 0) return connection;
  if (errno == EAGAIN) return unreachable(socket, "too many others wait for it");
  if (errno == ENOENT || errno == ECONNREFUSED) return nobody_listens(socket);
  return unreachable(socket, system_message());
}

}  // namespace

core::Result<std::unique_ptr<ControlServer>> ControlServer::start(
    const std::filesystem::path& socket, ControlHandler handler, core::Logger logger,
    TakesLong takes_long) {
  core::FileDescriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener.is_open()) return socket_failed(socket, "cannot be made");
  std::error_code ignored;
  std::filesystem::remove(socket, ignored);
  const SocketAddress address(socket);
  // The file must have its mode from the first moment. Linux gives it the socket's own, so the
  // umask, which is every thread's, need not change for that.
  if (::fchmod(listener.get(), 0600) != 0 ||
      ::bind(listener.get(), address.get(), address.size()) != 0 ||
      ::listen(listener.get(), 16) != 0) {
    return socket_failed(socket, "cannot listen");
  }
  return std::unique_ptr<ControlServer>(new ControlServer(
      std::move(listener), socket, std::move(handler), std::move(logger), std::move(takes_long)));
}

ControlServer::ControlServer(core::FileDescriptor listener, std::filesystem::path socket,
                             ControlHandler handler, core::Logger logger, TakesLong takes_long)
    : listener_(std::move(listener)),
      socket_(std::move(socket)),
      handler_(std::move(handler)),
      logger_(std::move(logger)),
      takes_long_(std::move(takes_long)),
      thread_([this](const std::stop_token& stop) { serve(stop); }),
      long_thread_([this](const std::stop_token& stop) { serve_long(stop); }) {}

ControlServer::~ControlServer() {
  request_stop();
  thread_.join();
  long_thread_.join();
  std::error_code ignored;
  std::filesystem::remove(socket_, ignored);
}

void ControlServer::request_stop() {
  thread_.request_stop();
  long_thread_.request_stop();
}

/// No fault ends a thread, nor want of memory for a std::function.
template <class Step>
void ControlServer::attempt(const Step& step) const {
  try {
    step();
  } catch (const std::exception& fault) {
    logger_.fault("a control request failed", fault);
  }
}

void ControlServer::serve(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool is_somebody_there = wait_for(listener_.get(), POLLIN, stop, -1);
    core::FileDescriptor connection(
        is_somebody_there ? ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC) : -1);
    if (connection.is_open()) {
      attempt([&] { receive(std::move(connection), stop); });
    } else if (!stop.stop_requested()) {
      std::this_thread::sleep_for(kAcceptPause);
    }
  }
}

void ControlServer::serve_long(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  // At a stop, what waits has not begun.
  while (changed_.wait(lock, stop, [this] { return !waiting_.empty(); }) &&
         !stop.stop_requested()) {
    const LongRequest next = std::move(waiting_.front());
    waiting_.pop_front();
    lock.unlock();
    attempt([&] { answer(next.connection.get(), next.request, stop); });
    lock.lock();
  }
}

void ControlServer::receive(core::FileDescriptor connection, const std::stop_token& stop) {
  std::string request;
  const Received received =
      receive_line(connection.get(), request, kMaximumRequest, kRequestMilliseconds, stop);
  if (received != Received::whole) return;
  if (takes_long_ && takes_long_(request)) {
    put_off({std::move(connection), std::move(request)});
  } else {
    answer(connection.get(), request, stop);
  }
}

/// Never waits itself: what takes no time is answered meanwhile.
void ControlServer::put_off(LongRequest request) {
  const std::lock_guard lock(mutex_);
  std::erase_if(waiting_, [](const LongRequest& one) { return has_hung_up(one.connection.get()); });
  if (waiting_.size() == kMaximumWaiting) {
    logger_.warning("a backup or a verification was refused: as many wait as may",
                    {{"waiting", waiting_.size()}});
    return;
  }
  waiting_.push_back(std::move(request));
  changed_.notify_one();
}

void ControlServer::answer(int connection, const std::string& request,
                           const std::stop_token& stop) const {
  if (has_hung_up(connection)) return;
  send_line(connection, handler_(request, stop), stop);
}

core::Result<std::string> ask_server(const std::filesystem::path& data,
                                     const std::string& request) {
  constexpr std::size_t kMaximumAnswer = 64 << 20;
  if (request.size() > kMaximumRequest) {
    return core::Error(core::ErrorKind::invalid_argument, "request_too_large",
                       fmt::format("That is more than the {} KiB that a running server takes: give "
                                   "a shorter name, password or path.",
                                   kMaximumRequest >> 10));
  }
  const std::filesystem::path socket = storage::DataLayout(data).control_socket();
  const auto connection = connect_to(socket);
  if (!connection) return connection.error();
  const pid_t process = server_process(connection->get());
  if (is_stopped(process)) return server_stopped(socket, process, "nothing was done");
  if (!send_line(connection->get(), request, {})) return unreachable(socket, system_message());
  std::string answer;
  while (true) {
    switch (receive_line(connection->get(), answer, kMaximumAnswer, kLookMilliseconds, {})) {
      case Received::whole:
        return answer;
      case Received::closed:
        return unreachable(socket, "it closed the connection; its log may say why");
      case Received::failed:
        return unreachable(socket, system_message());
      case Received::silent:
        if (is_stopped(process)) return server_stopped(socket, process, "may have done it");
        break;
    }
  }
}

}  // namespace geond::app
