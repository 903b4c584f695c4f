// SPDX-License-Identifier: MIT
#include "json_accounts.hpp"

#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>

#include "geond/core/clock.hpp"

namespace geond::api {
namespace {

using core::format_rfc3339;
using nlohmann::json;

std::int64_t seconds_until(core::Timestamp time, core::Timestamp now) {
  return std::max<std::int64_t>(0, std::chrono::round<std::chrono::seconds>(time - now).count());
}

}  // namespace

json to_json(const auth::User& user) {
  return {{"id", user.id.value},
          {"name", user.name},
          {"role", auth::to_string(user.role)},
          {"disabled", user.state == auth::UserState::disabled},
          {"created_at", format_rfc3339(user.created_at)}};
}

json to_json(const auth::Session& session, std::optional<core::SessionId> current) {
  return {{"id", session.id.value},
          {"kind", auth::to_string(session.kind)},
          {"current", current == session.id},
          {"address", session.client.address},
          {"user_agent", session.client.user_agent},
          {"created_at", format_rfc3339(session.created_at)},
          {"last_used_at", format_rfc3339(session.last_used_at)},
          {"expires_at", format_rfc3339(session.expires_at)}};
}

json to_json(const auth::ApiKey& key) {
  return {{"id", key.id.value},
          {"name", key.name},
          {"created_at", format_rfc3339(key.created_at)},
          {"last_used_at", key.last_used_at ? json(format_rfc3339(*key.last_used_at)) : json()}};
}

json to_json(const auth::SignIn& sign_in, core::Timestamp now) {
  json document = {{"expires_in", seconds_until(sign_in.access_expires_at, now)},
                   {"refresh_expires_in", seconds_until(sign_in.refresh_expires_at, now)},
                   {"session_id", sign_in.session.id.value},
                   {"user", to_json(sign_in.user)}};
  if (sign_in.session.kind != auth::SessionKind::cookie) {
    document["token_type"] = "Bearer";
    document["access_token"] = sign_in.access_token;
    document["refresh_token"] = sign_in.refresh_token;
  }
  return document;
}

}  // namespace geond::api
