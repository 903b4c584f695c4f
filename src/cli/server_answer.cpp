// SPDX-License-Identifier: MIT
#include "server_answer.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "geond/http/json.hpp"

namespace geond::cli {
namespace {

bool has_text(const nlohmann::json& document, const char* member) {
  const auto found = document.find(member);
  return found != document.end() && found->is_string();
}

}  // namespace

std::string told_status(const http::ClientResponse& response) {
  const auto location = response.headers.get("Location");
  if (response.status < 300 || response.status >= 400 || !location) {
    return fmt::format("status {}", response.status);
  }
  return fmt::format("status {}, which leads to {} and is not followed", response.status,
                     location->substr(0, 256));
}

core::Error not_of_geond(std::string_view why) {
  return core::Error(
      core::ErrorKind::unavailable, "not_of_geond",
      fmt::format("The server's answer is none of geond's: {} Is that the address of a geond, with "
                  "its base path?",
                  why));
}

core::Result<bool> readiness_in(const http::ClientResponse& response) {
  const auto document = http::parse_json(response.body);
  const bool is_ours = document && document->is_object() && has_text(*document, "status") &&
                       has_text(*document, "version");
  if (is_ours && (response.status == 200 || response.status == 503)) {
    return response.status == 200;
  }
  return not_of_geond(fmt::format("It has {}.", told_status(response)));
}

}  // namespace geond::cli
