// SPDX-License-Identifier: MIT
#include "geond/http/prefer.hpp"

#include <charconv>

#include "tokens.hpp"

namespace geond::http {
namespace {

std::optional<std::chrono::seconds> parse_seconds(std::string_view text) {
  // A day is more than anybody waits; it also keeps arithmetic on the value from overflowing.
  constexpr std::int64_t kMax = 86'400;
  std::int64_t value = 0;
  if (text.empty() || !tokens::is_digit(text.front())) return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) return std::chrono::seconds(kMax);
  return std::chrono::seconds(std::min(value, kMax));
}

}  // namespace

Preferences parse_preferences(const Headers& headers) {
  Preferences preferences;
  const std::string text = headers.joined("Prefer");
  bool has_return = false;
  for (const std::string_view element : tokens::split(text, ',')) {
    const auto parts = tokens::split(element, ';');
    if (parts.empty()) continue;
    const tokens::Parameter preference = tokens::parse_parameter(parts.front());
    if (preference.name == "wait" && !preferences.wait) {
      preferences.wait = parse_seconds(preference.value);
    } else if (preference.name == "respond-async") {
      preferences.respond_async = true;
    } else if (preference.name == "return" && !has_return) {
      has_return = true;
      preferences.return_minimal = preference.value == "minimal";
      preferences.return_representation = preference.value == "representation";
    }
  }
  return preferences;
}

}  // namespace geond::http
