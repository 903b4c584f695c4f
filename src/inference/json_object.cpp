#include "json_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace geond::inference {
namespace {

constexpr int kMaxDepth = 16;

core::Error invalid(std::string_view what) {
  return core::Error(core::ErrorKind::invalid_argument, "manifest_invalid",
                     fmt::format("model.json: {}.", what));
}

const nlohmann::json& nothing() {
  static const nlohmann::json null;
  return null;
}

}  // namespace

void Complaint::add(std::string_view key, std::string_view what) {
  if (error_) return;
  error_ = invalid(key.empty() ? std::string(what) : fmt::format("\"{}\" {}", key, what))
               .with_field(std::string(key), std::string(what));
}

JsonObject::JsonObject(const nlohmann::json& value, std::string path, Complaint& complaint)
    : value_(value), path_(std::move(path)), complaint_(complaint) {
  if (!value.is_object()) complaint.add(path_, "must be an object");
}

std::string JsonObject::path_of(std::string_view key) const {
  return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

bool JsonObject::has(const char* key) const {
  return value_.is_object() && value_.contains(key);
}

const nlohmann::json& JsonObject::field(const char* key) {
  read_.emplace_back(key);
  if (has(key)) return value_.at(key);
  complain(key, "is missing");
  return nothing();
}

void JsonObject::complain(const char* key, std::string_view what) {
  complaint_.add(path_of(key), what);
}

std::string JsonObject::text(const char* key, std::size_t max_length) {
  const nlohmann::json& value = field(key);
  if (value.is_string()) {
    auto text = value.get<std::string>();
    if (!text.empty() && text.size() <= max_length) return text;
  }
  complain(key, fmt::format("must be a text of 1 to {} bytes", max_length));
  return {};
}

double JsonObject::number(const char* key, double least, double most) {
  const nlohmann::json& value = field(key);
  if (value.is_number()) {
    const double number = value.get<double>();
    if (number >= least && number <= most) return number;
  }
  complain(key, fmt::format("must be a number from {} to {}", least, most));
  return least;
}

int JsonObject::integer(const char* key, int least, int most) {
  const double value = number(key, least, most);
  if (value == std::floor(value)) return static_cast<int>(value);
  complain(key, "must be a whole number");
  return least;
}

bool JsonObject::boolean(const char* key) {
  const nlohmann::json& value = field(key);
  if (value.is_boolean()) return value.get<bool>();
  complain(key, "must be true or false");
  return false;
}

JsonObject JsonObject::object(const char* key) {
  return JsonObject(field(key), path_of(key), complaint_);
}

std::vector<JsonObject::Element> JsonObject::list(const char* key, std::size_t least,
                                                  std::size_t most) {
  const nlohmann::json& value = field(key);
  std::vector<Element> elements;
  if (!value.is_array() || value.size() < least || value.size() > most) {
    complain(key, least == most ? fmt::format("must be a list of {}", least)
                                : fmt::format("must be a list of {} to {}", least, most));
    return elements;
  }
  for (std::size_t index = 0; index < value.size(); ++index) {
    elements.push_back({value[index], fmt::format("{}[{}]", path_of(key), index)});
  }
  return elements;
}

std::vector<std::string> JsonObject::texts(const char* key, std::size_t least, std::size_t most) {
  std::vector<std::string> texts;
  for (const Element& element : list(key, least, most)) {
    if (element.value.is_string() && !element.value.get_ref<const std::string&>().empty()) {
      texts.push_back(element.value.get<std::string>());
    } else {
      complaint_.add(element.path, "must be a text");
    }
  }
  return texts;
}

std::vector<double> JsonObject::numbers(const char* key, std::size_t count, double least,
                                        double most) {
  std::vector<double> numbers;
  for (const Element& element : list(key, count, count)) {
    const double number = element.value.is_number() ? element.value.get<double>() : NAN;
    if (!(number >= least && number <= most)) {
      complaint_.add(element.path, fmt::format("must be a number from {} to {}", least, most));
    }
    numbers.push_back(number);
  }
  numbers.resize(count, least);
  return numbers;
}

void JsonObject::finish() {
  if (!value_.is_object()) return;
  for (const auto& [key, value] : value_.items()) {
    if (std::find(read_.begin(), read_.end(), key) == read_.end()) {
      complain(key.c_str(), "is not a key that geond knows here");
    }
  }
}

core::Result<nlohmann::json> parse_json(std::string_view text) {
  bool too_deep = false;
  std::string twice;
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (depth > kMaxDepth) too_deep = true;
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end && !keys.empty()) keys.pop_back();
    if (event == Event::key && !keys.empty() &&
        !keys.back().insert(parsed.get<std::string>()).second && twice.empty()) {
      twice = parsed.get<std::string>();
    }
    return !too_deep;
  };
  try {
    nlohmann::json document = nlohmann::json::parse(text, watch);
    if (too_deep) return invalid(fmt::format("it is nested more than {} deep", kMaxDepth));
    if (!twice.empty()) return invalid(fmt::format("\"{}\" is there twice", twice));
    return document;
  } catch (const nlohmann::json::exception& fault) {
    return invalid(fmt::format("it is not JSON ({})", fault.what()));
  }
}

}  // namespace geond::inference
