// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "geond/core/result.hpp"

namespace geond::auth {
class AuthService;
}
namespace geond::core {
class LogSystem;
}
namespace geond::storage {
class BlobStore;
class Database;
}  // namespace geond::storage

namespace geond::app {

/// What the owner of a data directory may ask to be done with it.
struct AdministrationParts {
  std::filesystem::path data;
  storage::Database& database;
  storage::BlobStore& blobs;
  auth::AuthService& auth;
  core::LogSystem* log;  ///< Null where no server runs.
};

/// Does one request and returns one line of JSON: the answer's members, or
/// `{"error": {"kind", "code", "detail"}}`. Requests are JSON objects with a member `do`:
/// `user-add` (name, password, admin), `user-list`, `user-password` (name, password),
/// `user-remove` (name), `backup` (destination, absolute; an array of bytes where it is no UTF-8),
/// `verify`, `log-level` (level).
/// `stop` ends a backup and a verification early, with unavailable `stopping`. Never throws for any
/// text.
std::string answer_administration(const AdministrationParts& parts, const std::string& request,
                                  const std::stop_token& stop = {});

/// Whether a request takes as long as the data directory is large: `backup` and `verify`. Never
/// throws for any text.
bool takes_long(const std::string& request);

/// The same for the command line: in this process if the data directory's lock is free, else
/// through the socket of the server that holds it. It makes no data directory, and `verify` changes
/// nothing in one (the lock file apart). Files are made for the owner alone: sets the umask.
/// Errors: those that the request itself gives, not_found `data_directory_missing` (no such folder,
/// or no geond.db in it), conflict `schema_too_old` (of all but `verify`, `backup` and
/// `user-list`), and those of ask_server().
core::Result<std::string> administer(const std::filesystem::path& data, const std::string& request);

}  // namespace geond::app
