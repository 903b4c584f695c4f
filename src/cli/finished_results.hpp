// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

#include "picture_sender.hpp"

namespace geond::cli {

/// Whether an earlier call can have left results in that file. A pipe or a device keeps none, and
/// reading it might never end.
bool can_hold_results(const std::string& output);

/// What stands in the output file of earlier calls. Immutable once read.
class FinishedResults {
 public:
  /// Nothing, that name and that content, or that name in a line that does not tell its content.
  enum class Match { none, content, name_alone };

  /// Reads the lines of `output` that were made with the threshold and the models of `settings`,
  /// where those are given. A last line that was cut short is no result, nor is a line of somebody
  /// else's. No file, or one that cannot hold results, is empty.
  FinishedResults(const std::string& output, const SendingSettings& settings);

  /// Whether the picture's result stands there. The file is read if its name does; one that cannot
  /// be read has none.
  Match find(const std::filesystem::path& file) const;

 private:
  struct Lines {
    std::set<std::string> sha256;  ///< Of the pictures, in hexadecimal.
    bool has_name_alone = false;   ///< A line without one: of an earlier version of geond.
  };

  std::map<std::string, Lines> lines_;  ///< By told_name().
};

}  // namespace geond::cli
