// SPDX-License-Identifier: MIT
#include "geond/http/router.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>
#include <stdexcept>

namespace geond::http {

/// One segment of the patterns. A parameter may have another name in each pattern that passes
/// through the node, so the names are the pattern's.
struct Router::Node {
  std::map<std::string, std::unique_ptr<Node>, std::less<>> fixed;
  std::unique_ptr<Node> parameter;
  std::unique_ptr<Node> rest;
  std::vector<const Route*> routes;
};

namespace {

enum class PieceKind { fixed, parameter, rest };

struct Piece {
  PieceKind kind = PieceKind::fixed;
  std::string_view text;  ///< The fixed segment or the parameter's name.
};

Piece parse_piece(std::string_view segment) {
  if (!segment.starts_with('{') || !segment.ends_with('}')) return {PieceKind::fixed, segment};
  const std::string_view name = segment.substr(1, segment.size() - 2);
  if (name.ends_with("...")) return {PieceKind::rest, name.substr(0, name.size() - 3)};
  return {PieceKind::parameter, name};
}

/// `/a/{b}` -> a, {b}. Throws if the pattern is malformed.
std::vector<Piece> parse_pattern(std::string_view pattern) {
  const auto refuse = [pattern](const char* why) {
    throw std::logic_error("The route " + std::string(pattern) + ' ' + why);
  };
  if (!pattern.starts_with('/')) refuse("does not begin with a slash.");
  std::vector<Piece> pieces;
  std::set<std::string_view> names;
  std::string_view left = pattern.substr(1);
  while (true) {
    const std::size_t slash = std::min(left.find('/'), left.size());
    const Piece piece = parse_piece(left.substr(0, slash));
    if (!pieces.empty() && pieces.back().kind == PieceKind::rest) {
      refuse("goes on after {...}.");
    }
    if (piece.kind != PieceKind::fixed &&
        (piece.text.empty() || !names.insert(piece.text).second)) {
      refuse("has a parameter without a name of its own.");
    }
    if (piece.kind == PieceKind::fixed &&
        piece.text.find_first_of("{}") != std::string_view::npos) {
      refuse("has a parameter that is no whole segment.");
    }
    pieces.push_back(piece);
    if (slash == left.size()) break;
    left.remove_prefix(slash + 1);
  }
  return pieces;
}

using Segments = std::span<const std::string>;

std::string join(Segments segments) {
  std::string text;
  for (const std::string& segment : segments) {
    if (!text.empty()) text += '/';
    text += segment;
  }
  return text;
}

/// Binds the segments to the names in the route's pattern.
Pairs bind_parameters(const Route& route, Segments segments) {
  Pairs parameters;
  for (const RouteParameter& parameter : route.parameters) {
    if (parameter.segment >= segments.size()) break;
    parameters.add(parameter.name, parameter.takes_rest ? join(segments.subspan(parameter.segment))
                                                        : segments[parameter.segment]);
  }
  return parameters;
}

/// The routes of a path, or, of the path with or without its last slash, those that tolerate it.
struct PathForm {
  std::span<const Route* const> routes;
  bool only_tolerant = false;
};
/// In the order in which they are asked for a method.
using PathForms = std::array<PathForm, 2>;

/// Calls `visit` with each route until it says true; the route it said so of.
template <class Visit>
const Route* find_route(const PathForms& forms, Visit&& visit) {
  for (const PathForm& form : forms) {
    for (const Route* route : form.routes) {
      const bool applies =
          !form.only_tolerant || route->options.trailing_slash == TrailingSlash::tolerated;
      if (applies && visit(*route)) return route;
    }
  }
  return nullptr;
}

/// The route of that method; HEAD falls back to GET.
const Route* choose(const PathForms& forms, Method method) {
  const auto find = [&forms](Method wanted) {
    return find_route(forms, [wanted](const Route& route) { return route.method == wanted; });
  };
  const Route* route = find(method);
  if (route == nullptr && method == Method::head) route = find(Method::get);
  return route;
}

std::string allowed_methods(const PathForms& forms) {
  std::set<std::string_view> names{"OPTIONS"};
  find_route(forms, [&names](const Route& route) {
    names.insert(method_name(route.method));
    if (route.method == Method::get) names.insert("HEAD");
    return false;
  });
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

/// A path's segments, and whether an empty one follows them: a slash at its end.
struct Path {
  Segments segments;
  bool has_slash = false;

  bool is_empty() const { return segments.empty() && !has_slash; }
  std::string_view first() const {
    return segments.empty() ? std::string_view() : std::string_view(segments.front());
  }
  Path rest() const { return segments.empty() ? Path{} : Path{segments.subspan(1), has_slash}; }
};

/// The same path with its last slash if it has none, else without.
Path with_other_ending(Segments segments) {
  if (segments.size() > 1 && segments.back().empty()) {
    return {segments.first(segments.size() - 1)};
  }
  return {segments, true};
}

/// Finds the node for the path: fixed before parameter before rest. The depth is that of the
/// patterns, which are ours, not that of the path.
template <class Node>
const Node* find_node(const Node& node, const Path& path) {
  if (path.is_empty()) return node.routes.empty() ? nullptr : &node;
  const std::string_view first = path.first();
  const auto fixed = node.fixed.find(first);
  if (fixed != node.fixed.end()) {
    if (const Node* found = find_node(*fixed->second, path.rest())) return found;
  }
  if (node.parameter && !first.empty()) {
    if (const Node* found = find_node(*node.parameter, path.rest())) return found;
  }
  return node.rest ? node.rest.get() : nullptr;
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
  auto route = std::make_unique<Route>();
  route->method = method;
  route->pattern = std::string(pattern);
  route->options = options;
  route->handler = std::move(handler);

  Node* node = root_.get();
  std::size_t segment = 0;
  for (const Piece& piece : parse_pattern(route->pattern)) {
    if (piece.kind != PieceKind::fixed) {
      route->parameters.push_back(
          {segment, std::string(piece.text), piece.kind == PieceKind::rest});
    }
    ++segment;
    std::unique_ptr<Node>* next = nullptr;
    switch (piece.kind) {
      case PieceKind::fixed:
        next = &node->fixed[std::string(piece.text)];
        break;
      case PieceKind::parameter:
        next = &node->parameter;
        break;
      case PieceKind::rest:
        next = &node->rest;
        break;
    }
    if (!*next) *next = std::make_unique<Node>();
    node = next->get();
  }
  for (const Route* other : node->routes) {
    if (other->method == method) {
      throw std::logic_error("The route " + route->pattern + " is there already.");
    }
  }
  node->routes.push_back(route.get());
  routes_.push_back(std::move(route));
}

void Router::get(std::string_view pattern, Handler handler, RouteOptions options) {
  add(Method::get, pattern, std::move(handler), options);
}
void Router::post(std::string_view pattern, Handler handler, RouteOptions options) {
  add(Method::post, pattern, std::move(handler), options);
}
void Router::put(std::string_view pattern, Handler handler, RouteOptions options) {
  add(Method::put, pattern, std::move(handler), options);
}
void Router::patch(std::string_view pattern, Handler handler, RouteOptions options) {
  add(Method::patch, pattern, std::move(handler), options);
}
void Router::del(std::string_view pattern, Handler handler, RouteOptions options) {
  add(Method::del, pattern, std::move(handler), options);
}

RouteMatch Router::match(Method method, const std::vector<std::string>& segments) const {
  const Node* node = find_node(*root_, Path{segments});
  // The same path with or without its last slash, for the routes that tolerate it. Where both
  // forms are routes, each method is answered by the form that has it, the path's own first.
  const Node* other = find_node(*root_, with_other_ending(segments));
  PathForms forms;
  if (node != nullptr) forms[0].routes = node->routes;
  if (other != nullptr && other != node) forms[1] = {other->routes, true};
  // A route of its own beats one that takes the rest of whatever path.
  if (node != nullptr && node->routes.front()->pattern.ends_with("...}")) {
    std::swap(forms[0], forms[1]);
  }

  RouteMatch match;
  match.route = choose(forms, method);
  if (match.route != nullptr) {
    match.kind = RouteMatch::Kind::found;
    match.pattern = match.route->pattern;
    match.parameters = bind_parameters(*match.route, segments);
  } else if (const Route* any = find_route(forms, [](const Route&) { return true; })) {
    match.kind = RouteMatch::Kind::method_unknown;
    match.pattern = any->pattern;
    match.allow = allowed_methods(forms);
  }
  return match;
}

std::vector<const Route*> Router::routes() const {
  std::vector<const Route*> all;
  all.reserve(routes_.size());
  for (const auto& route : routes_) all.push_back(route.get());
  return all;
}

}  // namespace geond::http
