// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "geond/core/result.hpp"

namespace geond::cli {

/// The pictures of a call, and what it named and could not be looked at.
struct FoundPictures {
  std::vector<std::filesystem::path> files;
  std::vector<std::string> problems;  ///< Sentences: what is not there, or cannot be read.
};

/// The files that `inputs` mean: files as they are, directories searched through for names that
/// end like a picture's (.jpg, .jpeg, .png, in any case), sorted. Errors: invalid_argument
/// `no_such_file` (none of `inputs` is there), invalid_argument `no_pictures`
/// (there is nothing to do, nor a problem).
core::Result<FoundPictures> find_pictures(const std::vector<std::string>& inputs);

/// Prints the problems on stderr, a line each; the exit status that `status` becomes by them.
int tell_problems(const FoundPictures& found, int status);

/// A path as results tell it: its bytes where they are UTF-8, others as `\xE9`, and a backslash as
/// `\x5C`, so that no two files have one name and the name can be found again. For JSON; what a
/// terminal shows goes through core::printable as well.
std::string told_name(const std::filesystem::path& file);

}  // namespace geond::cli
