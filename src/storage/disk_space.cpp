// SPDX-License-Identifier: MIT
#include "geond/storage/disk_space.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <string_view>
#include <system_error>

#include "files.hpp"
#include "geond/core/own_file.hpp"

namespace geond::storage {
namespace {

core::Error below_watermark() {
  return core::Error(core::ErrorKind::storage_full, "disk_watermark",
                     "The server's disk is nearly full, so no pictures are taken in: delete tasks "
                     "or make room, then try again.");
}

core::Error reserve_denied(std::string_view why) {
  return core::Error(core::ErrorKind::storage_full, "reserve_denied",
                     fmt::format("No room can be kept for the database: {}", why));
}

}  // namespace

DiskSpace::DiskSpace(std::filesystem::path reserve_file, std::int64_t watermark_bytes,
                     std::int64_t reserve_bytes)
    : reserve_file_(std::move(reserve_file)),
      watermark_bytes_(watermark_bytes),
      reserve_bytes_(reserve_bytes) {}

bool DiskSpace::has_room(std::int64_t bytes) const {
  return is_free(bytes) && !is_reserve_denied_;
}

bool DiskSpace::is_free(std::int64_t bytes) const {
  const std::int64_t room = available() - watermark_bytes_;
  // The reserve's own room, which the database was given just now, is no room that came back.
  return room >= (is_reserve_in_use_ ? 2 * reserve_bytes_ + bytes : bytes);
}

core::Result<void> DiskSpace::check(std::int64_t bytes) {
  if (!is_free(bytes)) return below_watermark();
  if (!is_reserve_in_use_ && !is_reserve_denied_) return core::ok();
  return ensure_reserve() ? core::ok() : below_watermark();
}

std::int64_t DiskSpace::available() const {
  struct statvfs status{};
  if (::statvfs(reserve_file_.parent_path().c_str(), &status) != 0) return 0;
  return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
}

core::Result<void> DiskSpace::ensure_reserve() {
  const std::lock_guard lock(mutex_);
  // A link that took its name keeps no room and is not to be written through.
  if (!core::check_own_file(reserve_file_)) ::unlink(reserve_file_.c_str());
  if (size_of(reserve_file_) < reserve_bytes_) {
    if (available() - watermark_bytes_ < reserve_bytes_) return below_watermark();
    if (const auto made = make_reserve(); !made) {
      ::unlink(reserve_file_.c_str());
      is_reserve_denied_ = true;
      return made;
    }
  }
  is_reserve_in_use_ = false;
  is_reserve_denied_ = false;
  return core::ok();
}

core::Result<void> DiskSpace::make_reserve() const {
  const auto file = core::open_own_file(reserve_file_);
  if (!file) return reserve_denied(file.error().detail());
  const int error_number = ::posix_fallocate(file->get(), 0, reserve_bytes_);
  if (error_number == 0) return core::ok();
  return reserve_denied(
      fmt::format("{}: {}", reserve_file_.string(), std::system_category().message(error_number)));
}

bool DiskSpace::release_reserve() {
  const std::lock_guard lock(mutex_);
  if (::unlink(reserve_file_.c_str()) != 0) return false;
  is_reserve_in_use_ = true;
  return true;
}

}  // namespace geond::storage
