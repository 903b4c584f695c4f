// SPDX-License-Identifier: MIT
#include "geond/http/server.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "asio.hpp"
#include "connection_gate.hpp"
#include "geond/core/small_file.hpp"
#include "geond/http/problem.hpp"
#include "listeners.hpp"
#include "session.hpp"
#include "tls.hpp"
#include "x509.hpp"

namespace geond::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using core::Error;
using core::ErrorKind;

/// Descriptors that the rest of the process needs.
constexpr std::size_t kReservedDescriptors = 512;
/// A connection has its socket, and a file while it uploads or downloads.
constexpr std::size_t kDescriptorsEach = 2;
/// Bytes of answers that may wait in the kernel for a client's window.
constexpr int kMostUnsent = 128 * 1024;

IpAddress to_address(const asio::ip::address& address) {
  IpAddress result;
  if (address.is_v6()) {
    result.bytes = address.to_v6().to_bytes();
  } else {
    result.bytes = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  }
  return result;
}

/// Raises the descriptor limit as far as needed and allowed; how many connections fit then. Fewer
/// than wanted are logged.
std::size_t fit_connections(std::size_t wanted, const core::Logger& logger) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t needed = descriptors_for(wanted);
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return wanted;
  const auto most = static_cast<std::size_t>(limit.rlim_cur);
  const std::size_t fitting = (most - std::min(kReservedDescriptors, most / 2)) / kDescriptorsEach;
  logger.warning("the limit of open files (ulimit -n, LimitNOFILE) is too low for max-connections",
                 {{"limit", limit.rlim_cur}, {"needed", needed}, {"connections", fitting}});
  return fitting;
}

/// Keeps the kernel from taking megabytes for a client that does not read. What is on its way does
/// not count, so a fast line stays full.
void limit_unsent(Socket& socket) {
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kMostUnsent,
               sizeof(kMostUnsent));
}

/// What a connection hears that does not fit.
std::string full_response(core::RandomSource& random) {
  const std::string request_id = core::random_hex(random, 8);
  const Response problem =
      make_problem(Error(ErrorKind::unavailable, "too_many_connections",
                         "There are too many connections now. Try again in a moment."),
                   request_id);
  const std::string& body = std::get<std::string>(problem.body);
  return "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\n"
         "Retry-After: 1\r\nConnection: close\r\nX-Request-Id: " +
         request_id + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

class AsioServer final : public Server {
 public:
  AsioServer(ServerConfig config, Router router, std::vector<Network> trusted,
             const core::Clock& clock, core::RandomSource& random, core::Logger logger)
      : host_(std::move(config), std::move(router), std::move(trusted), clock, random,
              std::move(logger)),
        gate_(fit_connections(host_.config.max_connections, host_.logger),
              host_.config.max_connections_per_address, host_.trusted_proxies),
        context_(static_cast<int>(std::clamp(host_.config.io_threads, 1U, 64U))),
        work_(asio::make_work_guard(context_)),
        listeners_(context_, host_.logger) {
    host_.session_ended = [this](Session& session) { forget(session); };
  }
  ~AsioServer() override { stop(std::chrono::milliseconds(0)); }

  core::Result<void> open();
  void start() override;
  const std::vector<ListenAddress>& addresses() const override { return listeners_.addresses(); }
  void stop(std::chrono::milliseconds grace) override;
  std::size_t connection_count() const override {
    const std::lock_guard lock(mutex_);
    return sessions_.size();
  }
  core::Result<void> renew_tls(const TlsFiles& files) override;
  std::optional<Certificate> certificate() const override;
  void warn_of_certificate() const override;

 private:
  void run_io();
  void welcome(Socket socket);
  void refuse(Socket& socket);
  void forget(Session& session);
  void close_listeners();
  void end_sessions(std::chrono::milliseconds grace);
  std::vector<std::shared_ptr<Session>> sessions() const;
  core::Result<void> take_tls(const TlsFiles& files);
  std::shared_ptr<asio::ssl::context> tls() const;
  std::string certificate_file() const;
  void warn_of_open_key(const TlsFiles& files) const;

  SessionHost host_;
  ConnectionGate gate_;
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  Listeners listeners_;
  std::vector<std::jthread> threads_;
  std::once_flag stopped_;

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::unordered_map<Session*, std::shared_ptr<Session>> sessions_;  // Guarded by mutex_.
  bool listeners_closed_ = false;                                    // Guarded by mutex_.
  std::shared_ptr<asio::ssl::context> tls_;                          // Guarded by mutex_.
  std::string certificate_file_;                                     // Guarded by mutex_.
};

core::Result<void> AsioServer::open() {
  if (host_.config.tls) {
    if (auto taken = take_tls(*host_.config.tls); !taken) return taken;
  }
  for (const ListenAddress& address : host_.config.listen) {
    const auto opened = listeners_.open(address);
    if (!opened) return opened.error();
  }
  for (const int descriptor : host_.config.listening_descriptors) {
    const auto adopted = listeners_.adopt(descriptor);
    if (!adopted) return adopted.error();
  }
  if (addresses().empty()) {
    return Error(ErrorKind::invalid_argument, "invalid_listen_address",
                 "There is no address to listen on.");
  }
  return core::ok();
}

void AsioServer::warn_of_open_key(const TlsFiles& files) const {
  if (!core::is_open_to_others(files.private_key)) return;
  host_.logger.warning("the TLS key's file is open to every user of this machine: chmod o= FILE",
                       {{"file", files.private_key}});
}

core::Result<void> AsioServer::renew_tls(const TlsFiles& files) {
  if (tls() == nullptr) {
    return Error(ErrorKind::invalid_argument, "invalid_tls_files",
                 "The server was started without TLS.");
  }
  return take_tls(files);
}

core::Result<void> AsioServer::take_tls(const TlsFiles& files) {
  auto loaded = load_tls(files);
  if (!loaded) return loaded.error();
  warn_of_open_key(files);
  {
    const std::lock_guard lock(mutex_);
    tls_ = std::move(*loaded);
    certificate_file_ = files.certificate_chain;
  }
  warn_of_certificate();
  return core::ok();
}

std::optional<Certificate> AsioServer::certificate() const {
  const auto context = tls();
  const X509* shown =
      context == nullptr ? nullptr : SSL_CTX_get0_certificate(context->native_handle());
  if (shown == nullptr) return std::nullopt;
  return describe(*shown);
}

void AsioServer::warn_of_certificate() const {
  const auto used = certificate();
  if (!used) return;
  const std::string file = certificate_file();
  const std::string end = core::format_rfc3339(used->not_after);
  switch (state_at(*used, host_.clock.now())) {
    case CertificateState::valid:
      break;
    case CertificateState::ends_soon:
      host_.logger.warning("the TLS certificate ends soon: renew it, then reload geond",
                           {{"file", file}, {"not_after", end}});
      break;
    case CertificateState::expired:
      host_.logger.warning(
          "the TLS certificate has expired, and clients refuse it: renew it, then reload geond",
          {{"file", file}, {"not_after", end}});
      break;
    case CertificateState::not_yet_valid:
      host_.logger.warning(
          "the TLS certificate is not valid yet, and clients refuse it: is the clock right?",
          {{"file", file}, {"not_before", core::format_rfc3339(used->not_before)}});
      break;
  }
}

std::string AsioServer::certificate_file() const {
  const std::lock_guard lock(mutex_);
  return certificate_file_;
}

std::shared_ptr<asio::ssl::context> AsioServer::tls() const {
  const std::lock_guard lock(mutex_);
  return tls_;
}

void AsioServer::start() {
  listeners_.start([this](Socket socket) { welcome(std::move(socket)); });
  for (unsigned index = 0; index < std::clamp(host_.config.io_threads, 1U, 64U); ++index) {
    threads_.emplace_back([this] { run_io(); });
  }
}

void AsioServer::run_io() {
  while (true) {
    try {
      context_.run();
      return;
    } catch (const std::exception& failure) {
      host_.logger.fault("An I/O handler threw", failure);
    }
  }
}

void AsioServer::welcome(Socket socket) {
  error_code error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;  // Gone already.
  const IpAddress peer = to_address(remote.address());
  if (!gate_.enter(peer)) {
    refuse(socket);
    return;
  }
  socket.set_option(tcp::no_delay(true), error);
  limit_unsent(socket);
  std::shared_ptr<Session> session;
  try {
    // OpenSSL counts who uses a context, so a session may outlive a renewal.
    session =
        std::make_shared<Session>(host_, make_connection(std::move(socket), peer, tls().get()));
    const std::lock_guard lock(mutex_);
    sessions_.emplace(session.get(), session);
  } catch (const std::exception& failure) {
    // No memory for it, say: accepting goes on, and its place is free again.
    gate_.leave(peer);
    host_.logger.fault("A connection was not taken", failure);
    return;
  }
  session->start();
}

/// Says why, if that can be said without waiting.
void AsioServer::refuse(Socket& socket) {
  if (tls() != nullptr) return;
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(full_response(host_.random)), ignored);
  socket.shutdown(asio::socket_base::shutdown_send, ignored);
}

void AsioServer::forget(Session& session) {
  gate_.leave(session.peer());
  std::shared_ptr<Session> last;  // Destroyed outside the lock.
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(&session);
  last = std::move(found->second);
  sessions_.erase(found);
  changed_.notify_all();
}

std::vector<std::shared_ptr<Session>> AsioServer::sessions() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Session>> all;
  all.reserve(sessions_.size());
  for (const auto& [pointer, session] : sessions_) all.push_back(session);
  return all;
}

void AsioServer::close_listeners() {
  listeners_.close([this] {
    const std::lock_guard lock(mutex_);
    listeners_closed_ = true;
    changed_.notify_all();
  });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return listeners_closed_; });
}

void AsioServer::end_sessions(std::chrono::milliseconds grace) {
  for (const auto& session : sessions()) session->begin_stop();
  const auto none_left = [this] { return sessions_.empty(); };
  {
    std::unique_lock lock(mutex_);
    if (changed_.wait_for(lock, grace, none_left)) return;
  }
  for (const auto& session : sessions()) session->cut();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, none_left);
}

void AsioServer::stop(std::chrono::milliseconds grace) {
  std::call_once(stopped_, [this, grace] {
    if (threads_.empty()) return;
    host_.stopping = true;
    close_listeners();
    end_sessions(grace);
    host_.pool.stop();
    work_.reset();
    context_.stop();
    threads_.clear();
  });
}

}  // namespace

std::size_t descriptors_for(std::size_t connections) {
  return kDescriptorsEach * connections + kReservedDescriptors;
}

core::Result<std::unique_ptr<Server>> Server::create(ServerConfig config, Router router,
                                                     const core::Clock& clock,
                                                     core::RandomSource& random,
                                                     core::Logger logger) {
  std::vector<Network> trusted;
  for (const std::string& text : config.trusted_proxies) {
    const auto network = parse_network(text);
    if (!network) return network.error();
    trusted.push_back(*network);
  }
  const auto based = check_base_path(config.base_path);
  if (!based) return based.error();
  auto server = std::make_unique<AsioServer>(std::move(config), std::move(router),
                                             std::move(trusted), clock, random, std::move(logger));
  const auto opened = server->open();
  if (!opened) return opened.error();
  return std::unique_ptr<Server>(std::move(server));
}

}  // namespace geond::http
