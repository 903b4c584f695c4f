// SPDX-License-Identifier: MIT
#include "doctor_checks.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <cerrno>
#include <ctime>
#include <system_error>

#include "geond/core/file_descriptor.hpp"
#include "geond/http/client.hpp"
#include "geond/http/server.hpp"
#include "geond/inference/model.hpp"
#include "geond/storage/data_layout.hpp"
#include "server_answer.hpp"
#include "version.hpp"

namespace geond::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

/// Why nothing can listen there (an errno), or 0.
int why_not_bindable(const std::string& host, const std::string& port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(host.c_str(), port.c_str(), &hints, &found) != 0) return EADDRNOTAVAIL;
  const core::FileDescriptor socket(
      ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol));
  // As the server does it: what is left of closed connections is no obstacle.
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const int bound = ::bind(socket.get(), found->ai_addr, found->ai_addrlen);
  const int error = bound == 0 ? 0 : errno;
  ::freeaddrinfo(found);
  return error;
}

/// `no_answer`: why nothing that was asked there is a geond.
Finding check_port(const std::string& host, const std::string& port, const std::string& no_answer) {
  const int error = why_not_bindable(host, port);
  if (error == 0) return {"port", fmt::format("{} is free", port), ""};
  if (error == EADDRINUSE) {
    return {"port",
            fmt::format("{} is taken, and not by a geond that answers ({})", port, no_answer),
            fmt::format("Find out by whom (ss -ltnp sport = :{}), or give geond another --listen. "
                        "A geond with TLS is asked with --tls-cert, or --url and --ca-file.",
                        port)};
  }
  if (error == EACCES) {
    return {"port", fmt::format("{} is not for this user", port),
            "Choose a --listen port from 1024 up, and put a proxy before it."};
  }
  return {"port", fmt::format("{} of {}: {}", port, host, std::system_category().message(error)),
          "Give --listen an address of this machine."};
}

}  // namespace

std::string shown_time(core::Timestamp time) {
  // Not by system_clock, whose nanoseconds end in 2262: a certificate may hold until 9999.
  const std::time_t seconds =
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(seconds));
}

Finding check_settings(const app::ServeConfig& config) {
  const auto checked = app::check(config);
  if (checked) return {"settings", "those that geond serve takes", ""};
  return {"settings", "geond serve refuses them", checked.error().detail()};
}

Finding check_open_files(int max_connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return {"open files", "unknown", ""};
  const auto needed = http::descriptors_for(static_cast<std::size_t>(max_connections));
  // The server raises its own limit up to the hard one.
  const bool is_enough = limit.rlim_max >= needed;
  const std::string most =
      limit.rlim_max == RLIM_INFINITY ? "any number" : fmt::to_string(limit.rlim_max);
  return {"open files", fmt::format("{} allowed here", most),
          is_enough
              ? ""
              : fmt::format("--max-connections {} needs {}: raise the hard limit (ulimit -Hn, "
                            "LimitNOFILE), or set fewer connections.",
                            max_connections, needed)};
}

Finding check_models(const std::string& given) {
  const auto directory = app::find_models_directory(given);
  if (!directory) return {"models", "not found", directory.error().detail()};
  const auto loaded = inference::load_models(*directory);
  if (!loaded) return {"models", "not usable", loaded.error().detail()};
  if (!loaded->failures.empty()) {
    const auto& failure = loaded->failures.front();
    return {"models", "damaged",
            fmt::format("{}: {}", failure.folder.string(), failure.error.detail())};
  }
  return {"models", fmt::format("{} in {}", loaded->models.size(), directory->string()),
          loaded->models.empty() ? "Put models there, or name another folder with --models." : ""};
}

Finding check_clock(system_clock::time_point now, const fs::path& data) {
  const std::string shown = shown_time(std::chrono::floor<std::chrono::microseconds>(now));
  constexpr std::chrono::sys_days kLastPlausible(std::chrono::year(2100) / 1 / 1);
  if (now < core::kFirstPlausible || now >= kLastPlausible) {
    return {"clock", shown, "Set the clock (timedatectl): sign-ins expire by it."};
  }
  std::error_code error;
  const fs::file_time_type written =
      fs::last_write_time(storage::DataLayout(data).database(), error);
  constexpr auto kTolerated = std::chrono::minutes(1);
  if (!error && fs::file_time_type::clock::to_sys(written) > now + kTolerated) {
    return {"clock", fmt::format("{}, before the database was last written", shown),
            "Set the clock (timedatectl): it was set back, and sign-ins expire by it."};
  }
  return {"clock", shown, ""};
}

Finding check_server(const AskedServer& asked, const std::optional<http::ListenAddress>& listen) {
  const std::string& url = asked.url;
  const auto server = http::parse_server_url(url);
  if (!server) return {"server", "not asked", server.error().detail()};
  if (auto usable = check_ca_file(asked.trust.authorities); !usable) {
    return {"server", "not asked", usable.error().detail()};
  }
  http::Client client(*server, std::chrono::seconds(3), asked.trust);
  const auto response = client.send({http::Method::get, "/readyz", {}, {}});
  if (!response) {
    const std::string why = response.error().detail();
    return listen ? check_port(listen->host, std::to_string(listen->port), why)
                  : check_port(server->host, server->port, why);
  }
  const auto is_ready = readiness_in(*response);
  if (!is_ready) {
    return {"server",
            fmt::format("another program answers at {} ({})", url, told_status(*response)),
            "Give geond's own address as --url, or choose a free port with --listen."};
  }
  if (*is_ready) {
    return {"server", fmt::format("ready at {}", url), certificate_difference(asked, client)};
  }
  return {"server", fmt::format("not ready at {} ({})", url, told_status(*response)),
          "Its log says why."};
}

Finding check_libraries() {
  const auto older = libraries_older_than_built();
  if (older.empty()) return {"libraries", "those of the build, or newer", ""};
  return {"libraries", fmt::format("older than those of the build: {}", fmt::join(older, ", ")),
          "Upgrade those packages, or build geond on this system."};
}

}  // namespace geond::cli
