// SPDX-License-Identifier: MIT
#include "geond/storage/blob_store.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "blob_layout.hpp"
#include "blob_references.hpp"
#include "error.hpp"
#include "files.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/file_owner.hpp"
#include "geond/core/sha256.hpp"

namespace geond::storage {
namespace {

namespace fs = std::filesystem;
using core::Error;
using core::ErrorKind;

/// How many blobs are removed after one commit: unlinking a picture of a megabyte takes
/// milliseconds, in which the writer does nothing else.
constexpr std::size_t kRemovalsAtOnce = 20;

/// A file's name within the data directory.
std::string name_of(const fs::path& path) {
  return (path.parent_path().filename() / path.filename()).string();
}

Error unwritable(const fs::path& folder) {
  return Error(ErrorKind::internal, "data_directory_unusable",
               fmt::format("The folder {} cannot be written to: {}. Give it to the user that runs "
                           "geond (chown -R).",
                           folder.string(), std::system_category().message(errno)));
}

/// One that is not there yet is no matter: it will be made.
core::Result<void> check_writable_folder(const fs::path& folder) {
  if (::access(folder.c_str(), W_OK | X_OK) == 0 || errno == ENOENT) return core::ok();
  return unwritable(folder);
}

core::Result<void> make_directory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) {
    core::give_to_folder_owner(path);
    return core::ok();
  }
  if (errno == EEXIST) return check_writable_folder(path);
  if (is_no_room(errno)) return storage_full();
  return Error(ErrorKind::internal, "data_directory_unusable",
               fmt::format("The folder {} cannot be made: {}.", path.string(),
                           std::system_category().message(errno)));
}

/// All of these are there from the start, so that publishing never has to make one durable.
core::Result<void> make_directories(const fs::path& blobs, const fs::path& incoming) {
  if (const auto made = make_directory(blobs); !made) return made;
  if (const auto made = make_directory(incoming); !made) return made;
  for (int prefix = 0; prefix < kBlobFolders; ++prefix) {
    const auto made = make_directory(blobs / blob_folder(prefix));
    if (!made) return made;
  }
  if (const auto synced = sync_path(blobs); !synced) return synced;
  return sync_path(fs::absolute(blobs).parent_path());
}

/// Uploads that an earlier process did not finish. The data directory is locked, so nobody else
/// is writing them.
std::int64_t remove_leftovers(const fs::path& incoming) {
  std::int64_t removed = 0;
  // What cannot be listed now is removed at a later start.
  static_cast<void>(for_each_entry(incoming, [&](const fs::path& path) {
    if (::unlink(path.c_str()) == 0) ++removed;
    return true;
  }));
  return removed;
}

/// The errno of looking for a file; 0 if it is there.
int look_up(const fs::path& path) {
  return ::access(path.c_str(), F_OK) == 0 ? 0 : errno;
}

Error not_there() {
  return Error(ErrorKind::not_found, core::codes::kBlobNotFound, "The picture is no longer there.");
}

/// Microseconds since the epoch at which a file was last written to; nothing if it is gone.
std::optional<core::Timestamp> written_at(const fs::path& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return core::Timestamp(std::chrono::seconds(status.st_mtim.tv_sec) +
                         std::chrono::microseconds(status.st_mtim.tv_nsec / 1000));
}

}  // namespace

struct StagedBlob::State {
  State(BlobStore& s, core::FileDescriptor f, fs::path p)
      : store(s), file(std::move(f)), path(std::move(p)) {}

  ~State() {
    if (!is_published) ::unlink(path.c_str());
  }

  BlobStore& store;
  core::FileDescriptor file;
  fs::path path;
  core::Sha256 hash;
  BlobInfo info;
  bool is_published = false;
};

StagedBlob::StagedBlob(std::unique_ptr<State> state) : state_(std::move(state)) {}
StagedBlob::~StagedBlob() = default;
StagedBlob::StagedBlob(StagedBlob&& other) noexcept = default;
StagedBlob& StagedBlob::operator=(StagedBlob&& other) noexcept = default;

core::Result<void> StagedBlob::append(std::span<const std::byte> bytes) {
  // At each piece: many uploads that had room at their start may have none together.
  const auto size = static_cast<std::int64_t>(bytes.size());
  if (const auto room = state_->store.disk_.check(size); !room) return room;
  const auto written = write_all(state_->file.get(), bytes);
  if (!written) return state_->store.failed(written.error());
  state_->hash.update(bytes);
  state_->info.size += size;
  return core::ok();
}

core::Result<BlobInfo> StagedBlob::finish() {
  if (!state_->info.sha256.empty()) return state_->info;
  if (::fdatasync(state_->file.get()) != 0) {
    const Error error = from_errno("fdatasync " + name_of(state_->path), errno);
    state_->store.database_.report_fault(
        Error(ErrorKind::unavailable, "storage_failed", error.detail()));
    return state_->store.failed(error);
  }
  state_->info.sha256 = core::to_hex(state_->hash.finish());
  return state_->info;
}

core::Sha256 StagedBlob::hash() const {
  return state_->hash;
}

const BlobInfo& StagedBlob::info() const {
  return state_->info;
}

int StagedBlob::descriptor() const {
  return state_->file.get();
}

std::int64_t StagedBlob::size() const {
  return state_->info.size;
}

core::Result<std::unique_ptr<BlobStore>> BlobStore::open(const fs::path& blobs,
                                                         const fs::path& incoming,
                                                         Database& database, DiskSpace& disk,
                                                         core::RandomSource& random,
                                                         core::Logger logger) {
  if (const auto made = make_directories(blobs, incoming); !made) return made.error();
  if (const auto removed = remove_leftovers(incoming); removed > 0) {
    logger.info("removed unfinished uploads", {{"files", removed}});
  }
  return std::unique_ptr<BlobStore>(
      new BlobStore(blobs, incoming, database, disk, random, std::move(logger)));
}

BlobStore::BlobStore(fs::path blobs, fs::path incoming, Database& database, DiskSpace& disk,
                     core::RandomSource& random, core::Logger logger)
    : blobs_(std::move(blobs)),
      incoming_(std::move(incoming)),
      database_(database),
      disk_(disk),
      random_(random),
      logger_(std::move(logger)) {}

core::Result<StagedBlob> BlobStore::stage(std::int64_t expected_bytes) {
  if (const auto room = disk_.check(expected_bytes); !room) return room.error();
  fs::path path = incoming_ / core::random_hex(random_, 16);
  core::FileDescriptor file;
  const auto attempt = [&] {
    file = core::FileDescriptor(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    return file.is_open() ? 0 : errno;
  };
  if (const int failure = attempt_twice(attempt, incoming_); failure != 0) {
    return failed("open " + name_of(path), failure);
  }
  core::give_to_folder_owner(path);
  return StagedBlob(std::make_unique<StagedBlob::State>(*this, std::move(file), std::move(path)));
}

core::Result<void> BlobStore::check_writable() const {
  return check_writable_folder(incoming_);
}

core::Result<void> BlobStore::publish(StagedBlob& blob, WriteContext& context) {
  StagedBlob::State& state = *blob.state_;
  const fs::path target = path_of(state.info.sha256);
  if (state.info.sha256.empty()) {
    return Error(ErrorKind::internal, "blob_not_published", "The upload was not finished.");
  }
  if (!state.is_published) {
    // Over a file that is there already, too: this content is known to be whole and on the disk.
    const auto attempt = [&] {
      return ::rename(state.path.c_str(), target.c_str()) == 0 ? 0 : errno;
    };
    if (const int failure = attempt_twice(attempt, target.parent_path()); failure != 0) {
      return failed("rename to " + name_of(target), failure);
    }
    state.is_published = true;
    context.after_rollback([this, sha256 = state.info.sha256](Connection& connection) {
      unlink_unreferenced(sha256, connection, nullptr);
    });
  } else if (const auto there = check_there(state.info.sha256); !there) {
    if (there.error().kind() != ErrorKind::not_found) return there;
    // The transaction that published it was undone, and the file went before this second try.
    return Error(ErrorKind::unavailable, "blob_not_published", "Try again.");
  }
  context.sync_directory(target.parent_path());
  return core::ok();
}

int BlobStore::attempt_twice(const std::function<int()>& attempt, const fs::path& folder) {
  const int failure = attempt();
  return failure == ENOENT && make_again(folder) ? attempt() : failure;
}

bool BlobStore::make_again(const fs::path& folder) {
  std::error_code unknown;
  if (fs::exists(folder, unknown) || unknown) return false;
  const fs::path data = fs::absolute(blobs_).parent_path();
  if (!make_directory(blobs_) || !make_directory(folder) || !sync_path(blobs_) ||
      !sync_path(data)) {
    return false;
  }
  logger_.error("a folder of the data directory was gone, with what was in it, and is made again",
                {{"folder", folder.string()}});
  return true;
}

Error BlobStore::failed(const std::string& what, int error_number) const {
  if (is_out_of_descriptors(error_number)) {
    logger_.warning("a file cannot be opened for the moment",
                    {{"what", what}, {"why", std::system_category().message(error_number)}});
    return from_open_errno(what, error_number);
  }
  return failed(from_errno(what, error_number));
}

Error BlobStore::failed(const Error& error) const {
  logger_.error("the disk failed", {{"code", error.code()}, {"detail", error.detail()}});
  return error.kind() == ErrorKind::unavailable ? storage_failed() : error;
}

void BlobStore::remove_if_unreferenced(const std::string& sha256, WriteContext& context) {
  context.after_commit(
      [this, sha256](Connection& connection) { unlink_unreferenced(sha256, connection, nullptr); });
}

core::Result<std::int64_t> BlobStore::remove_unreferenced(std::span<const std::string> blobs,
                                                          const std::stop_token& stop) {
  std::int64_t removed = 0;
  while (!blobs.empty()) {
    if (stop.stop_requested()) return stopping();
    const auto some = blobs.first(std::min(blobs.size(), kRemovalsAtOnce));
    const auto written = database_.write([&](WriteContext& context) -> core::Result<void> {
      for (const std::string& sha256 : some) {
        context.after_commit([this, &sha256, &removed](Connection& connection) {
          unlink_unreferenced(sha256, connection, &removed);
        });
      }
      return core::ok();
    });
    if (!written) return written.error();
    blobs = blobs.subspan(some.size());
  }
  return removed;
}

void BlobStore::unlink_unreferenced(const std::string& sha256, Connection& connection,
                                    std::int64_t* removed) {
  // Looked up after the transaction: another of its rows may have found the file again.
  if (is_referenced(connection, sha256)) return;
  if (holds_ > 0) {
    has_put_off_ = true;
    return;
  }
  if (::unlink(path_of(sha256).c_str()) == 0) {
    if (removed != nullptr) ++*removed;
  } else if (errno != ENOENT) {
    logger_.warning("a picture cannot be removed",
                    {{"sha256", sha256}, {"detail", std::system_category().message(errno)}});
  }
}

core::Result<OpenBlob> BlobStore::open(const std::string& sha256) const {
  const fs::path path = core::is_sha256(sha256) ? path_of(sha256) : fs::path();
  OpenBlob blob;
  blob.file = core::FileDescriptor(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct stat status{};
  if (blob.file.is_open() && ::fstat(blob.file.get(), &status) == 0) {
    blob.size = status.st_size;
    return blob;
  }
  if (is_missing(errno)) return not_there();
  return failed("open " + name_of(path), errno);
}

core::Result<void> BlobStore::check_there(const std::string& sha256) const {
  const fs::path path = path_of(sha256);
  const int failure = look_up(path);
  if (failure == 0) return core::ok();
  if (is_missing(failure)) return not_there();
  return failed("look up " + name_of(path), failure);
}

std::set<std::string> BlobStore::missing(std::span<const std::string> blobs) const {
  std::set<std::string> gone;
  std::uint64_t unknown = 0;
  int why_unknown = 0;
  for (const std::string& sha256 : blobs) {
    const int failure = look_up(path_of(sha256));
    if (failure == 0) continue;
    if (is_missing(failure)) {
      gone.insert(sha256);
    } else {
      ++unknown;
      why_unknown = failure;
    }
  }
  if (unknown > 0) {
    logger_.error("pictures cannot be looked up, and count as being there",
                  {{"files", unknown}, {"detail", std::system_category().message(why_unknown)}});
  }
  return gone;
}

fs::path BlobStore::path_of(const std::string& sha256) const {
  return blob_path(blobs_, sha256);
}

core::Result<SweepReport> BlobStore::sweep(core::Timestamp older_than,
                                           const std::stop_token& stop) {
  SweepReport report;
  std::vector<std::string> old;
  const auto listed = for_each([&](const std::string& sha256) {
    ++report.seen;
    const auto written = written_at(path_of(sha256));
    if (written && *written < older_than) old.push_back(sha256);
    return !stop.stop_requested();
  });
  if (!listed) return listed.error();
  std::vector<std::string> orphans;
  const auto looked = database_.read([&](Connection& connection) -> core::Result<void> {
    for (const std::string& sha256 : old) {
      if (stop.stop_requested()) return stopping();
      if (!is_referenced(connection, sha256)) orphans.push_back(sha256);
    }
    return core::ok();
  });
  if (!looked) return looked.error();
  const auto removed = remove_unreferenced(orphans, stop);
  if (!removed) return removed.error();
  report.removed = *removed;
  if (report.removed > 0) logger_.info("removed orphaned pictures", {{"files", report.removed}});
  return report;
}

core::Result<void> BlobStore::for_each(const std::function<bool(const std::string&)>& visit) const {
  bool goes_on = true;
  for (int prefix = 0; prefix < kBlobFolders && goes_on; ++prefix) {
    const std::string folder = blob_folder(prefix);
    const auto listed = for_each_entry(blobs_ / folder, [&](const fs::path& file) {
      const std::string name = folder + file.filename().string();
      goes_on = !core::is_sha256(name) || visit(name);
      return goes_on;
    });
    if (!listed) return listed;
  }
  return core::ok();
}

}  // namespace geond::storage
