// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/result.hpp"
#include "geond/http/request.hpp"
#include "geond/http/task.hpp"

namespace geond::api {

enum class Need { required, optional };

/// A number that is whole, however it is written (1, 1.0 and 1e0 are one integer to JSON Schema);
/// nothing for any other value, or one that does not fit. A fraction is taken up to 2^53.
std::optional<std::int64_t> whole_number(const nlohmann::json& value);

/// Reads the members of a JSON object, strictly: what is missing, of another type, out of range or
/// unknown is collected, and finish() returns all of it as one error.
class ObjectReader {
 public:
  /// `prefix` stands before the names of fields in errors, e.g. `primitives/3/`. The value must
  /// outlive the reader.
  explicit ObjectReader(const nlohmann::json& value, std::string prefix = {});

  /// A string of `min` to `max` characters; empty if it was not there or was refused.
  std::string text(const char* name, std::size_t min, std::size_t max, Need need);
  std::optional<std::string> optional_text(const char* name, std::size_t min, std::size_t max);
  std::optional<bool> boolean(const char* name);
  std::int64_t integer(const char* name, std::int64_t min, std::int64_t max);
  double number(const char* name, double min, double max);
  /// An array of exactly two finite numbers, from `min` to `max`.
  std::pair<double, double> pair(const char* name, double min, double max);
  /// An array of exactly two finite numbers above 0, to `max`.
  std::pair<double, double> positive_pair(const char* name, double max);
  /// One of the `choices`; nothing if it was not there (and is optional) or was refused.
  std::optional<std::string> choice(const char* name, const std::vector<std::string_view>& choices,
                                    Need need);
  /// An array of `min` to `max` elements; null if it was refused.
  const nlohmann::json* array(const char* name, std::size_t min, std::size_t max);
  /// An object; null if it was refused.
  const nlohmann::json* object(const char* name);
  /// Accepts a member without looking at it.
  void ignore(const char* name);

  void refuse(std::string_view name, std::string why);
  /// Refuses the value as a whole; its field is called `body`, or as the prefix without its slash.
  void refuse_whole(std::string why);
  /// Whether something was refused so far; members that are unknown are found by finish() only.
  bool has_findings() const { return !findings_.empty(); }
  /// Takes over another reader's findings.
  void adopt(ObjectReader&& other);

  /// Errors: invalid_argument `invalid_body`, with a field for each finding.
  core::Result<void> finish();

 private:
  const nlohmann::json* member(const char* name, Need need);
  template <class IsGood>
  std::pair<double, double> two_numbers(const char* name, const IsGood& is_good,
                                        const std::string& wanted);
  void find_unknown();

  const nlohmann::json& value_;
  const std::string prefix_;
  std::vector<std::string_view> known_;
  bool is_body_refused_ = false;  // Then that is the first finding.
  std::vector<core::FieldError> findings_;
};

/// Reads query parameters in the same manner. That there is no unknown one has been checked
/// before (RouteRow::query).
class QueryReader {
 public:
  explicit QueryReader(const http::Request& request) : query_(request.target.query) {}

  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<double> number(std::string_view name, double min, double max);
  /// A string of at most `max` characters.
  std::optional<std::string> text(std::string_view name, std::size_t max);
  std::optional<core::Timestamp> time(std::string_view name);
  void refuse(std::string_view name, std::string why);

  /// Errors: invalid_argument `invalid_query`, with a field for each finding.
  core::Result<void> finish();

 private:
  std::optional<std::string_view> single(std::string_view name);

  const http::Pairs& query_;
  std::vector<core::FieldError> findings_;
};

/// Errors: invalid_argument `unknown_parameter`, with a field for each parameter that is not one of
/// `known` (names separated by spaces).
core::Result<void> check_query_names(const http::Request& request, std::string_view known);

/// For a request that is told all it needs by its address: no body, or an empty object. Errors:
/// those of http::read_json and ObjectReader::finish.
http::Task<core::Result<void>> read_nothing(http::Request& request);

/// Whether `text`, which is UTF-8, has no ASCII control characters other than tab, line feed and
/// carriage return.
bool is_plain_text(std::string_view text);

}  // namespace geond::api
