// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>
#include <utility>

#include "geond/core/result.hpp"

namespace geond::imaging {

/// A file's bytes, read into memory. They are not mapped: with a mapping, a disk that fails to read
/// and somebody who shortens the file end the process (SIGBUS).
class FileBytes {
 public:
  /// Errors: not_found `file_not_found`; those of read().
  static core::Result<FileBytes> open(const std::filesystem::path& path);

  /// Reads an open file from its beginning, wherever it stands; `descriptor` stays the caller's.
  /// Errors: invalid_argument `file_unreadable` (a directory, no permission, more than 1 GiB...);
  /// unavailable `storage_failed` (the disk fails), `out_of_memory`.
  static core::Result<FileBytes> read(int descriptor);

  /// Valid as long as this object; empty for an empty file.
  std::span<const std::byte> bytes() const { return {bytes_.get(), bytes_ ? size_ : 0}; }

 private:
  FileBytes(std::unique_ptr<std::byte[]> bytes, std::size_t size)
      : bytes_(std::move(bytes)), size_(size) {}

  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace geond::imaging
