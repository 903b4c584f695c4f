#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "geond/core/result.hpp"
#include "geond/storage/file_descriptor.hpp"

namespace geond::storage {

/// A file on its way into the blob store: bytes are appended and hashed as they come. It lies in
/// `tmp` and goes away with the object unless it was published. Not thread-safe.
class IncomingBlob {
 public:
  IncomingBlob(FileDescriptor file, std::filesystem::path path);
  ~IncomingBlob();
  IncomingBlob(IncomingBlob&&) noexcept;
  IncomingBlob& operator=(IncomingBlob&&) noexcept;

  /// Errors: storage_full `storage_full`, internal `storage_error`.
  core::Result<void> append(std::span<const std::byte> bytes);

  /// No more bytes: makes the content durable (fdatasync). Errors as append().
  core::Result<void> finish();

  /// SHA-256 of the content in lower-case hexadecimal; valid after finish().
  const std::string& sha256() const;
  std::uint64_t size() const;
  /// For reading the content back; positioned anywhere. Use pread or mmap.
  int descriptor() const;

 private:
  friend class BlobStore;
  struct State;
  std::unique_ptr<State> state_;
};

/// Files under the SHA-256 of their content: `blobs/ab/cdef...`; the same content is stored once.
///
/// publish() and remove() may be called from the database's writer thread alone: there, no row can
/// appear between the look for rows and the unlinking.
class BlobStore {
 public:
  /// Opens `directory` (made if needed, with `tmp` and `blobs` below it) and clears `tmp`.
  /// `watermark` is how many bytes begin() leaves free. Errors: internal `storage_error`.
  static core::Result<std::unique_ptr<BlobStore>> open(const std::filesystem::path& directory,
                                                       std::uint64_t watermark);

  /// A new file. Errors: storage_full `storage_full` (the disk is below the watermark), internal
  /// `storage_error`.
  core::Result<IncomingBlob> begin() const;

  /// Whether there is room above the watermark. Errors: storage_full `storage_full`.
  core::Result<void> check_room() const;

  /// Writer thread only: moves a finished file to its place and makes that durable (fsync of the
  /// directory); nothing to move if the content is there already. Errors: as begin().
  core::Result<void> publish(IncomingBlob& blob) const;

  /// Opens a blob for reading. Errors: not_found `blob_missing`, internal `storage_error`.
  core::Result<FileDescriptor> open_blob(const std::string& sha256) const;

  /// Whether the blob is there.
  bool contains(const std::string& sha256) const;

  /// Writer thread only: unlinks a blob; one that is not there is no error.
  core::Result<void> remove(const std::string& sha256) const;

  /// The SHA-256 of every blob whose file is older than `age`.
  std::vector<std::string> blobs_older_than(std::chrono::seconds age) const;

  /// Reads a blob and compares its content with its name. Errors: as open_blob(), and internal
  /// `blob_damaged`.
  core::Result<void> verify(const std::string& sha256) const;

  /// Where a blob is, whether it exists or not.
  std::filesystem::path path_of(const std::string& sha256) const;

 private:
  BlobStore(std::filesystem::path directory, std::uint64_t watermark);

  const std::filesystem::path directory_;
  const std::uint64_t watermark_;
};

}  // namespace geond::storage
