// SPDX-License-Identifier: MIT
#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <system_error>

#include "blob_references.hpp"
#include "error.hpp"
#include "files.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/sha256.hpp"
#include "geond/storage/backup.hpp"
#include "geond/storage/connection.hpp"
#include "geond/storage/data_layout.hpp"
#include "hash.hpp"
#include "interruption.hpp"
#include "schema_version.hpp"

namespace geond::storage {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostProblems = 100;

void note(VerifyReport& report, std::string problem) {
  if (report.problems.size() < kMostProblems) report.problems.push_back(std::move(problem));
}

void check_database(Connection& connection, VerifyReport& report) {
  Statement integrity = connection.prepare("PRAGMA integrity_check(20)");
  while (integrity.step()) {
    const std::string finding = integrity.text(0);
    if (finding != "ok") note(report, "The database is damaged: " + finding);
  }
  Statement references = connection.prepare("PRAGMA foreign_key_check");
  while (references.step()) {
    note(report, fmt::format("A row of {} refers to a row of {} that does not exist.",
                             references.text(0), references.text(2)));
  }
}

/// Hashes a blob. False if it is gone since it was listed: its reference tells if that is wrong.
bool check_blob(const fs::path& path, const std::string& sha256, VerifyReport& report) {
  const core::FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file.is_open()) {
    if (errno == ENOENT) return false;
    ++report.unreadable;
    note(report, fmt::format("{} cannot be read: {}.", path.string(),
                             std::system_category().message(errno)));
    return true;
  }
  const auto hashed = hash_file(file.get());
  if (!hashed) {
    ++report.unreadable;
    note(report, fmt::format("{} cannot be read: {}", path.string(), hashed.error().detail()));
    return true;
  }
  ++report.blobs;
  if (*hashed == sha256) return true;
  ++report.broken;
  note(report, fmt::format("The content of {} is not what was stored.", path.string()));
  return true;
}

void note_foreign(const fs::path& path, VerifyReport& report) {
  note(report, fmt::format("{} is not a file of geond's.", path.string()));
}

/// Hashes the blobs of one folder until `stop`; what is found goes out of `references`.
void check_folder(const fs::path& folder, std::set<std::string>& references,
                  const std::stop_token& stop, VerifyReport& report) {
  const std::string prefix = folder.filename().string();
  const auto listed = for_each_entry(folder, [&](const fs::path& file) {
    const std::string name = prefix + file.filename().string();
    if (!core::is_sha256(name)) {
      note_foreign(file, report);
    } else if (check_blob(file, name, report) && references.erase(name) == 0) {
      ++report.orphans;
    }
    return !stop.stop_requested();
  });
  if (listed) return;
  note(report, fmt::format("{} cannot be checked: {}", folder.string(), listed.error().detail()));
  // Not missing for all that is known; one problem for the folder, not one for each picture.
  std::erase_if(references, [&](const std::string& name) { return name.starts_with(prefix); });
}

/// As check_folder(), for all of them.
void check_blobs(const fs::path& blobs, std::set<std::string>& references,
                 const std::stop_token& stop, VerifyReport& report) {
  const auto listed = for_each_entry(blobs, [&](const fs::path& folder) {
    std::error_code error;
    if (fs::is_directory(folder, error)) {
      check_folder(folder, references, stop, report);
    } else {
      note_foreign(folder, report);
    }
    return !stop.stop_requested();
  });
  if (listed) return;
  note(report, fmt::format("{} cannot be checked: {}", blobs.string(), listed.error().detail()));
}

/// SQLite wants to write beside a file that has had a log, which a read-only file system does not
/// let it. What is in a log there cannot be read.
Connection::Mode mode_for(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : ".";
  const bool is_fixed = ::access(folder.c_str(), W_OK) != 0 && errno == EROFS;
  return is_fixed && size_of(file.string() + "-wal") == 0 ? Connection::Mode::immutable
                                                          : Connection::Mode::read_only;
}

core::Error damaged(std::string detail) {
  return core::Error(core::ErrorKind::unavailable, core::codes::kDatabaseCorrupt,
                     std::move(detail));
}

}  // namespace

core::Result<void> check_database(const fs::path& file) {
  try {
    Connection connection(file.string(), mode_for(file));
    const std::span<const Migration> migrations = embedded_migrations();
    const auto version = read_schema_version(connection, file, migrations.back().version);
    if (!version) return version.error();
    Statement check = connection.prepare("PRAGMA quick_check(1)");
    check.step();
    if (check.text(0) != "ok") return damaged(check.text(0));
  } catch (const SQLite::Exception& exception) {
    return is_corruption(exception) ? damaged(exception.what()) : from_sqlite(exception);
  }
  return core::ok();
}

core::Result<VerifyReport> verify(const fs::path& data_directory, std::stop_token stop) {
  const DataLayout layout(data_directory);
  const fs::path file = layout.database();
  std::error_code error;
  if (!fs::exists(file, error)) {
    return core::Error(core::ErrorKind::not_found, "data_directory_not_found",
                       fmt::format("{} is not a data directory of geond: there is no geond.db.",
                                   data_directory.string()));
  }
  VerifyReport report;
  std::set<std::string> references;
  try {
    Connection connection(file.string(), mode_for(file));
    interrupt_at(connection, stop);
    check_database(connection, report);
    references = read_references(connection);
    check_blobs(layout.blobs(), references, stop, report);
    if (stop.stop_requested()) return stopping();
    for (const std::string& sha256 : references) {
      // Removed on purpose since the references were read?
      if (!is_referenced(connection, sha256)) continue;
      ++report.missing;
      note(report, fmt::format("The picture {} is missing.", sha256));
    }
  } catch (const SQLite::Exception& exception) {
    if (is_interruption(exception)) return stopping();
    if (!is_corruption(exception)) return from_sqlite(exception);
    note(report, fmt::format("The database is damaged: {}", exception.what()));
  }
  return report;
}

}  // namespace geond::storage
