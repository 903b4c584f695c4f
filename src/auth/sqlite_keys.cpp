// SPDX-License-Identifier: MIT
#include "rows.hpp"
#include "sqlite_auth_repository.hpp"

namespace geond::auth {

using core::Result;
using core::Timestamp;
using storage::Connection;

namespace {

constexpr int kMaxKeys = 100;  // a user

}  // namespace

ApiKey insert_key(Connection& connection, core::UserId user, std::string_view name,
                  const SecretHash& secret_hash, Timestamp now) {
  auto insert = connection.prepare(
      "INSERT INTO api_keys (user_id, name, secret_hash, created_at) VALUES (?, ?, ?, ?)");
  insert.bind(user, name, secret_hash, now);
  insert.run();
  ApiKey key;
  key.id.value = connection.last_insert_id();
  key.user = user;
  key.name = name;
  key.created_at = now;
  return key;
}

void insert_link(Connection& connection, core::UserId user, const SecretHash& hash,
                 Timestamp expires_at) {
  auto insert =
      connection.prepare("INSERT INTO links (token_hash, user_id, expires_at) VALUES (?, ?, ?)");
  insert.bind(hash, user, expires_at);
  insert.run();
}

Result<ApiKey> SqliteAuthRepository::add_key(core::UserId user, std::string_view name,
                                             const SecretHash& secret_hash, Timestamp now,
                                             const Principal* by) {
  return database_.write([&](storage::WriteContext& context) -> Result<ApiKey> {
    Connection& connection = context.connection();
    if (auto may = check_credential(connection, by); !may) return may.error();
    // An account may go while its request comes.
    if (const auto found = find_user(connection, user); !found) return found.error();
    auto count = connection.prepare("SELECT count(*) FROM api_keys WHERE user_id = ?");
    count.bind(user);
    count.step();
    if (count.integer(0) >= kMaxKeys) {
      return core::Error(core::ErrorKind::conflict, "too_many_keys",
                         "You have 100 API keys; revoke one that you no longer use.");
    }
    return insert_key(connection, user, name, secret_hash, now);
  });
}

Result<KeyOfUser> SqliteAuthRepository::key(core::ApiKeyId id) {
  return database_.read([&](Connection& connection) -> Result<KeyOfUser> {
    auto select =
        connection.prepare(std::string("SELECT ") + kKeyColumns + ", " + kUserColumns +
                           ", secret_hash FROM api_keys JOIN users ON users.id = "
                           "api_keys.user_id WHERE api_keys.id = ? AND revoked_at IS NULL");
    select.bind(id);
    if (!select.step()) return no_such_key();
    KeyOfUser found;
    found.key = read_key(select);
    found.user = read_user(select, kKeyColumnCount);
    found.secret_hash = read_hash(select.blob(kKeyColumnCount + kUserColumnCount));
    return found;
  });
}

Result<std::vector<ApiKey>> SqliteAuthRepository::keys(core::UserId user) {
  return database_.read([&](Connection& connection) -> Result<std::vector<ApiKey>> {
    auto select = connection.prepare(
        std::string("SELECT ") + kKeyColumns +
        " FROM api_keys WHERE user_id = ? AND revoked_at IS NULL ORDER BY api_keys.id DESC");
    select.bind(user);
    std::vector<ApiKey> keys;
    while (select.step()) keys.push_back(read_key(select));
    return keys;
  });
}

Result<void> SqliteAuthRepository::touch_key(core::ApiKeyId id, Timestamp now) {
  return database_.write([&](storage::WriteContext& context) -> Result<void> {
    Connection& connection = context.connection();
    auto update = connection.prepare("UPDATE api_keys SET last_used_at = ? WHERE id = ?");
    update.bind(now, id);
    update.run();
    return core::ok();
  });
}

Result<void> SqliteAuthRepository::remove_key(core::UserId user, core::ApiKeyId id) {
  return database_.write([&](storage::WriteContext& context) -> Result<void> {
    Connection& connection = context.connection();
    auto remove = connection.prepare("DELETE FROM api_keys WHERE id = ? AND user_id = ?");
    remove.bind(id, user);
    if (remove.run() != 1) return no_such_key();
    return core::ok();
  });
}

Result<User> SqliteAuthRepository::take_link(const SecretHash& hash, Timestamp now) {
  return database_.write([&](storage::WriteContext& context) -> Result<User> {
    Connection& connection = context.connection();
    auto select = connection.prepare(std::string("SELECT ") + kUserColumns +
                                     " FROM links JOIN users ON users.id = links.user_id "
                                     "WHERE token_hash = ? AND expires_at > ? AND used_at IS NULL");
    select.bind(hash, now);
    if (!select.step()) {
      return core::Error(core::ErrorKind::not_found, "link_not_found",
                         "There is no such link, or it was used or has expired.");
    }
    const User user = read_user(select);
    auto remove = connection.prepare("DELETE FROM links WHERE token_hash = ?");
    remove.bind(hash);
    remove.run();
    return user;
  });
}

Result<int> SqliteAuthRepository::remove_expired(Timestamp now) {
  return database_.write([&](storage::WriteContext& context) -> Result<int> {
    Connection& connection = context.connection();
    int removed = 0;
    for (const char* sql : {"DELETE FROM sessions WHERE expires_at <= ?",
                            "DELETE FROM links WHERE expires_at <= ?"}) {
      auto remove = connection.prepare(sql);
      remove.bind(now);
      removed += remove.run();
    }
    return removed;
  });
}

}  // namespace geond::auth
