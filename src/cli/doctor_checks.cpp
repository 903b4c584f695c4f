// SPDX-License-Identifier: MIT
#include "doctor_checks.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "geond/app/config.hpp"
#include "geond/http/client.hpp"
#include "geond/inference/model.hpp"
#include "geond/storage/file_descriptor.hpp"
#include "version.hpp"

namespace geond::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

/// Why nothing can listen at the address (an errno), or 0.
int why_not_bindable(const http::ServerUrl& server) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  if (::getaddrinfo(server.host.c_str(), server.port.c_str(), &hints, &found) != 0) {
    return EADDRNOTAVAIL;
  }
  const storage::FileDescriptor socket(
      ::socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, found->ai_protocol));
  // As the server does it: what is left of closed connections is no obstacle.
  const int yes = 1;
  ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  const int bound = ::bind(socket.get(), found->ai_addr, found->ai_addrlen);
  const int error = bound == 0 ? 0 : errno;
  ::freeaddrinfo(found);
  return error;
}

Finding check_port(const http::ServerUrl& server) {
  const int error = why_not_bindable(server);
  if (error == 0) return {"port", fmt::format("{} is free", server.port), ""};
  const std::string why = std::system_category().message(error);
  if (error == EADDRINUSE) {
    return {"port", fmt::format("{} is taken, and not by a geond that answers", server.port),
            fmt::format("Find out by whom (ss -ltnp sport = :{}), or give geond another --listen.",
                        server.port)};
  }
  if (error == EACCES) {
    return {"port", fmt::format("{} is not for this user", server.port),
            "Choose a --listen port from 1024 up, and put a proxy before it."};
  }
  return {"port", fmt::format("{} of {}: {}", server.port, server.host, why),
          "Ask for an address of this machine with --url, and give it to --listen."};
}

}  // namespace

Finding check_data(const fs::path& data) {
  std::error_code error;
  if (!fs::exists(data, error)) {
    const fs::path parent = fs::absolute(data).parent_path();
    const bool can_make = ::access(parent.c_str(), W_OK) == 0;
    return {"data directory", fmt::format("{} will be made at the first start", data.string()),
            can_make ? "" : fmt::format("Make {} writable for this user.", parent.string())};
  }
  if (::access(data.c_str(), R_OK | W_OK | X_OK) != 0) {
    return {"data directory", "not writable",
            fmt::format("Give {} to the user that runs geond (chown).", data.string())};
  }
  const bool is_open = (fs::status(data).permissions() & fs::perms::others_all) != fs::perms::none;
  return {"data directory", "writable",
          is_open ? fmt::format("Others can read it: chmod 700 {}.", data.string()) : ""};
}

Finding check_key(const fs::path& data) {
  const fs::path key = data / "token.key";
  std::error_code error;
  const fs::file_status status = fs::status(key, error);
  if (!fs::exists(status)) return {"signing key", "will be made at the first start", ""};
  constexpr fs::perms kOwnerOnly = fs::perms::owner_read | fs::perms::owner_write;
  if (status.permissions() == kOwnerOnly) return {"signing key", "for its owner alone", ""};
  return {"signing key", "open to others", fmt::format("chmod 600 {}", key.string())};
}

Finding check_disk(const fs::path& data) {
  constexpr double kMega = 1 << 20;
  constexpr double kEnough = 1024;
  struct statvfs status{};
  const fs::path where = fs::exists(data) ? data : fs::path(".");
  if (::statvfs(where.c_str(), &status) != 0) {
    return {"disk", "unknown", "The file system does not answer."};
  }
  const double megabytes =
      static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize) / kMega;
  return {"disk", fmt::format("{:.0f} MiB free", megabytes),
          megabytes < kEnough ? "Make room: below --disk-watermark pictures are refused." : ""};
}

Finding check_models(const std::string& given) {
  fs::path directory = given;
  if (directory.empty()) {
    const auto found = app::find_models_directory();
    if (!found) return {"models", "not found", found.error().detail()};
    directory = *found;
  }
  const auto loaded = inference::load_models(directory);
  if (!loaded) return {"models", "not usable", loaded.error().detail()};
  if (!loaded->failures.empty()) {
    const auto& failure = loaded->failures.front();
    return {"models", "damaged",
            fmt::format("{}: {}", failure.folder.string(), failure.error.detail())};
  }
  return {"models", fmt::format("{} in {}", loaded->models.size(), directory.string()),
          loaded->models.empty() ? "Put models there, or name another folder with --models." : ""};
}

Finding check_clock(system_clock::time_point now, const fs::path& data) {
  const auto shown =
      fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(system_clock::to_time_t(now)));
  const auto year = std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(now)).year();
  if (year < std::chrono::year(2026) || year >= std::chrono::year(2100)) {
    return {"clock", shown, "Set the clock (timedatectl): sign-ins expire by it."};
  }
  std::error_code error;
  const fs::file_time_type written = fs::last_write_time(data / "geond.db", error);
  constexpr auto kTolerated = std::chrono::minutes(1);
  if (!error && fs::file_time_type::clock::to_sys(written) > now + kTolerated) {
    return {"clock", fmt::format("{}, before the database was last written", shown),
            "Set the clock (timedatectl): it was set back, and sign-ins expire by it."};
  }
  return {"clock", shown, ""};
}

Finding check_server(const std::string& url) {
  const auto server = http::parse_server_url(url);
  if (!server) return {"server", "not asked", server.error().detail()};
  http::Client client(*server, std::chrono::seconds(3));
  const auto response = client.send({http::Method::get, "/readyz", {}, {}});
  if (!response) return check_port(*server);
  if (response->status == 200) return {"server", fmt::format("ready at {}", url), ""};
  return {"server", fmt::format("not ready at {} (status {})", url, response->status),
          "Its log says why; if it is another program, choose a free port with --listen."};
}

Finding check_libraries() {
  const auto older = libraries_older_than_built();
  if (older.empty()) return {"libraries", "those of the build, or newer", ""};
  return {"libraries", fmt::format("older than those of the build: {}", fmt::join(older, ", ")),
          "Upgrade those packages, or build geond on this system."};
}

}  // namespace geond::cli
