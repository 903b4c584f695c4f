// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include "geond/api/services.hpp"
#include "geond/auth/principal.hpp"
#include "geond/core/result.hpp"
#include "geond/http/context.hpp"
#include "geond/http/request.hpp"
#include "geond/http/response.hpp"
#include "geond/http/router.hpp"
#include "geond/http/task.hpp"

namespace geond::api {

/// What a handler is given; everything lives until the handler has ended.
struct Call {
  const Services& services;
  http::Request& request;
  http::Context& context;
  /// Null where Access is anyone, and for strangers where it is optional. Whoever loses access
  /// while the body comes is refused by the body, and a role that changes is the new one from then
  /// on: read the body before looking at it.
  const auth::Principal* caller = nullptr;

  const auth::Principal& principal() const { return *caller; }
  core::UserId user() const { return caller->user; }
};

using Answer = core::Result<http::Response>;

/// A handler answers, or returns an error that becomes a problem document.
using Handler = http::Task<Answer> (*)(Call call);

/// Who may call a route.
enum class Access {
  anyone,     ///< No authentication is looked at, but no other server's page may change anything.
  optional,   ///< Likewise; but who shows a credential is authenticated, or gets a 401.
  signed_in,  ///< 401 otherwise.
  admin,      ///< 401 or 403 otherwise.
};

/// What a row says where it leaves a list of words out.
inline constexpr std::string_view kNoWords;

/// One row of the API. Everything that routes have in common is done from here before the handler
/// runs, in this order: the page that it comes from, authentication, role, Accept, unknown query
/// parameters, Content-Encoding.
struct RouteRow {
  http::Method method;
  std::string_view pattern;
  Access access;
  Handler handler;
  std::string_view query = kNoWords;  ///< Names of the parameters it knows, separated by spaces.
  /// Media types to negotiate, separated by spaces; none: no negotiation.
  std::string_view produces = kNoWords;
  http::RouteOptions options = {};
};

/// The rows of each resource.
std::span<const RouteRow> auth_routes();
std::span<const RouteRow> user_routes();
std::span<const RouteRow> session_routes();
std::span<const RouteRow> key_routes();
std::span<const RouteRow> task_routes();
std::span<const RouteRow> task_file_routes();
std::span<const RouteRow> event_routes();
std::span<const RouteRow> model_routes();
std::span<const RouteRow> system_routes();
std::span<const RouteRow> classic_routes();

/// JSON bodies of requests that have no picture in them.
inline constexpr http::RouteOptions kSmallBody{.body_rule = http::BodyRule::length_required,
                                               .max_body_bytes = 64 * 1024};

/// The same where the body may be left out.
inline constexpr http::RouteOptions kOptionalBody{.max_body_bytes = 64 * 1024};

/// For RouteRow::query: whatever comes is passed over, as clients of the classic API expect.
inline constexpr std::string_view kAnyQuery = "*";

inline constexpr std::string_view kJson = "application/json";

}  // namespace geond::api
