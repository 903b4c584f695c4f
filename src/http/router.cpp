// SPDX-License-Identifier: MIT
#include "geond/http/router.hpp"

#include <algorithm>
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
  std::size_t at = 0;
  for (const Piece& piece : parse_pattern(route.pattern)) {
    if (at >= segments.size()) break;
    if (piece.kind == PieceKind::parameter) {
      parameters.add(std::string(piece.text), segments[at]);
    } else if (piece.kind == PieceKind::rest) {
      parameters.add(std::string(piece.text), join(segments.subspan(at)));
    }
    ++at;
  }
  return parameters;
}

/// The route of that method; HEAD falls back to GET.
const Route* choose(std::span<const Route* const> routes, Method method) {
  const auto find = [&routes](Method wanted) -> const Route* {
    for (const Route* route : routes) {
      if (route->method == wanted) return route;
    }
    return nullptr;
  };
  const Route* route = find(method);
  if (route == nullptr && method == Method::head) route = find(Method::get);
  return route;
}

std::string allowed_methods(std::span<const Route* const> routes) {
  std::set<std::string_view> names{"OPTIONS"};
  for (const Route* route : routes) {
    names.insert(method_name(route->method));
    if (route->method == Method::get) names.insert("HEAD");
  }
  std::string text;
  for (const std::string_view name : names) {
    if (!text.empty()) text += ", ";
    text += name;
  }
  return text;
}

/// Finds the node for the segments: fixed before parameter before rest. The depth is that of the
/// patterns, which are ours, not that of the path.
template <class Node>
const Node* find_node(const Node& node, Segments segments) {
  if (segments.empty()) return node.routes.empty() ? nullptr : &node;
  const std::string& first = segments.front();
  const auto fixed = node.fixed.find(first);
  if (fixed != node.fixed.end()) {
    if (const Node* found = find_node(*fixed->second, segments.subspan(1))) return found;
  }
  if (node.parameter && !first.empty()) {
    if (const Node* found = find_node(*node.parameter, segments.subspan(1))) return found;
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
  for (const Piece& piece : parse_pattern(route->pattern)) {
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
  RouteMatch match;
  Segments path(segments);
  const Node* node = find_node(*root_, path);
  std::vector<const Route*> routes;
  if (node != nullptr) routes = node->routes;

  // The same path with or without its last slash, for the routes that tolerate it. Where both
  // forms are routes, each method is answered by the form that has it, the path's own first.
  std::vector<std::string> other(segments);
  if (other.size() > 1 && other.back().empty()) {
    other.pop_back();
  } else {
    other.emplace_back();
  }
  if (const Node* slashed = find_node(*root_, Segments(other)); slashed && slashed != node) {
    // A route of its own beats one that takes the rest of whatever path.
    const bool goes_first = !routes.empty() && routes.front()->pattern.ends_with("...}");
    std::vector<const Route*> tolerated;
    for (const Route* route : slashed->routes) {
      if (route->options.trailing_slash == TrailingSlash::tolerated) tolerated.push_back(route);
    }
    routes.insert(goes_first ? routes.begin() : routes.end(), tolerated.begin(), tolerated.end());
  }
  if (routes.empty()) return match;

  match.route = choose(routes, method);
  match.pattern = match.route != nullptr ? match.route->pattern : routes.front()->pattern;
  match.allow = allowed_methods(routes);
  match.kind = match.route != nullptr ? RouteMatch::Kind::found : RouteMatch::Kind::method_unknown;
  if (match.route != nullptr) match.parameters = bind_parameters(*match.route, path);
  return match;
}

std::vector<const Route*> Router::routes() const {
  std::vector<const Route*> all;
  all.reserve(routes_.size());
  for (const auto& route : routes_) all.push_back(route.get());
  return all;
}

}  // namespace geond::http
