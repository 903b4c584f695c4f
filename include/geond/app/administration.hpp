#pragma once

#include <filesystem>
#include <string>

#include "geond/auth/auth_service.hpp"
#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/storage/store.hpp"

namespace geond::app {

/// What the control socket can do. `log` may be null where no server runs.
struct AdministrationServices {
  storage::Store& store;
  auth::AuthService& auth;
  core::LogSystem* log;
};

/// Does one request of the owner of the data directory and returns one line of JSON: the answer's
/// members, or `{"error": {"kind", "code", "detail"}}`. Requests are JSON objects with a member
/// `do`: `user-add` (name, password, admin), `user-list`, `user-password` (name, password),
/// `user-remove` (name), `backup` (destination, absolute), `verify`, `log-level` (level).
/// Never throws for any text.
std::string answer_administration(const AdministrationServices& services,
                                  const std::string& request);

/// The same for the command line: in this process if the data directory's lock is free, else
/// through the socket of the server that holds it. Errors: those that the request itself gives,
/// and unavailable `control_unreachable`.
core::Result<std::string> administer(const std::filesystem::path& data, const std::string& request);

}  // namespace geond::app
