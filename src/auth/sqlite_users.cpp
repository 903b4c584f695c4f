// SPDX-License-Identifier: MIT
#include "rows.hpp"
#include "rules.hpp"
#include "sqlite_auth_repository.hpp"

namespace geond::auth {

using core::Result;
using core::Timestamp;
using storage::Connection;

Result<StoredUser> find_user(Connection& connection, core::UserId id) {
  auto select = connection.prepare(std::string("SELECT ") + kUserColumns +
                                   ", password_hash FROM users WHERE id = ?");
  select.bind(id);
  if (!select.step()) return no_such_user();
  return StoredUser{read_user(select), select.text(kUserColumnCount)};
}

namespace {

/// Who is behind a credential. Errors: unauthenticated `invalid_token`.
Result<User> find_bearer(Connection& connection, const Principal& by) {
  auto select = connection.prepare(
      std::string("SELECT ") + kUserColumns +
      (by.api_key ? " FROM api_keys AS credential" : " FROM sessions AS credential") +
      " JOIN users ON users.id = user_id WHERE credential.id = ? AND revoked_at IS NULL");
  select.bind(by.api_key ? by.api_key->value : by.session.value_or(core::SessionId()).value);
  if (!select.step()) return invalid_token();
  User user = read_user(select);
  if (user.state == UserState::disabled) return invalid_token();
  return user;
}

}  // namespace

Result<void> check_credential(Connection& connection, const Principal* by) {
  if (by == nullptr) return core::ok();
  const auto user = find_bearer(connection, *by);
  return user ? core::ok() : Result<void>(user.error());
}

Result<void> check_administrator(Connection& connection, const Principal* by) {
  if (by == nullptr) return core::ok();
  const auto user = find_bearer(connection, *by);
  if (!user) return user.error();
  if (user->role == Role::admin) return core::ok();
  return core::Error(core::ErrorKind::forbidden, "forbidden", "You are no administrator any more.");
}

namespace {

/// How many tasks of a removed account go in one transaction: uploads must not wait for all.
constexpr int kTasksAtOnce = 100;

bool is_any_user(Connection& connection) {
  return connection.prepare("SELECT 1 FROM users LIMIT 1").step();
}

/// Errors: conflict `last_admin` if nobody else could administer.
Result<void> check_other_admin(Connection& connection, core::UserId id) {
  auto count = connection.prepare(
      "SELECT EXISTS (SELECT 1 FROM users WHERE is_admin = 1 AND disabled = 0 AND id <> ?)");
  count.bind(id);
  count.step();
  if (count.integer(0) == 1) return core::ok();
  return core::Error(core::ErrorKind::conflict, "last_admin",
                     "This is the last active administrator; make somebody else one first.");
}

/// The row alone, of a name that is free.
User insert_user(Connection& connection, std::string_view name, std::string_view password_hash,
                 Role role, Timestamp now) {
  auto insert = connection.prepare(
      "INSERT INTO users (name, password_hash, is_admin, created_at, password_changed_at) "
      "VALUES (?, ?, ?, ?, ?)");
  insert.bind(name, password_hash, role == Role::admin ? 1 : 0, now, now);
  insert.run();
  User user;
  user.id.value = connection.last_insert_id();
  user.name = name;
  user.role = role;
  user.created_at = now;
  return user;
}

/// Errors: not_found `user_not_found`, conflict `last_admin`.
Result<void> close_account(Connection& connection, core::UserId id) {
  const auto found = find_user(connection, id);
  if (!found) return found.error();
  if (found->user.role == Role::admin && found->user.state == UserState::active) {
    if (auto other = check_other_admin(connection, id); !other) return other;
  }
  for (const char* sql :
       {"UPDATE users SET disabled = 1 WHERE id = ?", "DELETE FROM sessions WHERE user_id = ?",
        "DELETE FROM links WHERE user_id = ?", "DELETE FROM api_keys WHERE user_id = ?"}) {
    auto statement = connection.prepare(sql);
    statement.bind(id);
    statement.run();
  }
  return core::ok();
}

/// At most kTasksAtOnce of the user's tasks, with all that hangs on them; how many they were.
int remove_tasks(Connection& connection, core::UserId id) {
  auto remove = connection.prepare(
      "DELETE FROM tasks WHERE id IN (SELECT id FROM tasks WHERE owner_id = ? LIMIT ?)");
  remove.bind(id, kTasksAtOnce);
  return remove.run();
}

/// Ends the user's sessions but `keep`, and its links.
Result<void> replace_password(Connection& connection, core::UserId id,
                              std::string_view password_hash, std::optional<core::SessionId> keep,
                              Timestamp now) {
  auto update = connection.prepare(
      "UPDATE users SET password_hash = ?, password_changed_at = ? WHERE id = ?");
  update.bind(password_hash, now, id);
  if (update.run() != 1) return no_such_user();
  auto links = connection.prepare("DELETE FROM links WHERE user_id = ?");
  links.bind(id);
  links.run();
  auto sessions = connection.prepare("DELETE FROM sessions WHERE user_id = ? AND id <> ?");
  sessions.bind(id, keep ? keep->value : std::int64_t{0});
  sessions.run();
  return core::ok();
}

}  // namespace

Result<User> SqliteAuthRepository::add_user(std::string_view name, std::string_view password_hash,
                                            Role role, Timestamp now, const Principal* by) {
  return database_.write([&](storage::WriteContext& context) -> Result<User> {
    Connection& connection = context.connection();
    if (auto may = check_administrator(connection, by); !may) return may.error();
    auto taken = connection.prepare("SELECT 1 FROM users WHERE name = ?");
    taken.bind(name);
    if (taken.step()) {
      return core::Error(core::ErrorKind::conflict, "user_exists",
                         "There is a user of this name already.")
          .with_field("name", "is taken");
    }
    return insert_user(connection, name, password_hash, role, now);
  });
}

Result<std::optional<FirstStored>> SqliteAuthRepository::add_first_user(
    std::string_view name, std::string_view password_hash, const FirstRows& rows, Timestamp now) {
  using Stored = std::optional<FirstStored>;
  return database_.write([&](storage::WriteContext& context) -> Result<Stored> {
    Connection& connection = context.connection();
    if (is_any_user(connection)) return Stored();
    const User user = insert_user(connection, name, password_hash, Role::admin, now);
    ApiKey key = insert_key(connection, user.id, rows.key_name, rows.key_hash, now);
    insert_link(connection, user.id, rows.link_hash, rows.link_expires_at);
    return Stored({user, std::move(key)});
  });
}

Result<StoredUser> SqliteAuthRepository::user(core::UserId id) {
  return database_.read([&](Connection& connection) { return find_user(connection, id); });
}

Result<StoredUser> SqliteAuthRepository::user_by_name(std::string_view name) {
  return database_.read([&](Connection& connection) -> Result<StoredUser> {
    auto select = connection.prepare(std::string("SELECT ") + kUserColumns +
                                     ", password_hash FROM users WHERE name = ?");
    select.bind(name);
    if (!select.step()) return no_such_user();
    return StoredUser{read_user(select), select.text(kUserColumnCount)};
  });
}

Result<std::vector<User>> SqliteAuthRepository::users(core::UserId after, int limit) {
  return database_.read([&](Connection& connection) -> Result<std::vector<User>> {
    auto select = connection.prepare(std::string("SELECT ") + kUserColumns +
                                     " FROM users WHERE id > ? ORDER BY id LIMIT ?");
    select.bind(after, limit);
    std::vector<User> users;
    while (select.step()) users.push_back(read_user(select));
    return users;
  });
}

Result<bool> SqliteAuthRepository::has_users() {
  return database_.read(
      [](Connection& connection) -> Result<bool> { return is_any_user(connection); });
}

Result<void> SqliteAuthRepository::set_password_hash(core::UserId id,
                                                     std::string_view password_hash,
                                                     std::optional<std::string_view> verified_hash,
                                                     std::optional<core::SessionId> keep,
                                                     Timestamp now) {
  return database_.write([&](storage::WriteContext& context) -> Result<void> {
    Connection& connection = context.connection();
    const auto found = find_user(connection, id);
    if (!found) return found.error();
    // As for a session: what the old password proved may be over by now.
    if (verified_hash && *verified_hash != found->password_hash) return no_such_user();
    return replace_password(connection, id, password_hash, keep, now);
  });
}

Result<void> SqliteAuthRepository::renew_password_hash(core::UserId id, std::string_view old_hash,
                                                       std::string_view new_hash) {
  return database_.write([&](storage::WriteContext& context) -> Result<void> {
    auto update = context.connection().prepare(
        "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?");
    update.bind(new_hash, id, old_hash);
    update.run();
    return core::ok();
  });
}

Result<User> SqliteAuthRepository::update_user(core::UserId id, const UserChange& change,
                                               Timestamp now, const Principal* by) {
  return database_.write([&](storage::WriteContext& context) -> Result<User> {
    Connection& connection = context.connection();
    if (auto may = check_administrator(connection, by); !may) return may.error();
    const auto found = find_user(connection, id);
    if (!found) return found.error();
    User user = found->user;
    const bool was_active_admin = user.role == Role::admin && user.state == UserState::active;
    user.role = change.role.value_or(user.role);
    user.state = change.state.value_or(user.state);
    const bool is_active_admin = user.role == Role::admin && user.state == UserState::active;
    if (was_active_admin && !is_active_admin) {
      if (auto other = check_other_admin(connection, id); !other) return other.error();
    }
    auto update = connection.prepare("UPDATE users SET is_admin = ?, disabled = ? WHERE id = ?");
    update.bind(user.role == Role::admin ? 1 : 0, user.state == UserState::disabled ? 1 : 0, id);
    update.run();
    if (change.password_hash) {
      const auto replaced = replace_password(connection, id, *change.password_hash, {}, now);
      if (!replaced) return replaced.error();
    }
    if (user.state == UserState::disabled) {
      auto sessions = connection.prepare("DELETE FROM sessions WHERE user_id = ?");
      sessions.bind(id);
      sessions.run();
    }
    return user;
  });
}

Result<void> SqliteAuthRepository::remove_user(core::UserId id, const Principal* by) {
  // First nobody acts for the account any more, so that it cannot grow while it goes.
  const auto closed = database_.write([&](storage::WriteContext& context) -> Result<void> {
    if (auto may = check_administrator(context.connection(), by); !may) return may;
    return close_account(context.connection(), id);
  });
  if (!closed) return closed;
  while (true) {
    const auto removed = database_.write([&](storage::WriteContext& context) -> Result<int> {
      return remove_tasks(context.connection(), id);
    });
    if (!removed) return removed.error();
    if (*removed == 0) break;
  }
  return database_.write([&](storage::WriteContext& context) -> Result<void> {
    auto remove = context.connection().prepare("DELETE FROM users WHERE id = ?");
    remove.bind(id);
    remove.run();
    return core::ok();
  });
}

std::unique_ptr<AuthRepository> make_sqlite_auth_repository(storage::Database& database) {
  return std::make_unique<SqliteAuthRepository>(database);
}

}  // namespace geond::auth
