// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/result.hpp"

namespace geond::inference {

/// Parses a manifest's text: at most 1 MiB, 16 levels deep, no key twice in an object.
/// Errors: invalid_argument `manifest_invalid`.
core::Result<nlohmann::json> parse_strictly(std::string_view text);

/// The first thing that is wrong with a manifest. What is read after it has no meaning.
class ManifestFault {
 public:
  /// `key`: dotted path, e.g. `files[0].sha256`; `problem`: a clause such as "is missing".
  void report(std::string_view key, std::string_view problem);

  const std::optional<core::Error>& error() const { return error_; }

 private:
  std::optional<core::Error> error_;
};

/// Reads the members of a JSON object. Whatever is missing, of the wrong type or out of range is
/// reported to the fault, and a harmless value is returned in its place. Refers to the value.
class JsonReader {
 public:
  struct Range {
    double least;
    double most;
  };

  JsonReader(const nlohmann::json& value, std::string path, ManifestFault& fault);

  bool has(std::string_view key) const;
  bool boolean(std::string_view key);
  double number(std::string_view key, Range range);
  int integer(std::string_view key, Range range);
  /// 1 to `longest` bytes.
  std::string text(std::string_view key, std::size_t longest = 4096);
  JsonReader object(std::string_view key);
  /// Calls `read` with each element's own reader; 1 to `most` elements, all of them objects.
  void objects(std::string_view key, std::size_t most,
               const std::function<void(JsonReader&)>& read);
  /// 1 to `most` texts, no two the same.
  std::vector<std::string> texts(std::string_view key, std::size_t most);
  /// As many numbers as `count` says, or 1 to 16 where it is 0.
  std::vector<double> numbers(std::string_view key, std::size_t count, Range range);

  /// Reports a member that nobody has read.
  void finish();
  /// Reports `problem` of a member.
  void refuse(std::string_view key, std::string_view problem);

 private:
  const nlohmann::json* member(std::string_view key);
  const nlohmann::json* array(std::string_view key, std::size_t most);
  std::string path_of(std::string_view key) const;
  double checked(const nlohmann::json& value, std::string_view key, Range range);

  const nlohmann::json& value_;
  std::string path_;
  ManifestFault& fault_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace geond::inference
