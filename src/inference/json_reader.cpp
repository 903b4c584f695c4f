// SPDX-License-Identifier: MIT
#include "json_reader.hpp"

#include <fmt/format.h>

#include <cmath>

namespace geond::inference {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxBytes = std::size_t{1} << 20U;
constexpr int kMaxDepth = 16;

core::Error manifest_error(std::string detail) {
  return core::Error{core::ErrorKind::invalid_argument, "manifest_invalid", std::move(detail)};
}

/// Watches the parser for keys that come twice and for depth; nlohmann's own reading takes both.
class Watch {
 public:
  bool operator()(int depth, json::parse_event_t event, json& parsed) {
    if (depth > kMaxDepth) problem_ = "is nested too deeply";
    if (event == json::parse_event_t::object_start) keys_.emplace_back();
    if (event == json::parse_event_t::object_end) keys_.pop_back();
    if (event == json::parse_event_t::key && !keys_.back().insert(parsed).second) {
      problem_ = fmt::format("has the key `{}` twice in one object", parsed.get<std::string>());
    }
    return problem_.empty();
  }
  const std::string& problem() const { return problem_; }

 private:
  std::vector<std::set<std::string>> keys_;
  std::string problem_;
};

}  // namespace

core::Result<json> parse_strictly(std::string_view text) {
  if (text.size() > kMaxBytes) return manifest_error("The manifest is larger than 1 MiB.");
  Watch watch;
  json parsed = json::parse(text, std::ref(watch), /*allow_exceptions=*/false);
  if (!watch.problem().empty()) {
    return manifest_error(fmt::format("The manifest {}.", watch.problem()));
  }
  if (parsed.is_discarded()) return manifest_error("The manifest is not valid JSON in UTF-8.");
  if (!parsed.is_object()) return manifest_error("The manifest must be a JSON object.");
  return parsed;
}

void ManifestFault::report(std::string_view key, std::string_view problem) {
  if (error_) return;
  error_ = manifest_error(fmt::format("The manifest's `{}` {}.", key, problem))
               .with_field(std::string(key), std::string(problem));
}

JsonReader::JsonReader(const json& value, std::string path, ManifestFault& fault)
    : value_(value), path_(std::move(path)), fault_(fault) {
  if (!value_.is_object()) fault_.report(path_, "must be an object");
}

std::string JsonReader::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

void JsonReader::refuse(std::string_view key, std::string_view problem) {
  fault_.report(path_of(key), problem);
}

bool JsonReader::has(std::string_view key) const {
  return value_.is_object() && value_.find(key) != value_.end();
}

const json* JsonReader::member(std::string_view key) {
  read_.emplace(key);
  if (!has(key)) {
    refuse(key, "is missing");
    return nullptr;
  }
  return &*value_.find(key);
}

bool JsonReader::boolean(std::string_view key) {
  const json* found = member(key);
  if (found == nullptr) return false;
  if (!found->is_boolean()) {
    refuse(key, "must be true or false");
    return false;
  }
  return found->get<bool>();
}

double JsonReader::checked(const json& value, std::string_view key, Range range) {
  const double number = value.is_number() ? value.get<double>() : std::nan("");
  if (number >= range.least && number <= range.most) return number;
  refuse(key, fmt::format("must be a number from {} to {}", range.least, range.most));
  return range.least;
}

double JsonReader::number(std::string_view key, Range range) {
  const json* found = member(key);
  return found == nullptr ? range.least : checked(*found, key, range);
}

int JsonReader::integer(std::string_view key, Range range) {
  const double value = number(key, range);
  if (value != std::floor(value)) refuse(key, "must be a whole number");
  return static_cast<int>(value);
}

std::string JsonReader::text(std::string_view key, std::size_t longest) {
  const json* found = member(key);
  if (found == nullptr) return {};
  if (!found->is_string() || found->get_ref<const std::string&>().empty() ||
      found->get_ref<const std::string&>().size() > longest) {
    refuse(key, fmt::format("must be a text of 1 to {} bytes", longest));
    return {};
  }
  return found->get<std::string>();
}

JsonReader JsonReader::object(std::string_view key) {
  static const json empty = json::object();
  const json* found = member(key);
  return {found == nullptr ? empty : *found, path_of(key), fault_};
}

const json* JsonReader::array(std::string_view key, std::size_t most) {
  const json* found = member(key);
  if (found == nullptr) return nullptr;
  if (!found->is_array() || found->empty() || found->size() > most) {
    refuse(key, fmt::format("must be a list of 1 to {} elements", most));
    return nullptr;
  }
  return found;
}

void JsonReader::objects(std::string_view key, std::size_t most,
                         const std::function<void(JsonReader&)>& read) {
  const json* found = array(key, most);
  if (found == nullptr) return;
  for (std::size_t index = 0; index < found->size(); ++index) {
    JsonReader element((*found)[index], fmt::format("{}[{}]", path_of(key), index), fault_);
    read(element);
    element.finish();
  }
}

std::vector<std::string> JsonReader::texts(std::string_view key, std::size_t most) {
  std::vector<std::string> result;
  const json* found = array(key, most);
  if (found == nullptr) return result;
  std::set<std::string> seen;
  for (const json& element : *found) {
    if (!element.is_string() || element.get_ref<const std::string&>().empty()) {
      refuse(key, "must hold texts that are not empty");
      return {};
    }
    result.push_back(element.get<std::string>());
    if (!seen.insert(result.back()).second) {
      refuse(key, fmt::format("names `{}` twice", result.back()));
    }
  }
  return result;
}

std::vector<double> JsonReader::numbers(std::string_view key, std::size_t count, Range range) {
  constexpr std::size_t kMost = 16;
  std::vector<double> result(count, range.least);
  const json* found = array(key, count == 0 ? kMost : count);
  if (found == nullptr) return result;
  if (count != 0 && found->size() != count) {
    refuse(key, fmt::format("must be a list of {} numbers", count));
    return result;
  }
  result.clear();
  for (const json& element : *found) result.push_back(checked(element, key, range));
  return result;
}

void JsonReader::finish() {
  if (!value_.is_object()) return;
  for (const auto& [key, ignored] : value_.items()) {
    if (!read_.contains(key)) refuse(key, "is not a key that geond knows");
  }
}

}  // namespace geond::inference
