// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "doctor_checks.hpp"
#include "geond/auth/key_file.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/small_file.hpp"
#include "geond/http/certificate.hpp"
#include "geond/storage/backup.hpp"
#include "geond/storage/data_directory.hpp"
#include "geond/storage/data_layout.hpp"

namespace geond::cli {
namespace {

namespace fs = std::filesystem;
using std::chrono::system_clock;

/// What geond itself makes in its data directory and has to write again.
std::vector<fs::path> own_files(const storage::DataLayout& data) {
  return {data.database(), data.write_ahead_log(), data.log_index(),
          data.lock(),     data.signing_key(),     data.blobs(),
          data.incoming(), data.reserve(),         data.fault_mark()};
}

std::string user_name(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

/// access() of root says yes to everything: then the owner counts, as whom geond is meant to run.
bool stands_for_owner(uid_t owner) {
  return ::geteuid() == 0 && owner != 0;
}

/// Whether the one that counts can work with a file or folder of `owner`'s data directory.
bool is_workable(const fs::path& path, uid_t owner) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return errno == ENOENT;
  const bool is_folder = S_ISDIR(status.st_mode);
  if (!stands_for_owner(owner)) {
    return ::access(path.c_str(), R_OK | W_OK | (is_folder ? X_OK : 0)) == 0;
  }
  const mode_t needed = S_IRUSR | S_IWUSR | (is_folder ? S_IXUSR : 0U);
  return status.st_uid == owner && (status.st_mode & needed) == needed;
}

std::optional<fs::path> find_unworkable(const fs::path& data, uid_t owner) {
  if (!is_workable(data, owner)) return data;
  for (const fs::path& file : own_files(storage::DataLayout(data))) {
    if (!is_workable(file, owner)) return file;
  }
  return std::nullopt;
}

/// What has the name of a folder that geond makes.
std::optional<fs::path> find_obstacle(const fs::path& data) {
  const storage::DataLayout layout(data);
  for (const fs::path& folder : {layout.blobs(), layout.incoming()}) {
    std::error_code error;
    const fs::file_status status = fs::status(folder, error);
    if (fs::exists(status) && !fs::is_directory(status)) return folder;
  }
  return std::nullopt;
}

/// The folder in which the first of those on the way to `data` has to be made.
fs::path nearest_existing_parent(const fs::path& data) {
  std::error_code unknown;
  fs::path parent = fs::absolute(data, unknown).parent_path();
  while (parent.has_relative_path() && !fs::exists(parent, unknown)) parent = parent.parent_path();
  return parent;
}

Finding check_parent(const fs::path& data) {
  const fs::path parent = nearest_existing_parent(data);
  std::error_code unknown;
  if (!fs::is_directory(parent, unknown)) {
    return {"data directory", fmt::format("{} is no folder", parent.string()),
            "Choose another directory with --data."};
  }
  const bool can_make = ::access(parent.c_str(), W_OK) == 0;
  return {"data directory", fmt::format("{} will be made at the first start", data.string()),
          can_make ? "" : fmt::format("Make {} writable for this user.", parent.string())};
}

}  // namespace

Finding check_data(const fs::path& data) {
  struct stat status{};
  if (::stat(data.c_str(), &status) != 0 && (errno == ENOENT || errno == ENOTDIR)) {
    return check_parent(data);
  }
  const bool is_for_owner = stands_for_owner(status.st_uid);
  const std::string user = user_name(is_for_owner ? status.st_uid : ::geteuid());
  if (::access(data.c_str(), W_OK) != 0 && errno == EROFS) {
    return {"data directory", "on a read-only file system",
            "Mount it writable, or choose another directory with --data; geond verify reads it as "
            "it is."};
  }
  if (const auto unworkable = find_unworkable(data, status.st_uid)) {
    return {"data directory", fmt::format("{} is not writable for {}", unworkable->string(), user),
            fmt::format("Give {0} to the user that runs geond: chown -R {1} {0}; chmod -R u+rwX "
                        "{0}.",
                        data.string(), is_for_owner ? user : "USER")};
  }
  if (const auto obstacle = find_obstacle(data)) {
    return {"data directory", fmt::format("{} is no folder", obstacle->string()),
            "Move it away: geond keeps its pictures in a folder of that name."};
  }
  const std::string state =
      is_for_owner ? fmt::format("writable for its owner, {}", user) : "writable";
  const bool is_open = (status.st_mode & S_IRWXO) != 0;
  return {"data directory", state,
          is_open ? fmt::format("Others can read it: chmod 700 {}.", data.string()) : ""};
}

Finding check_database(const fs::path& data) {
  const fs::path file = storage::DataLayout(data).database();
  if (const auto checked = storage::check_database_not_lost(data); !checked) {
    const bool is_lost = checked.error().code() == core::codes::kDatabaseMissing;
    return {"database", is_lost ? "lost" : "not usable", checked.error().detail()};
  }
  std::error_code error;
  const bool is_empty = fs::file_size(file, error) == 0;
  if (is_empty || error == std::errc::no_such_file_or_directory) {
    return {"database", "will be made at the first start", ""};
  }
  const auto checked = storage::check_database(file);
  if (checked) return {"database", "whole", ""};
  const core::Error& fault = checked.error();
  if (fault.code() == core::codes::kDatabaseCorrupt) {
    return {"database", fmt::format("damaged ({})", fault.detail()),
            fmt::format("Stop geond, move {} away, and put a copy of the last backup (geond "
                        "backup) in its place.",
                        data.string())};
  }
  if (fault.kind() == core::ErrorKind::conflict) return {"database", "not usable", fault.detail()};
  return {"database", fmt::format("cannot be read ({})", fault.detail()),
          fmt::format("Ask as the user that runs geond, or as root; {} must be readable.",
                      file.string())};
}

Finding check_key(const fs::path& data) {
  const fs::path key = storage::DataLayout(data).signing_key();
  if (const auto checked = auth::check_key_file(key); !checked) {
    return {"signing key", "not usable", checked.error().detail()};
  }
  std::error_code error;
  if (!fs::exists(key, error)) return {"signing key", "will be made at the first start", ""};
  return {"signing key", "for its owner alone", ""};
}

Finding check_tls_key(const http::TlsFiles& files) {
  // A certificate that cannot be used is told of itself.
  if (http::read_certificate(files.certificate_chain)) {
    const auto fits = http::check_tls_files(files);
    if (!fits) {
      return {"TLS key", fmt::format("not usable ({})", fits.error().detail()),
              "Name the key that the certificate was made for (--tls-key); after a renewal, both "
              "new files."};
    }
  }
  const fs::path key = files.private_key;
  if (!core::is_open_to_others(key)) return {"TLS key", "for its owner and its group", ""};
  return {"TLS key", fmt::format("{} is open to every user of this machine", key.string()),
          fmt::format("Close it (chmod o= {}), and get another certificate with a new key if "
                      "strangers use this machine.",
                      key.string())};
}

Finding check_tls_certificate(const fs::path& certificate, system_clock::time_point now) {
  const auto read = http::read_certificate(certificate);
  if (!read) return {"TLS certificate", "not usable", read.error().detail()};
  const std::string end = shown_time(read->not_after);
  switch (http::state_at(*read, std::chrono::floor<std::chrono::microseconds>(now))) {
    case http::CertificateState::valid:
      return {"TLS certificate", fmt::format("until {}", end), ""};
    case http::CertificateState::ends_soon:
      return {"TLS certificate", fmt::format("{} ends soon, {}", certificate.string(), end),
              "Renew it, then reload geond (systemctl reload geond)."};
    case http::CertificateState::expired:
      return {"TLS certificate", fmt::format("{} expired {}", certificate.string(), end),
              "Renew it, then reload geond (systemctl reload geond): clients refuse it."};
    case http::CertificateState::not_yet_valid:
      break;
  }
  return {
      "TLS certificate",
      fmt::format("{} is valid only from {}", certificate.string(), shown_time(read->not_before)),
      "Look at the clock (timedatectl), or get another certificate: clients refuse it."};
}

Finding check_disk(const fs::path& data, std::int64_t watermark) {
  constexpr double kMega = 1 << 20;
  constexpr double kEnough = 1024;
  struct statvfs status{};
  std::error_code error;
  const fs::path where = fs::exists(data, error) ? data : nearest_existing_parent(data);
  if (::statvfs(where.c_str(), &status) != 0) {
    return {"disk", "unknown", "The file system does not answer."};
  }
  const double megabytes =
      static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize) / kMega;
  const double needed = std::max(kEnough, static_cast<double>(watermark) / kMega);
  return {"disk", fmt::format("{:.0f} MiB free", megabytes),
          megabytes < needed ? "Make room: below --disk-watermark pictures are refused." : ""};
}

}  // namespace geond::cli
