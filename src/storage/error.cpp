// SPDX-License-Identifier: MIT
#include "error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cerrno>
#include <system_error>

#include "geond/core/error_codes.hpp"
#include "geond/core/out_of_memory.hpp"

namespace geond::storage {

using core::Error;
using core::ErrorKind;

Error from_open_errno(std::string_view what, int error_number) {
  if (!is_out_of_descriptors(error_number)) return from_errno(what, error_number);
  return Error(ErrorKind::unavailable, core::codes::kTooManyFiles,
               "The server has too many files open at the moment; try again.");
}

Error storage_full() {
  return Error(ErrorKind::storage_full, "storage_full",
               "The disk is full: delete tasks or make room, then try again.");
}

Error storage_failed() {
  return Error(ErrorKind::unavailable, "storage_failed",
               "The server's disk failed and nothing was saved; try again later.");
}

Error database_corrupt() {
  return Error(ErrorKind::unavailable, core::codes::kDatabaseCorrupt,
               "The server's database is damaged, so nothing is changed in it; reading goes on. "
               "Its operator has to restore a backup.");
}

Error database_moved() {
  return Error(ErrorKind::unavailable, core::codes::kDatabaseMoved,
               "The server's database is no longer where it was, so nothing is changed in it; "
               "reading goes on. Its operator has to stop the server and put it back.");
}

Error database_unreachable() {
  return Error(ErrorKind::unavailable, core::codes::kDatabaseUnreachable,
               "The server's database cannot be reached at the moment, so nothing was saved; try "
               "again.");
}

Error database_busy() {
  return Error(ErrorKind::unavailable, core::codes::kDatabaseBusy,
               "The server's database is held by another program at the moment, so nothing was "
               "saved; try again.");
}

Error from_sqlite(const SQLite::Exception& exception) {
  const int primary = exception.getErrorCode() & 0xff;
  if (primary == SQLITE_FULL) return storage_full();
  if (primary == SQLITE_NOMEM) return core::out_of_memory();
  if (is_corruption(exception)) return database_corrupt();
  if (is_disk_fault(exception)) return storage_failed();
  if (is_busy(exception)) return database_busy();
  return Error(
      ErrorKind::internal, "database_error",
      fmt::format("SQLite error {}: {}", exception.getExtendedErrorCode(), exception.what()));
}

Error cannot_open(const std::filesystem::path& file, const SQLite::Exception& exception) {
  if (is_corruption(exception)) {
    return Error(ErrorKind::unavailable, core::codes::kDatabaseCorrupt,
                 fmt::format("{} is damaged ({}). Move {} away and put a whole copy of a backup "
                             "(geond backup) in its place.",
                             file.string(), exception.what(), file.parent_path().string()));
  }
  if (is_busy(exception)) {
    return Error(ErrorKind::unavailable, core::codes::kDatabaseBusy,
                 fmt::format("{} is held by another program, such as sqlite3 or one that copies "
                             "it: end that one, then start geond again.",
                             file.string()));
  }
  const Error error = from_sqlite(exception);
  if (error.kind() != ErrorKind::internal) return error;
  return Error(error.kind(), error.code(),
               fmt::format("{} cannot be opened: {}.", file.string(), error.detail()));
}

Error from_errno(std::string_view what, int error_number) {
  if (is_no_room(error_number)) return storage_full();
  return Error(
      ErrorKind::unavailable, "storage_failed",
      fmt::format("The disk failed: {}: {}.", what, std::system_category().message(error_number)));
}

bool is_disk_fault(const SQLite::Exception& exception) {
  return (exception.getErrorCode() & 0xff) == SQLITE_IOERR;
}

bool is_corruption(const SQLite::Exception& exception) {
  const int primary = exception.getErrorCode() & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

bool is_busy(const SQLite::Exception& exception) {
  return (exception.getErrorCode() & 0xff) == SQLITE_BUSY;
}

bool is_out_of_room(const SQLite::Exception& exception, const Connection& connection) {
  if ((exception.getErrorCode() & 0xff) == SQLITE_FULL) return true;
  return is_disk_fault(exception) && is_no_room(sqlite3_system_errno(connection.handle()));
}

bool is_out_of_descriptors(int error_number) {
  return error_number == EMFILE || error_number == ENFILE || error_number == ENOMEM;
}

bool is_missing(int error_number) {
  return error_number == ENOENT || error_number == ENOTDIR;
}

bool is_no_room(int error_number) {
  return error_number == ENOSPC || error_number == EDQUOT || error_number == EFBIG;
}

}  // namespace geond::storage
