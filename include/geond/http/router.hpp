// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geond/http/context.hpp"
#include "geond/http/request.hpp"
#include "geond/http/response.hpp"
#include "geond/http/task.hpp"

namespace geond::http {

/// Answers one request. Called on the session's executor; must not block (Context::run_blocking).
/// The function object lives as long as the router. An exception becomes a 500.
using Handler = std::function<Task<Response>(Request& request, Context& context)>;

enum class TrailingSlash {
  strict,     ///< `/a` and `/a/` are different paths.
  tolerated,  ///< A path that matches but for one `/` at its end matches.
};

enum class BodyRule {
  optional,         ///< With or without a body.
  length_required,  ///< Neither Content-Length nor chunked coding: 411.
};

/// What differs from route to route.
struct RouteOptions {
  TrailingSlash trailing_slash = TrailingSlash::strict;
  BodyRule body_rule = BodyRule::optional;
  /// The most bytes a body may have; the server's default if not set.
  std::optional<std::uint64_t> max_body_bytes;
};

/// A parameter of a pattern.
struct RouteParameter {
  std::size_t segment = 0;  ///< Which one of the path it takes, from 0.
  std::string name;
  bool takes_rest = false;  ///< That one and all that follow: `{name...}`.
};

/// One route as it was added.
struct Route {
  Method method = Method::get;
  std::string pattern;
  std::vector<RouteParameter> parameters;  ///< Of the pattern, in its order.
  RouteOptions options;
  Handler handler;
};

/// What a request's method and path lead to.
struct RouteMatch {
  enum class Kind {
    found,           ///< `route` is set.
    path_unknown,    ///< 404.
    method_unknown,  ///< 405 with `allow`; for OPTIONS 204 with `allow`.
  };
  Kind kind = Kind::path_unknown;
  const Route* route = nullptr;
  Pairs parameters;
  /// Of the path, also when the method is not there; for metrics. Lives as long as the router.
  std::string_view pattern;
  std::string allow;  ///< Of `method_unknown`: the value of `Allow`, e.g. `GET, HEAD, OPTIONS`.
};

/// Which handler answers which method and path. Filled before the server starts, then read only.
///
/// Patterns: `/api/v1/tasks/{id}`; a parameter is one whole, non-empty segment; `{name...}` as the
/// last segment takes the rest of the path (one or more segments). A fixed segment beats a
/// parameter, a parameter beats the rest. GET routes answer HEAD (the session drops the body), and
/// every known path answers OPTIONS.
class Router {
 public:
  Router();
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// Throws std::logic_error if the pattern is malformed or the route is there already.
  void add(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});

  void get(std::string_view pattern, Handler handler, RouteOptions options = {});
  void post(std::string_view pattern, Handler handler, RouteOptions options = {});
  void put(std::string_view pattern, Handler handler, RouteOptions options = {});
  void patch(std::string_view pattern, Handler handler, RouteOptions options = {});
  void del(std::string_view pattern, Handler handler, RouteOptions options = {});

  /// Never throws for any method and segments.
  RouteMatch match(Method method, const std::vector<std::string>& segments) const;

  /// Every route, in the order they were added: for tests that hold them against a document.
  std::vector<const Route*> routes() const;

 private:
  struct Node;
  std::vector<std::unique_ptr<Route>> routes_;
  std::unique_ptr<Node> root_;
};

}  // namespace geond::http
