#include "geond/http/server.hpp"

#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "asio.hpp"
#include "geond/http/problem.hpp"
#include "session.hpp"

namespace geond::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using core::Error;
using core::ErrorKind;

/// Descriptors that the rest of the process needs.
constexpr std::size_t kReservedDescriptors = 512;
constexpr std::chrono::milliseconds kAcceptBackoff(100);

/// What a connection over the cap hears.
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

IpAddress to_address(const asio::ip::address& address) {
  IpAddress result;
  if (address.is_v6()) {
    result.bytes = address.to_v6().to_bytes();
  } else {
    result.bytes = asio::ip::make_address_v6(asio::ip::v4_mapped, address.to_v4()).to_bytes();
  }
  return result;
}

/// Raises the descriptor limit as far as needed and allowed; how many connections fit then.
std::size_t fit_connections(std::size_t wanted) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return wanted;
  const rlim_t needed = wanted + kReservedDescriptors;
  if (limit.rlim_cur < needed) {
    limit.rlim_cur = std::min<rlim_t>(needed, limit.rlim_max);
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0) ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur >= needed) return wanted;
  return limit.rlim_cur > 2 * kReservedDescriptors
             ? static_cast<std::size_t>(limit.rlim_cur) - kReservedDescriptors
             : static_cast<std::size_t>(limit.rlim_cur) / 2;
}

Error listen_error(const ListenAddress& address, const error_code& error) {
  const std::string where = "Cannot listen on " + address.to_string() + ": ";
  if (error == asio::error::address_in_use) {
    return Error(ErrorKind::conflict, "address_in_use",
                 where + "another program does. Stop it, or choose another port.");
  }
  if (error == asio::error::access_denied) {
    return Error(ErrorKind::forbidden, "listen_forbidden",
                 where + "ports below 1024 need a privilege. Choose another port.");
  }
  return Error(ErrorKind::internal, "listen_failed", where + error.message() + ".");
}

bool is_out_of_descriptors(const error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_memory ||
         error == asio::error::no_buffer_space ||
         error == error_code(ENFILE, boost::system::system_category());
}

core::Result<std::unique_ptr<asio::ssl::context>> load_tls(const TlsFiles& files) {
  auto context = std::make_unique<asio::ssl::context>(asio::ssl::context::tls_server);
  const auto refuse = [](const std::string& file, const error_code& error) {
    return Error(ErrorKind::invalid_argument, "invalid_tls_files",
                 "Cannot use " + file + " for TLS: " + error.message() + ".");
  };
  error_code error;
  context->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                           asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                           asio::ssl::context::no_tlsv1_1,
                       error);
  SSL_CTX_set_options(context->native_handle(), SSL_OP_NO_RENEGOTIATION);
  context->use_certificate_chain_file(files.certificate_chain, error);
  if (error) return refuse(files.certificate_chain, error);
  // Fails, too, if the key is not the certificate's.
  context->use_private_key_file(files.private_key, asio::ssl::context::pem, error);
  if (error) return refuse(files.private_key, error);
  return context;
}

using Acceptor = asio::basic_socket_acceptor<tcp, Strand>;

struct Listener {
  explicit Listener(const Strand& strand) : acceptor(strand), retry(strand) {}
  Acceptor acceptor;
  Timer retry;
};

class AsioServer final : public Server {
 public:
  AsioServer(ServerConfig config, Router router, std::vector<Network> trusted,
             const core::Clock& clock, core::RandomSource& random, core::Logger logger)
      : max_connections_(fit_connections(config.max_connections)),
        host_(std::move(config), std::move(router), std::move(trusted), clock, random,
              std::move(logger)),
        context_(static_cast<int>(std::clamp(host_.config.io_threads, 1U, 64U))),
        work_(asio::make_work_guard(context_)),
        accept_strand_(asio::make_strand(context_)) {
    host_.session_ended = [this](Session& session) { forget(session); };
  }
  ~AsioServer() override { stop(std::chrono::milliseconds(0)); }

  core::Result<void> open();
  void start() override;
  const std::vector<ListenAddress>& addresses() const override { return addresses_; }
  void stop(std::chrono::milliseconds grace) override;
  std::size_t connection_count() const override {
    const std::lock_guard lock(mutex_);
    return sessions_.size();
  }

 private:
  core::Result<void> listen(const ListenAddress& address);
  core::Result<void> adopt(int descriptor);
  void accept(Listener& listener);
  void accepted(Listener& listener, const error_code& error, Socket socket);
  void welcome(Socket socket);
  /// Counts the connection; null if there are too many.
  std::shared_ptr<Session> admit(Socket& socket, const IpAddress& peer);
  bool has_room(const IpAddress& peer, const IpAddress& key) const;
  void forget(Session& session);
  void close_listeners();
  void tell_listeners_closed();
  void run_io();
  std::vector<std::shared_ptr<Session>> sessions() const;

  const std::size_t max_connections_;
  SessionHost host_;
  std::unique_ptr<asio::ssl::context> tls_;
  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  Strand accept_strand_;
  std::vector<std::unique_ptr<Listener>> listeners_;  // Of accept_strand_ once started.
  std::size_t accepting_ = 0;  // Accepts under way; of accept_strand_.
  std::vector<ListenAddress> addresses_;
  std::vector<std::jthread> threads_;
  std::once_flag stopped_;

  mutable std::mutex mutex_;
  std::condition_variable session_gone_;
  std::unordered_map<Session*, std::shared_ptr<Session>> sessions_;  // Guarded by mutex_.
  std::map<IpAddress, std::size_t> per_address_;                     // Guarded by mutex_.
  bool listeners_closed_ = false;                                    // Guarded by mutex_.
};

core::Result<void> AsioServer::open() {
  if (host_.config.tls) {
    auto tls = load_tls(*host_.config.tls);
    if (!tls) return tls.error();
    tls_ = std::move(*tls);
  }
  for (const ListenAddress& address : host_.config.listen) {
    const auto listening = listen(address);
    if (!listening) return listening.error();
  }
  for (const int descriptor : host_.config.listening_descriptors) {
    const auto adopted = adopt(descriptor);
    if (!adopted) return adopted.error();
  }
  if (listeners_.empty()) {
    return Error(ErrorKind::invalid_argument, "invalid_listen_address",
                 "There is no address to listen on.");
  }
  return core::ok();
}

core::Result<void> AsioServer::listen(const ListenAddress& address) {
  error_code error;
  const tcp::endpoint wanted(asio::ip::make_address(address.host, error), address.port);
  if (error) return listen_error(address, error);
  auto listener = std::make_unique<Listener>(accept_strand_);
  Acceptor& acceptor = listener->acceptor;
  acceptor.open(wanted.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(wanted, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) return listen_error(address, error);
  addresses_.push_back({address.host, acceptor.local_endpoint().port()});
  listeners_.push_back(std::move(listener));
  return core::ok();
}

core::Result<void> AsioServer::adopt(int descriptor) {
  sockaddr_storage bound{};
  socklen_t size = sizeof(bound);
  const bool is_socket =
      ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size) == 0 &&
      (bound.ss_family == AF_INET || bound.ss_family == AF_INET6);
  if (!is_socket) {
    return Error(ErrorKind::invalid_argument, "invalid_listen_address",
                 "The descriptor " + std::to_string(descriptor) +
                     " that was handed over is no listening TCP socket.");
  }
  auto listener = std::make_unique<Listener>(accept_strand_);
  error_code error;
  listener->acceptor.assign(bound.ss_family == AF_INET ? tcp::v4() : tcp::v6(), descriptor, error);
  if (error) return listen_error({"descriptor", 0}, error);
  const tcp::endpoint local = listener->acceptor.local_endpoint();
  addresses_.push_back({local.address().to_string(), local.port()});
  listeners_.push_back(std::move(listener));
  return core::ok();
}

void AsioServer::start() {
  asio::post(accept_strand_, [this] {
    for (const auto& listener : listeners_) accept(*listener);
  });
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
      host_.logger.error("An I/O handler threw", {{"why", failure.what()}});
    }
  }
}

void AsioServer::accept(Listener& listener) {
  ++accepting_;
  listener.acceptor.async_accept(asio::make_strand(context_),
                                 [this, &listener](const error_code& error, Socket socket) {
                                   // On the acceptor's strand.
                                   --accepting_;
                                   accepted(listener, error, std::move(socket));
                                 });
}

void AsioServer::accepted(Listener& listener, const error_code& error, Socket socket) {
  if (!listener.acceptor.is_open()) {
    // It was connected before the listener was closed.
    if (!error) welcome(std::move(socket));
    if (accepting_ == 0) tell_listeners_closed();
    return;
  }
  if (is_out_of_descriptors(error)) {
    // Accepting again at once would spin until a descriptor is free.
    host_.logger.warning("Out of descriptors: accepting pauses", {{"why", error.message()}});
    listener.retry.expires_after(kAcceptBackoff);
    listener.retry.async_wait([this, &listener](const error_code& cancelled) {
      if (!cancelled && listener.acceptor.is_open()) accept(listener);
    });
    return;
  }
  if (!error) welcome(std::move(socket));
  accept(listener);
}

void AsioServer::welcome(Socket socket) {
  error_code error;
  const tcp::endpoint remote = socket.remote_endpoint(error);
  if (error) return;  // Gone already.
  socket.set_option(tcp::no_delay(true), error);
  const IpAddress peer = to_address(remote.address());
  const std::shared_ptr<Session> session = admit(socket, peer);
  if (session) {
    session->start();
    return;
  }
  if (tls_ == nullptr) {
    socket.non_blocking(true, error);
    socket.write_some(asio::buffer(full_response(host_.random)), error);
    socket.shutdown(asio::socket_base::shutdown_send, error);
  }
}

bool AsioServer::has_room(const IpAddress& peer, const IpAddress& key) const {
  if (sessions_.size() >= max_connections_) return false;
  if (peer.is_loopback() || is_trusted(peer, host_.trusted_proxies)) return true;
  const auto count = per_address_.find(key);
  return count == per_address_.end() || count->second < host_.config.max_connections_per_address;
}

std::shared_ptr<Session> AsioServer::admit(Socket& socket, const IpAddress& peer) {
  const IpAddress key = peer.counted_as();
  const std::lock_guard lock(mutex_);
  if (!has_room(peer, key)) return nullptr;
  auto session =
      std::make_shared<Session>(host_, make_connection(std::move(socket), peer, tls_.get()));
  sessions_.emplace(session.get(), session);
  ++per_address_[key];
  return session;
}

void AsioServer::forget(Session& session) {
  std::shared_ptr<Session> last;  // Destroyed outside the lock.
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(&session);
  last = std::move(found->second);
  sessions_.erase(found);
  const auto count = per_address_.find(session.peer().counted_as());
  if (--count->second == 0) per_address_.erase(count);
  session_gone_.notify_all();
}

/// Takes what has connected by now, so that closing does not reset it.
void AsioServer::close_listeners() {
  for (const auto& listener : listeners_) {
    error_code error;
    listener->acceptor.non_blocking(true, error);
    while (!error) {
      Socket socket(asio::make_strand(context_));
      listener->acceptor.accept(socket, error);
      if (!error) welcome(std::move(socket));
    }
    listener->acceptor.close(error);
    listener->retry.cancel();
  }
  if (accepting_ == 0) tell_listeners_closed();
}

void AsioServer::tell_listeners_closed() {
  const std::lock_guard lock(mutex_);
  listeners_closed_ = true;
  session_gone_.notify_all();
}

std::vector<std::shared_ptr<Session>> AsioServer::sessions() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::shared_ptr<Session>> all;
  for (const auto& [pointer, session] : sessions_) all.push_back(session);
  return all;
}

void AsioServer::stop(std::chrono::milliseconds grace) {
  std::call_once(stopped_, [this, grace] {
    if (threads_.empty()) return;
    host_.stopping = true;
    asio::post(accept_strand_, [this] { close_listeners(); });
    const auto deadline = std::chrono::steady_clock::now() + grace;
    const auto is_empty = [this] { return listeners_closed_ && sessions_.empty(); };
    {
      std::unique_lock lock(mutex_);
      session_gone_.wait(lock, [this] { return listeners_closed_; });
    }
    for (const auto& session : sessions()) session->begin_stop();
    bool finished = false;
    {
      std::unique_lock lock(mutex_);
      finished = session_gone_.wait_until(lock, deadline, is_empty);
    }
    if (!finished) {
      for (const auto& session : sessions()) session->cut();
      std::unique_lock lock(mutex_);
      session_gone_.wait(lock, is_empty);
    }
    work_.reset();
    context_.stop();
    threads_.clear();
  });
}

}  // namespace

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
