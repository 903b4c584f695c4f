// SPDX-License-Identifier: MIT
#include "option_set.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>

#include "choices.hpp"
#include "geond/core/small_file.hpp"
#include "terminal.hpp"

namespace geond::cli {
namespace {

/// What some editors put before UTF-8.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// The text with \uXXXX, which print() writes for what quotes cannot hold, as the character. CLI11
/// does it from 2.4 on.
std::string without_escapes(const std::string& text) {
#if CLI11_VERSION_MAJOR > 2 || CLI11_VERSION_MINOR >= 4
  return text;
#else
  constexpr std::string_view kBegin = "\\u00";
  std::string out;
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view digits = rest.starts_with(kBegin) ? rest.substr(kBegin.size(), 2) : "";
    unsigned char code = 0;
    const char* end = digits.data() + digits.size();
    const bool is_escape =
        digits.size() == 2 && std::from_chars(digits.data(), end, code, 16).ptr == end;
    out += is_escape ? static_cast<char>(code) : rest.front();
    rest.remove_prefix(is_escape ? kBegin.size() + digits.size() : 1);
  }
  return out;
#endif
}

bool has_open_quote(const std::string& value) {
  return value.starts_with('"') && (value.size() == 1 || !value.ends_with('"'));
}

/// Follows the quotes of a line `option = value`.
class Quotes {
 public:
  /// Takes the line's next character; the quotes that it stands in or begins, 0 for none.
  char take(char character) {
    const char holding = quote_;
    if (quote_ == 0) {
      const bool may_begin = before_ == ' ' || before_ == '=' || before_ == '[' || before_ == ',';
      if (may_begin && (character == '"' || character == '\'')) quote_ = character;
    } else if (character == quote_ && before_ != '\\') {
      quote_ = 0;
    }
    before_ = character == '\t' ? ' ' : character;
    return holding == 0 ? quote_ : holding;
  }

  /// The character before the next one; a space for every blank, and at the line's begin.
  char before() const { return before_; }

 private:
  char quote_ = 0;
  char before_ = ' ';
};

/// Whether a # that nothing quotes stands directly after something in a line `option = value`.
/// CLI11 would take the rest for a comment.
bool is_value_cut(std::string_view line) {
  Quotes quotes;
  for (const char character : line) {
    const char before = quotes.before();
    if (quotes.take(character) == 0 && character == '#') return before != ' ';
  }
  return false;
}

/// The text with each # that stands in quotes as \u0023, as print() writes it: CLI11 2.1 takes it
/// for the begin of a comment. From 2.4 on it does not, and leaves what single quotes hold as it
/// is.
std::string without_quoted_hashes(const std::string& text) {
#if CLI11_VERSION_MAJOR > 2 || CLI11_VERSION_MINOR >= 4
  return text;
#else
  std::string out;
  Quotes quotes;
  bool is_comment = false;
  for (const char character : text) {
    if (character == '\n') {
      quotes = Quotes();
      is_comment = false;
    }
    const bool is_quoted = !is_comment && character != '\n' && quotes.take(character) != 0;
    is_comment = is_comment || (character == '#' && !is_quoted);
    if (character == '#' && is_quoted) {
      out += "\\u0023";
    } else {
      out += character;
    }
  }
  return out;
#endif
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// How many lines set that option.
std::ptrdiff_t count_lines(const std::string& text, std::string_view option) {
  std::istringstream lines(text);
  std::ptrdiff_t count = 0;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    if (trimmed(std::string_view(line).substr(0, equals)) == option) ++count;
  }
  return count;
}

/// Whether a line begins a list of which CLI11 looks for the rest in the lines that follow.
bool is_list_open(std::string_view line) {
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view value =
      trimmed(line.substr(equals + 1, line.find('#', equals) - equals - 1));
  return value.starts_with('[') && !value.ends_with(']');
}

/// What is wrong with a line that begins no list, in words that follow on the line; empty if
/// nothing is. All that CLI11 would pass over, or cut, without a word.
std::string fault_of(std::string_view line) {
  constexpr std::size_t kShortest = 3;  // CLI11 skips what is shorter.
  if (line.empty() || line.front() == '#' || line.front() == ';') return "";
  if (line.front() == '[') return "there are no sections here: write `option = value`";
  if (line.size() < kShortest) return "write `option = value`";
  if (!is_value_cut(line)) return "";
  return "a # follows a value without a space: put the value in quotes if the # belongs to it, or "
         "a space before the comment";
}

core::Error invalid(std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, "invalid_config", std::move(detail));
}

core::Error set_twice(const std::filesystem::path& file, std::string_view option) {
  return invalid(
      fmt::format("{}: '{}' is set twice: keep one line; several values stand in it as [a, b].",
                  file.string(), option));
}

/// Errors: `invalid_config` for the first line that CLI11 would not take as it stands.
core::Result<void> check_lines(const std::filesystem::path& file, const std::string& text) {
  const auto fault = [&](int number, std::string_view line, std::string_view why) {
    return invalid(fmt::format("{}, line {}: '{}': {}.", file.string(), number, line, why));
  };
  std::istringstream lines(text);
  std::string list;  // The line that began the list which is open, if one is.
  int list_begun = 0;
  int number = 0;
  for (std::string whole; std::getline(lines, whole);) {
    const std::string_view line = trimmed(whole);
    ++number;
    if (!list.empty()) {
      if (line.ends_with(']')) list.clear();
      continue;
    }
    if (const std::string why = fault_of(line); !why.empty()) return fault(number, line, why);
    if (!is_list_open(line)) continue;
    list = line;
    list_begun = number;
  }
  if (list.empty()) return core::ok();
  return fault(list_begun, list, "this list has no ] at its end");
}

}  // namespace

std::string environment_name(const std::string& option) {
  std::string name = "GEOND_" + option;
  std::ranges::transform(name, name.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::toupper(c));
  });
  return name;
}

core::Result<std::int64_t> parse_integer(const std::string& text) {
  std::int64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [parsed, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || parsed != end) {
    return invalid(fmt::format("'{}' is not a whole number", text));
  }
  return value;
}

OptionSet::OptionSet(CLI::App& command) : command_(command) {
  command_.add_option("--config", config_file_, "A file with one `option = value` a line")
      ->envname("GEOND_CONFIG")
      ->type_name("FILE");
}

CLI::Option* OptionSet::add(const std::string& name, const std::string& placeholder,
                            const std::string& help,
                            std::function<core::Result<void>(const std::string&)> apply) {
  CLI::Option* option = command_.add_option("--" + name, help)
                            ->envname(environment_name(name))
                            ->type_name(placeholder)
                            ->expected(1)
                            ->take_last();
  entries_.push_back({name, option, std::move(apply), false, {}});
  return option;
}

CLI::Option* OptionSet::add_choice(const std::string& name, const std::vector<std::string>& choices,
                                   const std::string& help,
                                   std::function<void(const std::string&)> apply) {
  return add(
      name, choice_placeholder(choices), help,
      [choices, apply = std::move(apply)](const std::string& text) -> core::Result<void> {
        if (std::ranges::find(choices, text) == choices.end()) {
          return invalid(fmt::format("'{}' is not one of {}", text, fmt::join(choices, ", ")));
        }
        apply(text);
        return core::ok();
      });
}

CLI::Option* OptionSet::add_list(const std::string& name, const std::string& placeholder,
                                 const std::string& help,
                                 std::function<core::Result<void>(const std::string&)> apply) {
  CLI::Option* option = command_.add_option("--" + name, help)
                            ->envname(environment_name(name))
                            ->type_name(placeholder)
                            ->expected(1, 256)
                            ->delimiter(',')
                            ->take_all();
  entries_.push_back({name, option, std::move(apply), true, {}});
  return option;
}

CLI::Option* OptionSet::add_switch(const std::string& name, const std::string& help,
                                   std::function<void(bool)> apply) {
  CLI::Option* option = command_.add_flag("--" + name, help)->envname(environment_name(name));
  entries_.push_back({name,
                      option,
                      [apply = std::move(apply)](const std::string& text) -> core::Result<void> {
                        if (text != "true" && text != "false" && text != "1" && text != "0") {
                          return invalid(fmt::format("'{}' is neither true nor false", text));
                        }
                        apply(text == "true" || text == "1");
                        return core::ok();
                      },
                      false,
                      {}});
  return option;
}

core::Result<void> OptionSet::finish() {
  for (Entry& entry : entries_) entry.values.clear();
  if (!config_file_.empty()) {
    if (auto read = read_file(config_file_); !read) return read.error();
  }
  for (Entry& entry : entries_) {
    const bool set_by_hand = entry.option->count() > 0;
    for (const std::string& value : set_by_hand ? entry.option->results() : entry.values) {
      if (auto applied = entry.apply(value); !applied) {
        return invalid(as_sentence(fmt::format(
            "--{}{}: {}", entry.name, set_by_hand ? "" : fmt::format(" (in {})", config_file_),
            applied.error().detail())));
      }
    }
  }
  return core::ok();
}

core::Result<void> OptionSet::read_file(const std::filesystem::path& file) {
  auto text = core::read_small_file(file);
  if (!text) return invalid(fmt::format("--config: {}", text.error().detail()));
  if (text->starts_with(kByteOrderMark)) text->erase(0, kByteOrderMark.size());
  if (auto checked = check_lines(file, *text); !checked) return checked;
  const auto twice = std::ranges::find_if(entries_, [&text](const Entry& entry) {
    return !entry.is_list && count_lines(*text, entry.name) > 1;
  });
  if (twice != entries_.end()) return set_twice(file, twice->name);
  std::istringstream stream(without_quoted_hashes(*text));
  std::vector<CLI::ConfigItem> items;
  try {
    items = CLI::ConfigTOML().from_config(stream);
  } catch (const CLI::Error& error) {
    return invalid(fmt::format("{}: {}", file.string(), error.what()));
  }
  std::set<std::string> seen;  // Lines of one name that follow each other come as one item.
  for (const CLI::ConfigItem& item : items) {
    if (!seen.insert(item.fullname()).second) {
      return set_twice(file, item.fullname());
    }
    if (auto taken = take(item, file); !taken) return taken;
  }
  return core::ok();
}

core::Result<void> OptionSet::take(const CLI::ConfigItem& item, const std::filesystem::path& file) {
  const auto entry = std::ranges::find(entries_, item.fullname(), &Entry::name);
  if (entry == entries_.end()) {
    return invalid(fmt::format("{}: there is no option '{}'; geond serve --help lists them.",
                               file.string(), item.fullname()));
  }
  if (std::ranges::any_of(item.inputs, has_open_quote)) {
    return invalid(fmt::format("{}: the value of '{}' has a quote that does not end.",
                               file.string(), item.fullname()));
  }
  if (!entry->is_list && item.inputs.size() > 1) {
    return invalid(
        fmt::format("{}: '{}' has one value, and here are {}: keep one line, and put a value "
                    "with spaces in quotes, as {} = \"{}\".",
                    file.string(), item.fullname(), item.inputs.size(), item.fullname(),
                    fmt::join(item.inputs, " ")));
  }
  entry->values.clear();
  std::ranges::transform(item.inputs, std::back_inserter(entry->values), without_escapes);
  return core::ok();
}

}  // namespace geond::cli
