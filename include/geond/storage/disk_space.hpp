// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <mutex>

#include "geond/core/result.hpp"

namespace geond::storage {

/// How much room is left, and a file that keeps some of it for the database: on a full disk the
/// database needs room even to delete with. Thread-safe.
class DiskSpace {
 public:
  /// `reserve_file` is where the room is kept. Nothing is made or read yet.
  /// `watermark_bytes`: what uploads must leave free. `reserve_bytes`: size of the reserve.
  DiskSpace(std::filesystem::path reserve_file, std::int64_t watermark_bytes,
            std::int64_t reserve_bytes = 16LL << 20);

  /// Whether `bytes` more can be taken in, as far as can be told without writing; while the reserve
  /// is in use, only where there is ample room besides. False, too, while is_reserve_denied().
  bool has_room(std::int64_t bytes) const;

  /// Whether the reserve could not be made in what room the disk says it has (a quota, or a limit
  /// of the size of files). Nothing is taken in until it can.
  bool is_reserve_denied() const { return is_reserve_denied_; }

  /// Whether `bytes` more can be taken in; where there is ample room (again) and the reserve is in
  /// use or was denied, it is made. May write. Errors: storage_full `disk_watermark`, fit for a
  /// client.
  core::Result<void> check(std::int64_t bytes);

  /// Changes what uploads must leave free.
  void set_watermark(std::int64_t bytes) { watermark_bytes_ = bytes; }

  /// Bytes that an unprivileged process can still write; 0 if the file system does not answer.
  std::int64_t available() const;

  /// Makes the reserve if it is missing and there is room for it beside the watermark; call at
  /// start and now and then. Errors: storage_full `disk_watermark`, and `reserve_denied`, whose
  /// detail names the file and what the system says of it.
  core::Result<void> ensure_reserve();

  /// Gives the reserve's room to the database; false if it was not there. The writer does this
  /// when a commit finds the disk full.
  bool release_reserve();

 private:
  bool is_free(std::int64_t bytes) const;
  core::Result<void> make_reserve() const;

  const std::filesystem::path reserve_file_;
  std::atomic<std::int64_t> watermark_bytes_;
  const std::int64_t reserve_bytes_;
  std::atomic<bool> is_reserve_in_use_ = false;
  std::atomic<bool> is_reserve_denied_ = false;
  std::mutex mutex_;  // serialises changes of the reserve file
};

}  // namespace geond::storage
