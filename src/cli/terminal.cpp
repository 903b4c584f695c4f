// SPDX-License-Identifier: MIT
#include "terminal.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace geond::cli {
namespace {

/// ECMA-48, 8.3.117 (SGR).
int code_of(Colour colour) {
  switch (colour) {
    case Colour::green:
      return 32;
    case Colour::red:
      return 31;
    case Colour::yellow:
      return 33;
  }
  return 0;
}

bool is_set(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

}  // namespace

bool takes_colour(int descriptor) {
  const char* terminal = std::getenv("TERM");
  const bool can_show = terminal != nullptr && std::string_view(terminal) != "dumb";
  return can_show && !is_set("NO_COLOR") && ::isatty(descriptor) == 1;
}

std::string coloured(std::string_view text, Colour colour, int descriptor) {
  if (!takes_colour(descriptor)) return std::string(text);
  return fmt::format("\x1b[{}m{}\x1b[0m", code_of(colour), text);
}

std::size_t columns_of(int descriptor) {
  constexpr std::size_t kUsual = 80;
  winsize size{};
  if (::ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
  return size.ws_col;
}

std::string_view end_within(std::string_view text, std::size_t columns) {
  const auto is_first_byte = [](char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
  };
  std::size_t begin = text.size();
  for (std::size_t at = text.size(); at-- > 0;) {
    if (!is_first_byte(text[at])) continue;
    const std::size_t width = static_cast<unsigned char>(text[at]) >= 0xE1 ? 2 : 1;
    if (width > columns) break;
    columns -= width;
    begin = at;
  }
  return text.substr(begin);
}

bool print_whole(std::string_view text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() &&
         std::fflush(stdout) == 0;
}

std::string as_sentence(std::string text) {
  if (!text.ends_with('.')) text += '.';
  return text;
}

bool is_output_written() {
  return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

}  // namespace geond::cli
