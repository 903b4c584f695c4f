// SPDX-License-Identifier: MIT
#include "rows.hpp"

#include <algorithm>

namespace geond::auth {
namespace {

SessionKind kind_of(const std::string& text) {
  if (text == "cookie") return SessionKind::cookie;
  if (text == "classic") return SessionKind::classic;
  return SessionKind::token;
}

}  // namespace

std::string_view to_string(SessionKind kind) {
  switch (kind) {
    case SessionKind::token:
      return "token";
    case SessionKind::cookie:
      return "cookie";
    case SessionKind::classic:
      return "classic";
  }
  return "token";
}

std::string_view to_string(Role role) {
  return role == Role::admin ? "admin" : "user";
}

User read_user(const storage::Statement& row, int first) {
  User user;
  user.id.value = row.integer(first);
  user.name = row.text(first + 1);
  user.role = row.boolean(first + 2) ? Role::admin : Role::user;
  user.state = row.boolean(first + 3) ? UserState::disabled : UserState::active;
  user.created_at = row.time(first + 4);
  return user;
}

Session read_session(const storage::Statement& row) {
  Session session;
  session.id.value = row.integer(0);
  session.user.value = row.integer(1);
  session.kind = kind_of(row.text(2));
  session.created_at = row.time(3);
  session.last_used_at = row.time(4);
  session.expires_at = row.time(5);
  session.client.user_agent = row.text(6);
  session.client.address = row.text(7);
  return session;
}

ApiKey read_key(const storage::Statement& row) {
  ApiKey key;
  key.id.value = row.integer(0);
  key.user.value = row.integer(1);
  key.name = row.text(2);
  key.created_at = row.time(3);
  key.last_used_at = row.optional_time(4);
  return key;
}

SecretHash read_hash(std::span<const std::byte> blob) {
  SecretHash hash{};
  if (blob.size() == hash.size()) std::ranges::copy(blob, hash.begin());
  return hash;
}

core::Error no_such_user() {
  return core::Error(core::ErrorKind::not_found, "user_not_found", "There is no such user.");
}

core::Error no_such_session() {
  return core::Error(core::ErrorKind::not_found, "session_not_found",
                     "There is no such session, or it has ended.");
}

core::Error no_such_key() {
  return core::Error(core::ErrorKind::not_found, "key_not_found", "There is no such API key.");
}

}  // namespace geond::auth
