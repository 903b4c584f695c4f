// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

/// The small grammar that header fields share (RFC 9110, 5.6).
namespace geond::http::tokens {

bool is_token_char(char c);
/// One or more token characters.
bool is_token(std::string_view text);
bool is_digit(char c);
/// A control character that no field may hold: each but the tab.
bool is_control(char c);
/// The value of a hexadecimal digit, or -1.
int hex_value(char c);

std::string_view trim(std::string_view text);
char lower(char c);
std::string lowered(std::string_view text);

/// Splits at `separator` outside quoted strings; elements are trimmed, empty ones dropped.
std::vector<std::string_view> split(std::string_view text, char separator);

/// `name=value` of one element; the value is unquoted if it was quoted, empty if there is no `=`.
struct Parameter {
  std::string name;  ///< Lower-case.
  std::string value;
};
Parameter parse_parameter(std::string_view text);

/// Takes the quotes of a quoted string away, `\"` and `\\` become the character; anything else
/// stays as it is.
std::string unquote(std::string_view text);

/// Replaces bytes that are not UTF-8 and control characters by U+FFFD.
std::string printable_utf8(std::string_view text);

/// Decodes percent-encoding into `out`; false if it is broken.
enum class Plus { literal, space };
bool percent_decode(std::string_view text, Plus plus, std::string& out);

}  // namespace geond::http::tokens
