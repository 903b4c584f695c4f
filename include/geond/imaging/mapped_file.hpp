// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>

#include "geond/core/result.hpp"

namespace geond::imaging {

/// A file's bytes mapped read-only into memory. For files that nobody shortens while they are
/// mapped (blobs and finished uploads): reading past a new end would be a SIGBUS.
class MappedFile {
 public:
  /// Errors: not_found `file_not_found`; invalid_argument `file_unreadable` (a directory, no
  /// permission...).
  static core::Result<MappedFile> open(const std::filesystem::path& path);

  /// Maps an open file; `descriptor` stays the caller's and may be closed afterwards.
  /// Errors: invalid_argument `file_unreadable`.
  static core::Result<MappedFile> map(int descriptor);

  ~MappedFile();
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  /// Valid as long as this object; empty for an empty file.
  std::span<const std::byte> bytes() const { return bytes_; }

 private:
  explicit MappedFile(std::span<const std::byte> bytes) : bytes_(bytes) {}

  std::span<const std::byte> bytes_;
};

}  // namespace geond::imaging
