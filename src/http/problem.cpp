// SPDX-License-Identifier: MIT
#include "geond/http/problem.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "geond/core/error_codes.hpp"
#include "geond/http/json.hpp"

namespace geond::http {
namespace {

using core::ErrorKind;

struct CodeStatus {
  std::string_view code;
  int status;
};

constexpr std::array<CodeStatus, 10> kTransportCodes{{{"method_not_allowed", 405},
                                                      {"not_acceptable", 406},
                                                      {"body_timeout", 408},
                                                      {"header_timeout", 408},
                                                      {"length_required", 411},
                                                      {"target_too_long", 414},
                                                      {"expectation_failed", 417},
                                                      {"headers_too_large", 431},
                                                      {"method_not_implemented", 501},
                                                      {"version_not_supported", 505}}};

int status_of_kind(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::bad_request:
      return 400;
    case ErrorKind::unauthenticated:
      return 401;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::gone:
      return 410;
    case ErrorKind::too_large:
      return 413;
    case ErrorKind::unsupported_media:
      return 415;
    case ErrorKind::invalid_argument:
    case ErrorKind::unprocessable:
      return 422;
    case ErrorKind::too_many_requests:
      return 429;
    case ErrorKind::unavailable:
      return 503;
    case ErrorKind::storage_full:
      return 507;
    case ErrorKind::internal:
      break;
  }
  return 500;
}

/// What only a person mends: there is no use in asking again at once.
constexpr std::array kToBeMended{core::codes::kDatabaseCorrupt, core::codes::kDatabaseMoved,
                                 core::codes::kNoModel};

/// Seconds until it is worth asking again; null where that does not help.
const char* retry_after(int status, std::string_view code) {
  if (status == 507) return "30";  // Somebody has to make room.
  if (status != 429 && status != 503) return nullptr;
  return std::ranges::find(kToBeMended, code) != kToBeMended.end() ? "30" : "1";
}

std::string describe_for_log(const core::Error& error) {
  std::string text = error.code() + ": " + error.detail();
  if (error.where().line() > 0) {
    text += " (" + std::string(error.where().file_name()) + ':' +
            std::to_string(error.where().line()) + ')';
  }
  return text;
}

}  // namespace

int status_of(const core::Error& error) {
  for (const CodeStatus& row : kTransportCodes) {
    if (row.code == error.code()) return row.status;
  }
  return status_of_kind(error.kind());
}

Response make_problem(int status, const core::Error& error, std::string_view request_id) {
  const bool is_internal = error.kind() == ErrorKind::internal;
  const std::string code = error.code().empty() ? "internal_error" : error.code();
  nlohmann::json document = {
      {"type", "about:blank"}, {"title", status_reason(status)}, {"status", status},
      {"code", code},          {"request_id", request_id},
  };
  document["detail"] = is_internal
                           ? "Something went wrong in the server. Its log says what, under this "
                             "request id."
                           : error.detail();
  if (!error.fields().empty() && !is_internal) {
    auto& fields = document["errors"] = nlohmann::json::array();
    for (const core::FieldError& field : error.fields()) {
      fields.push_back({{"field", field.field}, {"detail", field.detail}});
    }
  }
  Response response = Response::text(dump_json(document), "application/problem+json", status);
  response.headers.add("Cache-Control", "no-store");
  if (status == 401) response.headers.add("WWW-Authenticate", "Bearer");
  if (const char* seconds = retry_after(status, code)) response.headers.add("Retry-After", seconds);
  if (is_internal) response.log_detail = describe_for_log(error);
  response.problem_code = code;
  return response;
}

Response make_problem(const core::Error& error, std::string_view request_id) {
  return make_problem(status_of(error), error, request_id);
}

Response make_problem(const core::Error& error, const Request& request) {
  return make_problem(error, request.id);
}

}  // namespace geond::http
