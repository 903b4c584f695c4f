// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"

namespace geond::core {

/// More than any file has that a person writes or names for geond: settings, passwords,
/// certificates.
constexpr std::size_t kSmallFileBytes = std::size_t{1} << 20;

/// The content of a file that somebody named: a regular one of at most `limit` bytes. Pipes and
/// devices are refused without waiting for them: they may never come to an end, and a second
/// reading, as a reload does it, finds a pipe empty.
/// Errors: invalid_argument `file_unreadable`; the detail names the file and what is wrong.
Result<std::string> read_small_file(const std::filesystem::path& path,
                                    std::size_t limit = kSmallFileBytes);

/// Whether a file is open to more than its owner and its group: for secrets. Of one that cannot be
/// looked at it is not known, which is no.
bool is_open_to_others(const std::filesystem::path& path);

/// The first line of a text without its end, be it Unix's or Windows'.
std::string_view first_line(std::string_view text);

}  // namespace geond::core
