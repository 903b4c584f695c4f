// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/http/client.hpp"

namespace geond::cli {

/// How pictures are to be sent and worked on.
struct SendingSettings {
  std::string key;         ///< An API key.
  std::string detector;    ///< Empty: the server's default.
  std::string classifier;  ///< Empty: the server's default.
  std::optional<double> threshold;
  int retries = 5;  ///< Attempts more while the server cannot be reached.
  /// How long a busy server is waited for, with each request.
  std::chrono::milliseconds longest_busy = std::chrono::minutes(10);
};

/// Sends pictures to a server one after the other and waits for what becomes of them. For one
/// thread.
///
/// A picture is sent under an Idempotency-Key made of its content, its path and the settings: what
/// an earlier call has sent within the server's 24 hours is found again and not worked on twice. A
/// task that was removed meanwhile is made anew, and one that failed or was cancelled before this
/// call is queued again.
class PictureSender {
 public:
  /// `on_wait` is told why when a picture begins to wait for the server, on the caller's thread.
  PictureSender(http::ServerUrl server, http::ServerTrust trust, SendingSettings settings,
                std::function<void(std::string_view)> on_wait);

  /// The result document of the API with `image.file` (see told_name), and of its task the id as
  /// `task`, the picture's hash as `image.sha256`, `detector` and `classifier`.
  ///
  /// Errors: those of imaging::FileBytes::open; unavailable `connection_failed` or, if no geond
  /// answers otherwise either, `server_unreachable` after the retries (a status of 500 or more
  /// without a problem's `code` is a proxy's and no answer), `stayed_busy` after
  /// SendingSettings::longest_busy and `refused`, both with the server's words, and `not_of_geond`
  /// if what it answers is no task, nor JSON as http::parse_json takes it, or refuses without a
  /// `code` (but for the limits that a proxy may have: 408, 413 and 429); unauthenticated
  /// `key_refused` with the server's words; invalid_argument `unknown_model` and `wrong_server` (a
  /// redirection, or no such path); unprocessable `task_failed`.
  core::Result<nlohmann::json> result_of(const std::filesystem::path& file);

 private:
  core::Result<nlohmann::json> create_task(const std::filesystem::path& file, std::string content);
  core::Result<nlohmann::json> retry(const nlohmann::json& task);
  core::Result<nlohmann::json> await_end(nlohmann::json task);
  http::ClientRequest request_to(http::Method method, std::string target) const;
  core::Result<http::ClientResponse> exchange(const http::ClientRequest& request);
  core::Error failure_to_reach(const core::Result<http::ClientResponse>& last);
  std::string settings_query() const;

  http::Client client_;
  const SendingSettings settings_;
  const std::function<void(std::string_view)> on_wait_;
};

/// How many other pictures of a batch had come to a task's end.
struct Others {
  std::size_t before = 0;  ///< When the picture was begun.
  std::size_t now = 0;
};

/// Whether an error of PictureSender::result_of would be every other picture's as well: that the
/// server stayed busy only if none got through meanwhile, and an answer that is none of geond's
/// only as long as none has at all.
bool concerns_all(const core::Error& error, const Others& others);

}  // namespace geond::cli
