// SPDX-License-Identifier: MIT
#include "geond/http/request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <stdexcept>

#include "tokens.hpp"

namespace geond::http {
namespace {

struct MethodName {
  Method method;
  std::string_view name;
};

constexpr std::array<MethodName, 7> kMethods{{{Method::get, "GET"},
                                              {Method::head, "HEAD"},
                                              {Method::post, "POST"},
                                              {Method::put, "PUT"},
                                              {Method::patch, "PATCH"},
                                              {Method::del, "DELETE"},
                                              {Method::options, "OPTIONS"}}};

}  // namespace

std::string_view method_name(Method method) {
  for (const MethodName& row : kMethods) {
    if (row.method == method) return row.name;
  }
  return "GET";
}

std::optional<Method> parse_method(std::string_view name) {
  for (const MethodName& row : kMethods) {
    if (row.name == name) return row.method;
  }
  return std::nullopt;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return tokens::lower(x) == tokens::lower(y); });
}

std::optional<std::string_view> Headers::get(std::string_view name) const {
  for (const Field& field : fields_) {
    if (equals_ignoring_case(field.first, name)) return field.second;
  }
  return std::nullopt;
}

std::string_view Headers::get_or(std::string_view name, std::string_view fallback) const {
  return get(name).value_or(fallback);
}

std::vector<std::string_view> Headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Field& field : fields_) {
    if (equals_ignoring_case(field.first, name)) values.emplace_back(field.second);
  }
  return values;
}

std::string Headers::joined(std::string_view name) const {
  std::string result;
  for (const std::string_view value : all(name)) {
    if (!result.empty()) result += ", ";
    result += value;
  }
  return result;
}

void Headers::add(std::string_view name, std::string_view value) {
  fields_.emplace_back(name, value);
}

void Headers::set(std::string_view name, std::string_view value) {
  remove(name);
  add(name, value);
}

void Headers::remove(std::string_view name) {
  std::erase_if(fields_,
                [name](const Field& field) { return equals_ignoring_case(field.first, name); });
}

std::optional<std::string_view> Pairs::get(std::string_view name) const {
  for (const Pair& pair : pairs_) {
    if (pair.first == name) return pair.second;
  }
  return std::nullopt;
}

std::size_t Pairs::count(std::string_view name) const {
  return all(name).size();
}

std::vector<std::string_view> Pairs::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const Pair& pair : pairs_) {
    if (pair.first == name) values.emplace_back(pair.second);
  }
  return values;
}

void Pairs::add(std::string name, std::string value) {
  pairs_.emplace_back(std::move(name), std::move(value));
}

std::string_view Request::parameter(std::string_view name) const {
  const auto value = parameters.get(name);
  if (!value) {
    throw std::logic_error("The route " + std::string(route) + " has no parameter " +
                           std::string(name) + ".");
  }
  return *value;
}

core::Result<std::int64_t> Request::id_parameter(std::string_view name) const {
  const std::string_view text = parameter(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = error == std::errc{} && end == text.data() + text.size();
  if (!is_number || value < 1 || !tokens::is_digit(text.front())) {
    return core::Error(core::ErrorKind::not_found, "not_found",
                       "There is nothing with that id: an id is a positive integer.");
  }
  return value;
}

std::string Request::origin() const {
  return (is_secure ? "https://" : "http://") + host + base_path;
}

}  // namespace geond::http
