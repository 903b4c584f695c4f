// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "geond/core/result.hpp"

namespace geond::cli {

/// Options of one subcommand that can also be set by an environment variable and in a file.
///
/// A flag beats the environment, which beats the file, which beats the default. CLI11 by itself
/// lets the file beat the environment, hence this class: CLI11 handles flag and environment, and
/// the file fills what neither of them set.
class OptionSet {
 public:
  /// Adds `--config FILE` (GEOND_CONFIG) to `command`.
  explicit OptionSet(CLI::App& command);

  /// Adds `--name VALUE`, also settable as GEOND_NAME (dashes become underscores). `apply` turns
  /// the text into the setting and says what is wrong with it; it is called at most once by
  /// each finish().
  CLI::Option* add(const std::string& name, const std::string& placeholder, const std::string& help,
                   std::function<core::Result<void>(const std::string&)> apply);

  /// An option whose value is one of `choices`, which help and completion show; `apply` gets one of
  /// them.
  CLI::Option* add_choice(const std::string& name, const std::vector<std::string>& choices,
                          const std::string& help, std::function<void(const std::string&)> apply);

  /// An option that may be given several times, or as a list in the file.
  CLI::Option* add_list(const std::string& name, const std::string& placeholder,
                        const std::string& help,
                        std::function<core::Result<void>(const std::string&)> apply);

  /// Adds `--name`, a switch; in environment and file it is `true` or `false`.
  CLI::Option* add_switch(const std::string& name, const std::string& help,
                          std::function<void(bool)> apply);

  /// After parsing: reads the file, then applies every option that was set. Errors:
  /// invalid_argument `invalid_config`, naming the option and where it was set: unknown key,
  /// key that stands there twice, value that `apply` refuses or that is not quoted and should be,
  /// file that cannot be read. Called again, it reads the file anew and applies everything again:
  /// to put settings back to their defaults first is the caller's part.
  core::Result<void> finish();

 private:
  struct Entry {
    std::string name;
    CLI::Option* option;
    std::function<core::Result<void>(const std::string&)> apply;
    bool is_list = false;             ///< Whether it may have several values.
    std::vector<std::string> values;  ///< From the file, where neither flag nor environment is set.
  };

  core::Result<void> read_file(const std::filesystem::path& file);
  core::Result<void> take(const CLI::ConfigItem& item, const std::filesystem::path& file);

  CLI::App& command_;
  std::string config_file_;
  std::vector<Entry> entries_;
};

/// GEOND_ and the option's name in capitals: `queue-capacity` is GEOND_QUEUE_CAPACITY.
std::string environment_name(const std::string& option);

/// Whole number of an option. Errors: invalid_argument `invalid_config`.
core::Result<std::int64_t> parse_integer(const std::string& text);

}  // namespace geond::cli
