// SPDX-License-Identifier: MIT
#include "rules.hpp"

#include <algorithm>

#include "geond/core/utf8.hpp"

namespace geond::auth {
namespace {

using core::Error;
using core::ErrorKind;

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("._@+-").find(c) != std::string_view::npos;
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

}  // namespace

core::Result<void> check_user_name(std::string_view name) {
  if (!name.empty() && name.size() <= kMaxUserName &&
      std::ranges::all_of(name, is_name_character)) {
    return core::ok();
  }
  return Error(ErrorKind::invalid_argument, "invalid_user_name",
               "A user name has 1 to 64 characters out of A-Z a-z 0-9 . _ @ + -.")
      .with_field("name", "has 1 to 64 characters out of A-Z a-z 0-9 . _ @ + -");
}

core::Result<void> check_password(std::string_view password, std::string_view name) {
  std::string_view why;
  const std::size_t length = core::count_characters(password);
  if (length < 8) why = "must have 8 characters at least";
  if (length > 256) why = "may have 256 characters at most";
  if (password.find('\0') != std::string_view::npos) why = "must not contain a zero byte";
  if (fold_case(password) == fold_case(name)) why = "must not be the user's name";
  if (why.empty()) return core::ok();
  return Error(ErrorKind::invalid_argument, "invalid_password",
               "The password " + std::string(why) + ".")
      .with_field("password", std::string(why));
}

core::Result<void> check_key_name(std::string_view name) {
  if (!name.empty() && core::count_characters(name) <= 100 &&
      std::ranges::none_of(name, is_control)) {
    return core::ok();
  }
  return Error(ErrorKind::invalid_argument, "invalid_key_name",
               "A key's name has 1 to 100 characters and no control characters.")
      .with_field("name", "has 1 to 100 characters and no control characters");
}

core::Error invalid_token() {
  return Error(ErrorKind::unauthenticated, "invalid_token", "Could not validate credentials");
}

std::string fold_case(std::string_view name) {
  std::string folded(name);
  std::ranges::transform(folded, folded.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return folded;
}

}  // namespace geond::auth
