// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/http/body_reader.hpp"

namespace geond::http {

enum class Method { get, head, post, put, patch, del, options };

/// `GET`, `DELETE`, ...
std::string_view method_name(Method method);

/// The method of that exact (upper-case) name, if geond knows it.
std::optional<Method> parse_method(std::string_view name);

/// Header fields in the order they came. Names compare without regard to case.
class Headers {
 public:
  using Field = std::pair<std::string, std::string>;

  /// The first value of that name.
  std::optional<std::string_view> get(std::string_view name) const;
  /// The first value of that name, or `fallback`.
  std::string_view get_or(std::string_view name, std::string_view fallback) const;
  bool contains(std::string_view name) const { return get(name).has_value(); }
  /// Every value of that name, in order.
  std::vector<std::string_view> all(std::string_view name) const;
  /// Every value of that name joined by `, `: for fields that are lists by definition.
  std::string joined(std::string_view name) const;

  void add(std::string_view name, std::string_view value);
  /// Replaces every field of that name by one.
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);

  const std::vector<Field>& fields() const { return fields_; }

 private:
  std::vector<Field> fields_;
};

/// Whether two header names, or other ASCII words, are the same but for case.
bool equals_ignoring_case(std::string_view a, std::string_view b);

/// Names and values in the order they came; a name may occur more than once.
class Pairs {
 public:
  using Pair = std::pair<std::string, std::string>;

  std::optional<std::string_view> get(std::string_view name) const;
  std::size_t count(std::string_view name) const;
  std::vector<std::string_view> all(std::string_view name) const;
  void add(std::string name, std::string value);

  const std::vector<Pair>& pairs() const { return pairs_; }
  bool empty() const { return pairs_.empty(); }

 private:
  std::vector<Pair> pairs_;
};

/// Splits the query of a target (without `?`) or a form (`application/x-www-form-urlencoded`):
/// `+` is a space, percent-encoding is decoded, `a` is a name with an empty value.
/// Errors: bad_request `bad_encoding` (broken percent-encoding, a NUL, or not UTF-8 once decoded).
core::Result<Pairs> parse_pairs(std::string_view text);

/// A request target in origin form, taken apart.
struct Target {
  std::string path;                   ///< As sent, still encoded, base path removed.
  std::vector<std::string> segments;  ///< Decoded; `/a/b/` has the segments a, b and "".
  std::string query_text;             ///< As sent, without `?`.
  Pairs query;                        ///< Decoded.
};

/// Takes an origin-form target apart. Errors: bad_request `bad_target` (does not begin with `/`,
/// or characters that a target cannot have), bad_request `bad_encoding`.
core::Result<Target> parse_target(std::string_view text);

/// What a handler is given. Lives as long as the request is worked on. Not thread-safe: reach it
/// from the handler's coroutine only, and copy what a blocking function needs.
struct Request {
  Method method = Method::get;
  Target target;
  Headers headers;
  Pairs parameters;        ///< Of the route's pattern, decoded: `{id}` -> "7".
  std::string_view route;  ///< The pattern that matched, e.g. `/api/v1/tasks/{id}`; the router's.
  std::string id;          ///< The X-Request-Id: the client's own if it was sane, else random.
  std::string remote_address;  ///< Of the client; behind a trusted proxy, what the proxy says.
  bool is_secure = false;      ///< TLS here, or at a trusted proxy.
  std::string
      host;  ///< Of the target if it is a whole address, else the Host header; empty without.
  std::string base_path;  ///< The prefix that was removed from the target, e.g. `/geond`.
  std::chrono::steady_clock::time_point started;
  BodyReader* body_reader = nullptr;

  BodyReader& body() { return *body_reader; }

  /// The path parameter of that name. Throws std::logic_error if the route has none.
  std::string_view parameter(std::string_view name) const;
  /// The path parameter as a positive integer.
  /// Errors: not_found `not_found`: a path whose id cannot be one does not exist.
  core::Result<std::int64_t> id_parameter(std::string_view name) const;
  /// The address under which the client reaches this server: `https://host/base`.
  std::string origin() const;
};

}  // namespace geond::http
