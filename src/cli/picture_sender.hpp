// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

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
  PictureSender(http::ServerUrl server, http::ServerTrust trust, SendingSettings settings);

  /// The result document of the API with `image.file` (see told_name) and `task`.
  ///
  /// Errors: those of imaging::FileBytes::open; unavailable `connection_failed` after the retries,
  /// `refused` with the server's words, among them that it stayed busy for ten minutes,
  /// and `not_of_geond` if what it answers is no task, nor JSON as http::parse_json takes it;
  /// unprocessable `task_failed`.
  core::Result<nlohmann::json> result_of(const std::filesystem::path& file);

 private:
  core::Result<nlohmann::json> create_task(const std::filesystem::path& file, std::string content);
  core::Result<nlohmann::json> await_end(nlohmann::json task);
  http::ClientRequest request_to(http::Method method, std::string target) const;
  core::Result<http::ClientResponse> exchange(const http::ClientRequest& request);
  std::string settings_query() const;

  http::Client client_;
  const SendingSettings settings_;
};

}  // namespace geond::cli
