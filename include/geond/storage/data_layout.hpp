// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <utility>

namespace geond::storage {

/// Where everything stands in a data directory, and in a copy of one. These are names alone:
/// whether something is there is not looked at.
class DataLayout {
 public:
  explicit DataLayout(std::filesystem::path root) : root_(std::move(root)) {}

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path database() const { return root_ / "geond.db"; }
  /// What is committed and not yet in database(). SQLite gives it that name.
  std::filesystem::path write_ahead_log() const { return root_ / "geond.db-wal"; }
  /// The index of write_ahead_log(). SQLite gives it that name.
  std::filesystem::path log_index() const { return root_ / "geond.db-shm"; }
  std::filesystem::path blobs() const { return root_ / "blobs"; }
  /// Uploads that are not yet published.
  std::filesystem::path incoming() const { return root_ / "tmp"; }
  std::filesystem::path imported_models() const { return root_ / "models"; }
  std::filesystem::path signing_key() const { return root_ / "token.key"; }
  std::filesystem::path lock() const { return root_ / "geond.lock"; }
  std::filesystem::path control_socket() const { return root_ / "control.sock"; }
  /// Room that is given up when the disk is full.
  std::filesystem::path reserve() const { return root_ / "reserve"; }
  /// Says to the next start what ended this process.
  std::filesystem::path fault_mark() const { return root_ / "fault"; }

 private:
  std::filesystem::path root_;
};

}  // namespace geond::storage
