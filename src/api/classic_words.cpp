// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <charconv>
#include <nlohmann/json.hpp>
#include <system_error>

#include "classic.hpp"
#include "geond/http/json.hpp"

namespace geond::api::classic {
namespace {

using core::Error;
using core::ErrorKind;
using core::Result;

}  // namespace

http::Response json_response(const nlohmann::json& document) {
  return http::Response::json(http::dump_json(document)).with("Cache-Control", "no-store");
}

std::optional<std::int64_t> read_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size() || error == std::errc::invalid_argument) return std::nullopt;
  return error == std::errc() ? value : 0;
}

Result<core::TaskId> task_id(const http::Request& request) {
  const std::string_view text = request.parameter("id");
  const auto id = read_integer(text);
  if (!id) {
    return Error(ErrorKind::invalid_argument, "invalid_id", "The task's id must be an integer.")
        .with_field("id", "must be an integer");
  }
  if (*id < 1) return tasks::task_not_found(text);
  return core::TaskId{*id};
}

Error in_classic_words(const Error& error, core::TaskId id) {
  const bool is_missing = error.kind() == ErrorKind::not_found || error.kind() == ErrorKind::gone;
  return is_missing ? tasks::task_not_found(std::to_string(id.value)) : error;
}

std::string time_text(core::Timestamp time) {
  std::string text = core::format_rfc3339(time);
  text.pop_back();  // the Z
  constexpr std::string_view kNoFraction = ".000000";
  if (text.ends_with(kNoFraction)) text.resize(text.size() - kNoFraction.size());
  return text;
}

std::string input_path(const tasks::Task& task) {
  const bool is_png = task.input.content_type == "image/png";
  return fmt::format("img_{}.{}", task.id.value, is_png ? "png" : "jpeg");
}

}  // namespace geond::api::classic
