// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/http/server.hpp"

namespace geond::app {

/// Who may make an account: nobody but an administrator, or everybody.
enum class Registration { closed, open };

/// Whether /metrics is served.
enum class Metrics { off, on };

/// Whether a plaintext listener outside loopback is allowed.
enum class PlaintextBind { loopback_only, anywhere };

/// Everything that can be set for `geond serve`, checked and complete. Made once by the command
/// line and never changed after that.
struct ServeConfig {
  http::ListenAddress listen{"127.0.0.1", 8080};
  std::filesystem::path data = "data";
  std::filesystem::path models;  ///< Empty: beside the executable, or the installed share folder.
  int workers = 0;               ///< 1 to 256; 0: one a core.
  int queue_capacity = 1024;     ///< Tasks that may wait, 1 to 65,535.
  int http_threads = 1;          ///< Threads for connections, 1 to 64.
  int blocking_threads = 8;      ///< Threads for database and file work of requests, 1 to 256.
  int max_connections = 8192;    ///< 1 to 1,000,000.
  int max_connections_per_address = 256;       ///< Outside loopback, 1 to 1,000,000.
  std::int64_t max_upload_bytes = 64LL << 20;  ///< One picture, 1 KiB to 1 GiB.
  std::int64_t max_pixels = 50'000'000;        ///< One picture, 1 to 500,000,000.
  int max_side = 20'000;                       ///< Pixels, 1 to 65,500.
  int event_streams_per_user = 8;              ///< 1 to 10,000; the oldest ends for a newer one.
  std::chrono::seconds upload_timeout{900};    ///< For all pictures of a request, 10 to 86,400.
  std::int64_t disk_watermark = 256LL << 20;   ///< Bytes that uploads leave free.
  std::chrono::seconds shutdown_grace{6};      ///< For requests and running tasks, 0 to 3600.
  Registration registration = Registration::closed;
  Metrics metrics = Metrics::off;
  PlaintextBind plaintext_bind = PlaintextBind::loopback_only;
  std::filesystem::path tls_certificate;      ///< PEM; together with tls_key.
  std::filesystem::path tls_key;              ///< PEM.
  std::string base_path;                      ///< Empty, or `/geond`: a proxy's prefix.
  std::vector<std::string> trusted_proxies;   ///< Addresses whose X-Forwarded-* count.
  std::string admin_name = "admin";           ///< First account.
  std::filesystem::path admin_password_file;  ///< First account; empty: generated and printed.
  core::LogLevel log_level = core::LogLevel::info;
  core::LogFormat log_format = core::LogFormat::text;
};

/// The values that an option which is a number may have.
struct NumberRange {
  std::int64_t least = std::numeric_limits<std::int64_t>::min();
  std::int64_t most = std::numeric_limits<std::int64_t>::max();
};

/// Of an option by name; everything if it has no bounds.
NumberRange range_of(std::string_view option);

/// Checks ranges and combinations that no single option can see. Errors: invalid_argument
/// `invalid_config`, with the option's name and the remedy.
core::Result<void> check(const ServeConfig& config);

/// Whether `address`, where the server listens or is to listen, is safe: on loopback, with TLS, or
/// allowed all the same. Errors: invalid_argument `invalid_config`.
core::Result<void> check_reach(const ServeConfig& config, const http::ListenAddress& address);

/// An option by name, and its value as a configuration file has it; empty if it is not set.
struct Setting {
  std::string option;
  std::string value;
};

/// Every option, sorted as the help is.
std::vector<Setting> settings(const ServeConfig& config);

/// settings() as one `key = value` line an option: what `--print-config` prints, and a file that
/// `--config` reads. What is not set is a comment, with the models' folder that is found instead.
std::string print(const ServeConfig& config);

/// Where the models are when nobody says: `models` beside the executable, in one of its parents
/// (a build tree), or `../share/geond/models`. Errors: not_found `models_not_found`.
core::Result<std::filesystem::path> find_models_directory();

}  // namespace geond::app
