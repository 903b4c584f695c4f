#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/result.hpp"

namespace geond::inference {

/// The first thing that is wrong with a document, if any. Readers go on with harmless values after
/// it, so that parsing reads as a list of fields.
class Complaint {
 public:
  /// Keeps the first one only. `key` is the path to the field, e.g. `input.width`.
  void add(std::string_view key, std::string_view what);

  const std::optional<core::Error>& error() const { return error_; }

 private:
  std::optional<core::Error> error_;
};

/// Reads a JSON object's fields, each exactly once, and complains of those that nobody read.
class JsonObject {
 public:
  /// `path` of the document itself is empty. All three must outlive this object.
  JsonObject(const nlohmann::json& value, std::string path, Complaint& complaint);

  bool has(const char* key) const;
  std::string text(const char* key, std::size_t max_length = 200);
  double number(const char* key, double least, double most);
  int integer(const char* key, int least, int most);
  bool boolean(const char* key);
  JsonObject object(const char* key);

  /// The elements of a list of `least` to `most`, each with its path.
  struct Element {
    const nlohmann::json& value;
    std::string path;
  };
  std::vector<Element> list(const char* key, std::size_t least, std::size_t most);
  std::vector<std::string> texts(const char* key, std::size_t least, std::size_t most);
  std::vector<double> numbers(const char* key, std::size_t count, double least, double most);

  /// Complains of a field.
  void complain(const char* key, std::string_view what);

  /// Complains of the first field that was not read.
  void finish();

 private:
  std::string path_of(std::string_view key) const;
  const nlohmann::json& field(const char* key);

  const nlohmann::json& value_;
  std::string path_;
  Complaint& complaint_;
  std::vector<std::string> read_;
};

/// Parses text whose nesting is at most 16 deep and whose objects have no key twice.
/// Errors: those of Complaint.
core::Result<nlohmann::json> parse_json(std::string_view text);

}  // namespace geond::inference
