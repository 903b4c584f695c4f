// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/file_descriptor.hpp"
#include "geond/core/log.hpp"
#include "geond/core/random.hpp"
#include "geond/core/result.hpp"
#include "geond/core/sha256.hpp"
#include "geond/storage/database.hpp"
#include "geond/storage/disk_space.hpp"

namespace geond::storage {

/// What a finished upload is called by.
struct BlobInfo {
  std::string sha256;     ///< Lower-case hexadecimal.
  std::int64_t size = 0;  ///< Bytes.
};

/// A file on its way in: written to the incoming folder, hashed as it grows. If it is not
/// published, it is removed with the object. Not thread-safe.
class StagedBlob {
 public:
  ~StagedBlob();
  StagedBlob(StagedBlob&& other) noexcept;
  StagedBlob& operator=(StagedBlob&& other) noexcept;

  /// Adds bytes. Errors: storage_full `disk_watermark`, `storage_full`, unavailable
  /// `storage_failed`.
  core::Result<void> append(std::span<const std::byte> bytes);

  /// Hashes and fdatasyncs; nothing can be appended after that. A failed fdatasync is a fault of
  /// the whole storage (Database::report_fault). Errors: storage_full `storage_full`, unavailable
  /// `storage_failed`.
  core::Result<BlobInfo> finish();

  /// The hash of what has been appended so far, for who goes on with it. Not after finish().
  core::Sha256 hash() const;

  /// Set by finish().
  const BlobInfo& info() const;

  /// Readable and seekable: for looking at the picture before it is published. Owned by this.
  int descriptor() const;
  std::int64_t size() const;

 private:
  friend class BlobStore;
  struct State;
  explicit StagedBlob(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// A blob opened for reading.
struct OpenBlob {
  core::FileDescriptor file;
  std::int64_t size = 0;  ///< Bytes.
};

/// What a sweep did.
struct SweepReport {
  std::int64_t seen = 0;
  std::int64_t removed = 0;
};

/// Files under their SHA-256: `blobs/ab/cdef...`; the same content is stored once. A blob is never
/// changed in place. Publishing and removing happen on the database's writer thread only, so a
/// removal cannot take a file that a new row has just found. Thread-safe.
///
/// A blob stays as long as the view `blob_references` names it.
class BlobStore {
 public:
  /// Makes the folders and removes what earlier processes left in `incoming`. All three must be on
  /// one file system, and `database` and `disk` must outlive the store. Errors: internal
  /// `data_directory_unusable`, storage_full `storage_full`.
  static core::Result<std::unique_ptr<BlobStore>> open(const std::filesystem::path& blobs,
                                                       const std::filesystem::path& incoming,
                                                       Database& database, DiskSpace& disk,
                                                       core::RandomSource& random,
                                                       core::Logger logger);

  /// Whether uploads could be put down now, for all that modes and mounts say. Errors: internal
  /// `data_directory_unusable`.
  core::Result<void> check_writable() const;

  /// Begins an upload; `expected_bytes` (0 if unknown) is checked against the watermark.
  /// Errors: storage_full `disk_watermark`, `storage_full`, unavailable `storage_failed`,
  /// `too_many_files` (no file can be opened just now; the disk is well).
  core::Result<StagedBlob> stage(std::int64_t expected_bytes);

  /// Gives a finished upload its name; durable with the commit of `context`. If that write is
  /// undone and no row refers to the content, it is removed. To be called inside Database::write(),
  /// for several rows with the same upload too. Errors: internal `blob_not_published` (it was not
  /// finished), unavailable `blob_not_published` (it went when an earlier write was undone),
  /// `storage_failed`, `too_many_files`, storage_full `storage_full`.
  core::Result<void> publish(StagedBlob& blob, WriteContext& context);

  /// Removes the blob after the commit of `context` if then nothing refers to it.
  void remove_if_unreferenced(const std::string& sha256, WriteContext& context);

  /// Removes those of many blobs that nothing refers to, some after each of several writes so that
  /// other writes find their turn; how many. Not to be called inside Database::write(). `stop` ends
  /// it early. Errors: unavailable `stopping`, those of Database.
  core::Result<std::int64_t> remove_unreferenced(std::span<const std::string> blobs,
                                                 const std::stop_token& stop = {});

  /// Errors: not_found `blob_not_found`, unavailable `storage_failed`, `too_many_files`.
  core::Result<OpenBlob> open(const std::string& sha256) const;
  /// Whether the blob is there. Errors: as open(); only `blob_not_found` says that it is not.
  core::Result<void> check_there(const std::string& sha256) const;
  /// Those of `blobs` that are gone. What cannot be looked up, on a disk that fails or in a folder
  /// that may not be entered, is not among them; all of it is one line in the log.
  std::set<std::string> missing(std::span<const std::string> blobs) const;
  std::filesystem::path path_of(const std::string& sha256) const;

  /// Removes blobs that nothing refers to and that were written before `older_than`; `stop` ends it
  /// early. Errors: unavailable `stopping`, those of for_each() and Database.
  core::Result<SweepReport> sweep(core::Timestamp older_than, const std::stop_token& stop = {});

  /// Calls `visit` with the SHA-256 of every blob there is; false from it ends the walk. Errors:
  /// unavailable `storage_failed` (a folder cannot be read: some may be missing).
  core::Result<void> for_each(const std::function<bool(const std::string&)>& visit) const;

  /// While one of these lives, no blob is removed: for a backup. What should have gone stays for
  /// the next sweep; take_put_off() tells of it.
  class RemovalHold {
   public:
    explicit RemovalHold(BlobStore& store) : store_(&store) { ++store.holds_; }
    ~RemovalHold() { --store_->holds_; }
    RemovalHold(const RemovalHold&) = delete;
    RemovalHold& operator=(const RemovalHold&) = delete;

   private:
    BlobStore* store_;
  };

  /// Whether there is no hold any more, and a blob that should have gone stayed for one since this
  /// was last true.
  bool take_put_off() { return holds_ == 0 && has_put_off_.exchange(false); }

 private:
  friend class StagedBlob;

  BlobStore(std::filesystem::path blobs, std::filesystem::path incoming, Database& database,
            DiskSpace& disk, core::RandomSource& random, core::Logger logger);

  /// Attempts what needs a folder once more where somebody has removed that since the start; both
  /// give the errno, or 0.
  int attempt_twice(const std::function<int()>& attempt, const std::filesystem::path& folder);

  /// Whether a folder was gone and is there again, durably.
  bool make_again(const std::filesystem::path& folder);

  /// Logs what failed, and says what a client may know of it.
  core::Error failed(const std::string& what, int error_number) const;
  core::Error failed(const core::Error& error) const;

  void unlink_unreferenced(const std::string& sha256, Connection& connection,
                           std::int64_t* removed);

  const std::filesystem::path blobs_;
  const std::filesystem::path incoming_;
  Database& database_;
  DiskSpace& disk_;
  core::RandomSource& random_;
  const core::Logger logger_;
  std::atomic<int> holds_ = 0;
  std::atomic<bool> has_put_off_ = false;
};

}  // namespace geond::storage
