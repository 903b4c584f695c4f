// SPDX-License-Identifier: MIT
#include "geond/http/json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "geond/http/media_type.hpp"

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;
using nlohmann::json;

/// What the callback stops the parser with: returning false would only drop the value.
struct Refusal {
  Error error;
};

/// Checks depth and names while the parser runs, so that neither costs more than the limit.
class Checker {
 public:
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
      case json::parse_event_t::array_start:
        enter(depth);
        break;
      case json::parse_event_t::object_end:
      case json::parse_event_t::array_end:
        names_.pop_back();
        break;
      case json::parse_event_t::key:
        add_name(parsed.get_ref<const std::string&>());
        break;
      case json::parse_event_t::value:
        break;
    }
    return true;
  }

 private:
  void enter(int depth) {
    if (depth >= kMaxJsonDepth) {
      throw Refusal{
          Error(ErrorKind::bad_request, "json_too_deep",
                "The JSON is nested deeper than " + std::to_string(kMaxJsonDepth) + " levels.")};
    }
    names_.emplace_back();
  }

  void add_name(const std::string& name) {
    if (!names_.back().insert(name).second) {
      throw Refusal{Error(ErrorKind::bad_request, "invalid_json",
                          "The name \"" + name.substr(0, 100) + "\" stands twice in one object.")};
    }
  }

  std::vector<std::set<std::string>> names_;  // One for each object or array that is open.
};

/// "[json.exception.parse_error.101] parse error at line 1, column 2: ..." without its first part.
std::string readable(std::string_view message) {
  const std::size_t end = message.find("] ");
  return std::string(end == std::string_view::npos ? message : message.substr(end + 2));
}

bool is_json(std::string_view content_type) {
  const auto media = parse_media_type(content_type);
  return media && (media->type == "application/json" || media->type.ends_with("+json"));
}

}  // namespace

core::Result<json> parse_json(std::string_view text) {
  try {
    // The parser copies its callback's holder around; the state must not be copied with it.
    Checker checker;
    return json::parse(text, [&checker](int depth, json::parse_event_t event, json& parsed) {
      return checker(depth, event, parsed);
    });
  } catch (const Refusal& refusal) {
    return refusal.error;
  } catch (const json::exception& failure) {
    return Error(ErrorKind::bad_request, "invalid_json",
                 "The body is no valid JSON: " + readable(failure.what()) + ".");
  }
}

Task<core::Result<json>> read_json(Request& request, std::uint64_t max_bytes) {
  if (!is_json(request.headers.get_or("Content-Type", ""))) {
    co_return Error(ErrorKind::unsupported_media, "unsupported_content_type",
                    "Send the body as JSON, with the header Content-Type: application/json.");
  }
  // The route may have set less already.
  request.body().set_limit(std::min(max_bytes, request.body().limit()));
  const core::Result<std::string> text = co_await read_text(request.body());
  if (!text) co_return text.error();
  co_return parse_json(*text);
}

std::string dump_json(const json& value) {
  return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace geond::http
