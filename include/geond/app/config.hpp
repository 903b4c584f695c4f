// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geond/auth/types.hpp"
#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/http/server.hpp"
#include "geond/imaging/limits.hpp"

namespace geond::app {

/// Whether /metrics is served.
enum class MetricsRoute { off, on };

/// Whether a plaintext listener outside loopback is allowed.
enum class PlaintextBind { loopback_only, anywhere };

/// Everything that can be set for `geond serve`, checked and complete, as the command line has made
/// it; what a reload has changed is in one of its own (see merge()). number_options() has the
/// ranges of the numbers.
struct ServeConfig {
  http::ListenAddress listen{"127.0.0.1", 8080};
  std::filesystem::path data = "data";
  std::filesystem::path models;  ///< Empty: beside the executable, or the installed share folder.
  int workers = 0;               ///< 0: one a core.
  int queue_capacity = 1024;     ///< Tasks that may wait.
  int http_threads = 1;          ///< Threads for connections.
  int blocking_threads = 8;      ///< Threads for database and file work of requests.
  int max_connections = 8192;
  int max_connections_per_address = 256;                        ///< Outside loopback.
  std::int64_t max_upload_bytes = 64LL << 20;                   ///< One picture.
  std::int64_t max_pixels = imaging::ImageLimits().max_pixels;  ///< One picture.
  int max_side = imaging::ImageLimits().max_side;               ///< Pixels.
  int event_streams_per_user = 8;             ///< The oldest ends for a newer one.
  std::chrono::seconds upload_timeout{900};   ///< For all pictures of a request.
  std::int64_t disk_watermark = 256LL << 20;  ///< Bytes that uploads leave free.
  std::chrono::seconds shutdown_grace{6};     ///< For requests and running tasks.
  auth::Registration registration = auth::Registration::closed;
  MetricsRoute metrics = MetricsRoute::off;
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

/// Where the models are: the folder that somebody named, or where `given` is empty, `models` beside
/// the executable, in one of its parents (a build tree), or `../share/geond/models`. A named one is
/// not looked at. Errors: not_found `models_not_found`.
core::Result<std::filesystem::path> find_models_directory(const std::filesystem::path& given);

}  // namespace geond::app
