// SPDX-License-Identifier: MIT
#include "input_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "geond/core/utf8.hpp"
#include "geond/http/json.hpp"
#include "words.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::ErrorKind;
using core::FieldError;
using nlohmann::json;

/// More would only make the answer long.
constexpr std::size_t kMaxFindings = 20;

void add(std::vector<FieldError>& findings, std::string field, std::string detail) {
  if (findings.size() < kMaxFindings) findings.push_back({std::move(field), std::move(detail)});
}

/// The first finding as a sentence: `what` is the kind of field that it is about.
std::string first_of(const std::vector<FieldError>& findings, std::string_view what) {
  if (findings.empty()) return {};
  return fmt::format("{} `{}` {}.", what, findings.front().field, findings.front().detail);
}

core::Result<void> to_result(std::vector<FieldError>& findings, std::string_view code,
                             std::string detail) {
  if (findings.empty()) return core::ok();
  return Error(ErrorKind::invalid_argument, code, std::move(detail))
      .with_fields(std::move(findings));
}

std::string range(double min, double max) {
  return fmt::format("from {} to {}", min, max);
}

std::string lengths(std::size_t min, std::size_t max) {
  return min > 0 ? fmt::format("must have {} to {} characters", min, max)
                 : fmt::format("may have {} characters at most", max);
}

}  // namespace

bool is_plain_text(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\n' && c != '\r' && c != '\t') || octet == 0x7f;
  });
}

std::optional<std::int64_t> whole_number(const json& value) {
  // An unsigned value over the signed range would turn negative in a plain get().
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    if (!std::in_range<std::int64_t>(number)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (!value.is_number_float()) return std::nullopt;
  // Up to here every whole number is a double of its own.
  constexpr double kMostExact = 9007199254740992.0;
  const double number = value.get<double>();
  if (std::trunc(number) != number || std::abs(number) > kMostExact) return std::nullopt;
  return static_cast<std::int64_t>(number);
}

ObjectReader::ObjectReader(const json& value, std::string prefix)
    : value_(value), prefix_(std::move(prefix)) {
  if (!value_.is_object()) refuse_whole("must be an object");
}

void ObjectReader::refuse(std::string_view name, std::string why) {
  add(findings_, prefix_ + std::string(name), std::move(why));
}

void ObjectReader::refuse_whole(std::string why) {
  is_body_refused_ = prefix_.empty() && findings_.empty();
  add(findings_, prefix_.empty() ? "body" : prefix_.substr(0, prefix_.size() - 1), std::move(why));
}

const json* ObjectReader::member(const char* name, Need need) {
  known_.emplace_back(name);
  if (!value_.is_object()) return nullptr;
  const auto found = value_.find(name);
  if (found != value_.end()) return &*found;
  if (need == Need::required) refuse(name, "is missing");
  return nullptr;
}

std::string ObjectReader::text(const char* name, std::size_t min, std::size_t max, Need need) {
  const json* found = member(name, need);
  if (found == nullptr) return {};
  if (!found->is_string()) {
    refuse(name, "must be a string");
    return {};
  }
  const auto& text = found->get_ref<const std::string&>();
  const std::size_t length = core::count_characters(text);
  if (length < min || length > max) {
    refuse(name, lengths(min, max));
    return {};
  }
  if (text.find('\0') != std::string::npos) {
    refuse(name, "must not contain a zero byte");
    return {};
  }
  return text;
}

std::optional<std::string> ObjectReader::optional_text(const char* name, std::size_t min,
                                                       std::size_t max) {
  if (!value_.is_object() || !value_.contains(name)) {
    known_.emplace_back(name);
    return std::nullopt;
  }
  return text(name, min, max, Need::optional);
}

std::optional<bool> ObjectReader::boolean(const char* name) {
  const json* found = member(name, Need::optional);
  if (found == nullptr) return std::nullopt;
  if (found->is_boolean()) return found->get<bool>();
  refuse(name, "must be true or false");
  return std::nullopt;
}

std::int64_t ObjectReader::integer(const char* name, std::int64_t min, std::int64_t max) {
  const json* found = member(name, Need::required);
  if (found == nullptr) return min;
  const auto value = whole_number(*found);
  if (value && *value >= min && *value <= max) return *value;
  refuse(name, fmt::format("must be an integer from {} to {}", min, max));
  return min;
}

double ObjectReader::number(const char* name, double min, double max) {
  const json* found = member(name, Need::required);
  if (found == nullptr) return min;
  if (found->is_number()) {
    const auto value = found->get<double>();
    if (value >= min && value <= max) return value;
  }
  refuse(name, "must be a number " + range(min, max));
  return min;
}

template <class IsGood>
std::pair<double, double> ObjectReader::two_numbers(const char* name, const IsGood& is_good,
                                                    const std::string& wanted) {
  const json* found = member(name, Need::required);
  if (found == nullptr) return {};
  const auto fits = [&](const json& value) {
    return value.is_number() && is_good(value.get<double>());
  };
  if (found->is_array() && found->size() == 2 && fits((*found)[0]) && fits((*found)[1])) {
    return {(*found)[0].get<double>(), (*found)[1].get<double>()};
  }
  refuse(name, "must be two numbers, each " + wanted);
  return {};
}

std::pair<double, double> ObjectReader::pair(const char* name, double min, double max) {
  const auto is_good = [=](double value) { return value >= min && value <= max; };
  return two_numbers(name, is_good, range(min, max));
}

std::pair<double, double> ObjectReader::positive_pair(const char* name, double max) {
  const auto is_good = [=](double value) { return value > 0 && value <= max; };
  return two_numbers(name, is_good, fmt::format("above 0 and at most {}", max));
}

std::optional<std::string> ObjectReader::choice(const char* name,
                                                const std::vector<std::string_view>& choices,
                                                Need need) {
  const json* found = member(name, need);
  if (found == nullptr) return std::nullopt;
  if (found->is_string()) {
    const auto& text = found->get_ref<const std::string&>();
    if (std::ranges::find(choices, text) != choices.end()) return text;
  }
  refuse(name, fmt::format("must be one of: {}", fmt::join(choices, ", ")));
  return std::nullopt;
}

const json* ObjectReader::array(const char* name, std::size_t min, std::size_t max) {
  const json* found = member(name, Need::required);
  if (found == nullptr) return nullptr;
  if (found->is_array() && found->size() >= min && found->size() <= max) return found;
  refuse(name, fmt::format("must be an array of {} to {} elements", min, max));
  return nullptr;
}

const json* ObjectReader::object(const char* name) {
  const json* found = member(name, Need::required);
  if (found == nullptr || found->is_object()) return found;
  refuse(name, "must be an object");
  return nullptr;
}

void ObjectReader::ignore(const char* name) {
  known_.emplace_back(name);
}

void ObjectReader::adopt(ObjectReader&& other) {
  other.find_unknown();
  for (FieldError& finding : other.findings_) {
    add(findings_, std::move(finding.field), std::move(finding.detail));
  }
}

void ObjectReader::find_unknown() {
  if (!value_.is_object()) return;
  for (const auto& [name, unused] : value_.items()) {
    if (std::ranges::find(known_, name) == known_.end()) {
      refuse(std::string_view(name).substr(0, 64), "is not a member here");
    }
  }
}

core::Result<void> ObjectReader::finish() {
  find_unknown();
  return to_result(findings_, "invalid_body",
                   is_body_refused_ ? fmt::format("The body {}.", findings_.front().detail)
                                    : first_of(findings_, "The member"));
}

std::optional<std::string_view> QueryReader::single(std::string_view name) {
  if (query_.count(name) > 1) {
    refuse(name, "is given more than once");
    return std::nullopt;
  }
  return query_.get(name);
}

void QueryReader::refuse(std::string_view name, std::string why) {
  add(findings_, std::string(name), std::move(why));
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, std::int64_t min,
                                                 std::int64_t max) {
  const auto text = single(name);
  if (!text) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error == std::errc() && end == text->data() + text->size() && !text->empty() &&
      value >= min && value <= max) {
    return value;
  }
  refuse(name, fmt::format("must be an integer from {} to {}", min, max));
  return std::nullopt;
}

std::optional<double> QueryReader::number(std::string_view name, double min, double max) {
  const auto text = single(name);
  if (!text) return std::nullopt;
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  // The comparison is false for a NaN too.
  if (error == std::errc() && end == text->data() + text->size() && !text->empty() &&
      value >= min && value <= max) {
    return value;
  }
  refuse(name, "must be a number " + range(min, max));
  return std::nullopt;
}

std::optional<std::string> QueryReader::text(std::string_view name, std::size_t max) {
  const auto text = single(name);
  if (!text) return std::nullopt;
  if (core::count_characters(*text) <= max && is_plain_text(*text)) return std::string(*text);
  refuse(name, lengths(0, max) + ", without control characters");
  return std::nullopt;
}

std::optional<core::Timestamp> QueryReader::time(std::string_view name) {
  const auto text = single(name);
  if (!text) return std::nullopt;
  const auto time = core::parse_rfc3339(*text);
  if (time) return *time;
  refuse(name, "must be a time such as 2025-01-20T18:25:43Z (in a query, write + as %2B)");
  return std::nullopt;
}

core::Result<void> QueryReader::finish() {
  return to_result(findings_, "invalid_query", first_of(findings_, "The query parameter"));
}

core::Result<void> check_query_names(const http::Request& request, std::string_view known) {
  std::vector<FieldError> findings;
  const std::vector<std::string_view> names = words(known);
  for (const auto& [name, value] : request.target.query.pairs()) {
    if (std::ranges::find(names, name) != names.end()) continue;
    add(findings, name.substr(0, 64),
        known.empty() ? "is not a parameter here; there are none"
                      : fmt::format("is not a parameter here; there are: {}", known));
  }
  return to_result(findings, "unknown_parameter", first_of(findings, "The query parameter"));
}

http::Task<core::Result<void>> read_nothing(http::Request& request) {
  if (!request.body().has_body()) co_return core::ok();
  const auto body = co_await http::read_json(request);
  if (!body) co_return body.error();
  ObjectReader reader(*body);
  co_return reader.finish();
}

}  // namespace geond::api
