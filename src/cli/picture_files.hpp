// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "geond/core/result.hpp"

namespace geond::cli {

/// The files that `inputs` mean: files as they are, directories searched through for names that
/// end like a picture's (.jpg, .jpeg, .png, in any case), sorted. Errors: invalid_argument
/// `no_such_file`, invalid_argument `no_pictures`.
core::Result<std::vector<std::filesystem::path>> find_pictures(
    const std::vector<std::string>& inputs);

/// A path as results tell it: its bytes where they are UTF-8, others as `\xE9`, so that no two
/// files have one name and the name can be found again.
std::string told_name(const std::filesystem::path& file);

}  // namespace geond::cli
