// SPDX-License-Identifier: MIT
#include "geond/app/administration.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "geond/app/control.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/log.hpp"
#include "geond/storage/backup.hpp"
#include "geond/storage/data_layout.hpp"
#include "stores.hpp"

namespace geond::app {
namespace {

using nlohmann::json;

core::Error invalid_request(std::string detail) {
  return core::Error(core::ErrorKind::invalid_argument, "invalid_request", std::move(detail));
}

/// The request's member as text. Throws json's exceptions for other types.
std::string text(const json& request, const char* member) {
  return request.at(member).get<std::string>();
}

/// The request's member as a path.
std::filesystem::path path(const json& request, const char* member) {
  const json& value = request.at(member);
  if (value.is_string()) return value.get<std::string>();
  const auto bytes = value.get<std::vector<std::uint8_t>>();
  return std::string(bytes.begin(), bytes.end());
}

core::Result<json> add_user(const AdministrationParts& parts, const json& request) {
  const auto role = request.value("admin", false) ? auth::Role::admin : auth::Role::user;
  const auto user = parts.auth.create_user(text(request, "name"), text(request, "password"), role);
  if (!user) return user.error();
  return json{{"id", user->id.value}};
}

core::Result<json> list_users(const AdministrationParts& parts) {
  constexpr int kPage = 200;
  json users = json::array();
  core::UserId after{0};
  while (true) {
    const auto page = parts.auth.users(after, kPage);
    if (!page) return page.error();
    for (const auth::User& user : *page) {
      users.push_back({{"id", user.id.value},
                       {"name", user.name},
                       {"admin", user.role == auth::Role::admin},
                       {"disabled", user.state == auth::UserState::disabled}});
      after = user.id;
    }
    if (page->size() < kPage) return json{{"users", std::move(users)}};
  }
}

core::Result<json> set_password(const AdministrationParts& parts, const json& request) {
  const auto user = parts.auth.user_by_name(text(request, "name"));
  if (!user) return user.error();
  if (auto set = parts.auth.set_password(user->id, text(request, "password")); !set) {
    return set.error();
  }
  return json::object();
}

core::Result<json> remove_user(const AdministrationParts& parts, const json& request) {
  const auto user = parts.auth.user_by_name(text(request, "name"));
  if (!user) return user.error();
  if (auto removed = parts.auth.remove_user(user->id); !removed) return removed.error();
  return json::object();
}

core::Result<json> back_up(const AdministrationParts& parts, const json& request,
                           const std::stop_token& stop) {
  const auto report =
      storage::back_up(parts.database, parts.blobs, path(request, "destination"), stop);
  if (!report) return report.error();
  if (!report->missing.empty() && parts.log != nullptr) {
    parts.log->logger("storage").warning(
        "pictures are missing from a backup",
        {{"pictures", report->missing.size()}, {"first", report->missing.front()}});
  }
  return json{{"pictures", report->blobs},
              {"bytes", report->bytes},
              {"missing", report->missing.size()},
              {"first_missing", report->missing.empty() ? "" : report->missing.front()}};
}

core::Result<json> verify(const std::filesystem::path& data, const std::stop_token& stop) {
  const auto report = storage::verify(data, stop);
  if (!report) return report.error();
  return json{
      {"problems", report->problems}, {"pictures", report->blobs}, {"orphans", report->orphans}};
}

core::Result<json> set_log_level(const AdministrationParts& parts, const json& request) {
  const auto level = core::parse_log_level(text(request, "level"));
  if (!level) return level.error();
  if (parts.log == nullptr) {
    return core::Error(core::ErrorKind::unavailable, "no_server",
                       "No server uses this data directory, so there is no log to change.");
  }
  parts.log->set_level(*level);
  return json::object();
}

core::Result<json> dispatch(const AdministrationParts& parts, const json& request,
                            const std::stop_token& stop) {
  const std::string what = text(request, "do");
  if (what == "user-add") return add_user(parts, request);
  if (what == "user-list") return list_users(parts);
  if (what == "user-password") return set_password(parts, request);
  if (what == "user-remove") return remove_user(parts, request);
  if (what == "backup") return back_up(parts, request, stop);
  if (what == "verify") return verify(parts.data, stop);
  if (what == "log-level") return set_log_level(parts, request);
  return invalid_request(fmt::format("There is no request '{}'.", what));
}

std::string dump(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

/// What kinds are called between the two sides, which may be of different versions: the place of
/// the kind in its enumeration is nothing to rely on.
constexpr std::array<std::pair<core::ErrorKind, std::string_view>, 14> kKindNames{
    {{core::ErrorKind::invalid_argument, "invalid_argument"},
     {core::ErrorKind::bad_request, "bad_request"},
     {core::ErrorKind::unauthenticated, "unauthenticated"},
     {core::ErrorKind::forbidden, "forbidden"},
     {core::ErrorKind::not_found, "not_found"},
     {core::ErrorKind::conflict, "conflict"},
     {core::ErrorKind::gone, "gone"},
     {core::ErrorKind::too_large, "too_large"},
     {core::ErrorKind::unsupported_media, "unsupported_media"},
     {core::ErrorKind::unprocessable, "unprocessable"},
     {core::ErrorKind::too_many_requests, "too_many_requests"},
     {core::ErrorKind::unavailable, "unavailable"},
     {core::ErrorKind::storage_full, "storage_full"},
     {core::ErrorKind::internal, "internal"}}};

std::string_view kind_name(core::ErrorKind kind) {
  const auto* found =
      std::ranges::find(kKindNames, kind, [](const auto& row) { return row.first; });
  return found == kKindNames.end() ? "internal" : found->second;
}

/// A kind that this version does not know is internal.
core::ErrorKind kind_of(const json& name) {
  const auto* found = std::ranges::find_if(
      kKindNames, [&](const auto& row) { return name.is_string() && name == row.second; });
  return found == kKindNames.end() ? core::ErrorKind::internal : found->first;
}

std::string dump(const core::Error& error) {
  return dump(json{
      {"error",
       {{"kind", kind_name(error.kind())}, {"code", error.code()}, {"detail", error.detail()}}}});
}

/// An answer's error, if it is one, as it was on the other side.
core::Result<std::string> unwrap(std::string answer) {
  const json document = json::parse(answer, nullptr, false);
  if (!document.is_object()) {
    return core::Error(core::ErrorKind::internal, "bad_answer", "The server's answer is broken.");
  }
  if (!document.contains("error")) return answer;
  const json& error = document.at("error");
  return core::Error(kind_of(error.value("kind", json())), error.value("code", ""),
                     error.value("detail", ""));
}

core::Error data_missing(std::string detail) {
  return core::Error(core::ErrorKind::not_found, "data_directory_missing", std::move(detail));
}

core::Result<void> check_data_directory(const std::filesystem::path& data) {
  std::error_code ignored;
  if (!std::filesystem::is_directory(data, ignored)) {
    return data_missing(fmt::format("There is no data directory {}: name the server's with --data.",
                                    data.string()));
  }
  std::error_code unknown;
  if (!std::filesystem::exists(storage::DataLayout(data).database(), unknown) && !unknown) {
    return data_missing(fmt::format(
        "{} is not a data directory of geond: there is no geond.db. Name the server's with --data.",
        data.string()));
  }
  return core::ok();
}

/// What a request asks to do; empty if it is none.
std::string wanted_of(const std::string& request) {
  const json document = json::parse(request, nullptr, false);
  if (!document.is_object() || !document.contains("do")) return "";
  const json& wanted = document.at("do");
  return wanted.is_string() ? wanted.get<std::string>() : "";
}

/// No command upgrades a database of an older geond, which may take long and cannot be taken back:
/// that is the server's start's. Who looks at it, or copies it before an upgrade, gets it as it is.
storage::DatabaseOptions::Upgrade upgrade_for(std::string_view wanted) {
  return wanted == "backup" || wanted == "user-list" ? storage::DatabaseOptions::Upgrade::left
                                                     : storage::DatabaseOptions::Upgrade::refused;
}

/// With the lock alone: opening the stores would make what is missing, and migrate what is old.
core::Result<std::string> verify_here(const std::filesystem::path& data) {
  const auto lock = storage::DataDirectory::open_to_read(data);
  if (!lock) return lock.error();
  const auto report = verify(data, {});
  if (!report) return report.error();
  return dump(*report);
}

core::Result<std::string> administer_here(const std::filesystem::path& data,
                                          const std::string& request) {
  const std::string wanted = wanted_of(request);
  if (wanted == "verify") return verify_here(data);
  StoresConfig config;
  config.data = data;
  config.upgrade = upgrade_for(wanted);
  auto stores = open_stores(config, core::Logger());
  if (!stores) return stores.error();
  (*stores)->auth->observe([&](core::UserId, auth::AccessChange change) {
    if (change != auth::AccessChange::user_removed) return;
    // The account has gone, which is what was asked for; pictures that stay go with a sweep of the
    // server's, which tells its log what is in the way.
    static_cast<void>((*stores)->blobs->sweep((*stores)->clock.now()));
  });
  return unwrap(answer_administration(
      {data, *(*stores)->database, *(*stores)->blobs, *(*stores)->auth, nullptr}, request));
}

}  // namespace

std::string answer_administration(const AdministrationParts& parts, const std::string& request,
                                  const std::stop_token& stop) {
  try {
    const auto answer = dispatch(parts, json::parse(request), stop);
    return answer ? dump(*answer) : dump(answer.error());
  } catch (const json::exception& fault) {
    return dump(invalid_request(fmt::format("The request is malformed: {}", fault.what())));
  } catch (const std::exception& fault) {
    return dump(core::Error(core::ErrorKind::internal, "fault", fault.what()));
  }
}

bool takes_long(const std::string& request) {
  const std::string wanted = wanted_of(request);
  return wanted == "backup" || wanted == "verify";
}

core::Result<std::string> administer(const std::filesystem::path& data,
                                     const std::string& request) {
  ::umask(077);
  if (auto checked = check_data_directory(data); !checked) return checked.error();
  auto done = administer_here(data, request);
  if (done || done.error().code() != core::codes::kDataDirectoryInUse) return done;
  auto answer = ask_server(data, request);
  if (!answer) return answer.error();
  return unwrap(std::move(*answer));
}

}  // namespace geond::app
