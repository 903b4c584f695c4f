// SPDX-License-Identifier: MIT
#include "rows.hpp"
#include "sqlite_auth_repository.hpp"

namespace geond::auth {

using core::Result;
using core::Timestamp;
using storage::Connection;

namespace {

/// Spent tokens a session is known by. One that is refreshed as often as its access tokens expire
/// spends 2880 in a lifetime.
constexpr int kMaxSpentTokens = 4096;

void insert_token(Connection& connection, const SecretHash& hash, core::SessionId session) {
  auto insert = connection.prepare("INSERT INTO refresh_tokens (hash, session_id) VALUES (?, ?)");
  insert.bind(hash, session);
  insert.run();
}

void drop_session(Connection& connection, core::SessionId id) {
  auto remove = connection.prepare("DELETE FROM sessions WHERE id = ?");
  remove.bind(id);
  remove.run();
}

bool has_too_many_sessions(Connection& connection, core::UserId user) {
  auto count = connection.prepare("SELECT count(*) FROM sessions WHERE user_id = ?");
  count.bind(user);
  count.step();
  return count.integer(0) > kMaxSessions;
}

/// Of a use that may be older than what is stored.
void store_use(Connection& connection, const SessionUse& use) {
  auto update =
      connection.prepare("UPDATE sessions SET last_used_at = max(last_used_at, ?) WHERE id = ?");
  update.bind(use.at, use.id);
  update.run();
}

/// Ends those of too many sessions that were unused for longest, never the one just `added`; which
/// those were. A use in the future, from before the clock was set back, counts as one now.
std::vector<core::SessionId> trim_sessions(Connection& connection, const Session& added,
                                           std::span<const SessionUse> uses) {
  if (!has_too_many_sessions(connection, added.user)) return {};
  for (const SessionUse& use : uses) store_use(connection, use);
  auto select = connection.prepare(
      "SELECT id FROM sessions WHERE user_id = ? AND id <> ? "
      "ORDER BY min(last_used_at, ?) DESC, id DESC LIMIT -1 OFFSET ?");
  select.bind(added.user, added.id, added.created_at, kMaxSessions - 1);
  std::vector<core::SessionId> ended;
  while (select.step()) ended.push_back(select.id<core::SessionId>(0));
  for (const core::SessionId id : ended) drop_session(connection, id);
  return ended;
}

Result<SessionOfUser> find_session(Connection& connection, core::SessionId id) {
  auto select = connection.prepare(std::string("SELECT ") + kSessionColumns + ", " + kUserColumns +
                                   " FROM sessions JOIN users ON users.id = sessions.user_id "
                                   "WHERE sessions.id = ? AND revoked_at IS NULL");
  select.bind(id);
  if (!select.step()) return no_such_session();
  return SessionOfUser{read_session(select), read_user(select, kSessionColumnCount)};
}

/// The session of a refresh token, and when the token was spent.
struct FoundToken {
  core::SessionId session;
  std::optional<Timestamp> spent_at;
};

std::optional<FoundToken> find_token(Connection& connection, const SecretHash& hash) {
  auto select =
      connection.prepare("SELECT session_id, spent_at FROM refresh_tokens WHERE hash = ?");
  select.bind(hash);
  if (!select.step()) return std::nullopt;
  return FoundToken{{select.integer(0)}, select.optional_time(1)};
}

void spend_token(Connection& connection, const SecretHash& hash, Timestamp now) {
  auto update = connection.prepare(
      "UPDATE refresh_tokens SET spent_at = ? WHERE hash = ? AND spent_at IS NULL");
  update.bind(now, hash);
  update.run();
}

/// Tokens that were spent a whole lifetime ago would have expired anyway: shown now, they are
/// unknown. Nor do more than kMaxSpentTokens stay, however often somebody refreshes.
void forget_old_tokens(Connection& connection, core::SessionId session, Timestamp before) {
  auto remove =
      connection.prepare("DELETE FROM refresh_tokens WHERE session_id = ? AND spent_at < ?");
  remove.bind(session, before);
  remove.run();
  auto trim = connection.prepare(
      "DELETE FROM refresh_tokens WHERE session_id = ? AND spent_at < "
      "(SELECT spent_at FROM refresh_tokens WHERE session_id = ? AND spent_at IS NOT NULL "
      "ORDER BY spent_at DESC LIMIT 1 OFFSET ?)");
  trim.bind(session, session, kMaxSpentTokens - 1);
  trim.run();
}

void prolong_session(Connection& connection, core::SessionId id, Timestamp now,
                     Timestamp new_expiry) {
  auto update =
      connection.prepare("UPDATE sessions SET last_used_at = ?, expires_at = ? WHERE id = ?");
  update.bind(now, new_expiry, id);
  update.run();
}

}  // namespace

Result<AddedSession> SqliteAuthRepository::add_session(
    const Session& session, std::optional<SecretHash> refresh_hash,
    std::optional<std::string_view> password_hash, std::span<const SessionUse> uses) {
  return database_.write([&](storage::WriteContext& context) -> Result<AddedSession> {
    Connection& connection = context.connection();
    const auto found = find_user(connection, session.user);
    if (!found) return found.error();
    // A password takes its time to compare: what it proved may be over by now.
    if (found->user.state == UserState::disabled ||
        (password_hash && *password_hash != found->password_hash)) {
      return no_such_user();
    }
    auto insert = connection.prepare(
        "INSERT INTO sessions (user_id, kind, created_at, last_used_at, expires_at, user_agent, "
        "address) VALUES (?, ?, ?, ?, ?, ?, ?)");
    insert.bind(session.user, to_string(session.kind), session.created_at, session.last_used_at,
                session.expires_at, session.client.user_agent, session.client.address);
    insert.run();
    AddedSession added{session, {}};
    added.session.id.value = connection.last_insert_id();
    if (refresh_hash) insert_token(connection, *refresh_hash, added.session.id);
    added.ended = trim_sessions(connection, added.session, uses);
    return added;
  });
}

Result<void> SqliteAuthRepository::touch_session(const SessionUse& use) {
  return database_.write([&](storage::WriteContext& context) -> Result<void> {
    // Not the greater of two: one from before the clock was set back would stay.
    auto update = context.connection().prepare("UPDATE sessions SET last_used_at = ? WHERE id = ?");
    update.bind(use.at, use.id);
    update.run();
    return core::ok();
  });
}

Result<SessionOfUser> SqliteAuthRepository::session(core::SessionId id) {
  return database_.read([&](Connection& connection) { return find_session(connection, id); });
}

Result<std::vector<Session>> SqliteAuthRepository::sessions(core::UserId user, Timestamp now) {
  return database_.read([&](Connection& connection) -> Result<std::vector<Session>> {
    auto select =
        connection.prepare(std::string("SELECT ") + kSessionColumns +
                           " FROM sessions WHERE user_id = ? AND expires_at > ? AND revoked_at "
                           "IS NULL ORDER BY created_at DESC, id DESC");
    select.bind(user, now);
    std::vector<Session> sessions;
    while (select.step()) sessions.push_back(read_session(select));
    return sessions;
  });
}

Result<Rotation> SqliteAuthRepository::rotate(const SecretHash& old_hash,
                                              const SecretHash& new_hash, Timestamp now,
                                              std::chrono::microseconds grace,
                                              Timestamp new_expiry) {
  return database_.write([&](storage::WriteContext& context) -> Result<Rotation> {
    Connection& connection = context.connection();
    Rotation rotation;
    const auto token = find_token(connection, old_hash);
    if (!token) return rotation;
    const auto of = find_session(connection, token->session);
    if (!of) return rotation;
    rotation.of = *of;
    // The grace holds for both directions of time: the clock may have been set back.
    const bool has_grace = token->spent_at && std::chrono::abs(now - *token->spent_at) <= grace;
    if (token->spent_at && !has_grace) {
      rotation.outcome = Rotation::Outcome::reused;
      drop_session(connection, token->session);
      return rotation;
    }
    if (of->session.expires_at <= now) {
      rotation.outcome = Rotation::Outcome::expired;
      return rotation;
    }
    spend_token(connection, old_hash, now);
    insert_token(connection, new_hash, token->session);
    forget_old_tokens(connection, token->session, now - (new_expiry - now));
    prolong_session(connection, token->session, now, new_expiry);
    rotation.outcome = Rotation::Outcome::rotated;
    rotation.of.session.last_used_at = now;
    rotation.of.session.expires_at = new_expiry;
    return rotation;
  });
}

Result<std::optional<core::SessionId>> SqliteAuthRepository::session_of(
    const SecretHash& refresh_hash) {
  return database_.read([&](Connection& connection) -> Result<std::optional<core::SessionId>> {
    const auto token = find_token(connection, refresh_hash);
    return token ? std::optional(token->session) : std::nullopt;
  });
}

Result<std::optional<core::UserId>> SqliteAuthRepository::end_session_of(
    const SecretHash& refresh_hash) {
  using Owner = std::optional<core::UserId>;
  return database_.write([&](storage::WriteContext& context) -> Result<Owner> {
    Connection& connection = context.connection();
    const auto token = find_token(connection, refresh_hash);
    if (!token) return Owner();
    const auto found = find_session(connection, token->session);
    drop_session(connection, token->session);
    return found ? Owner(found->user.id) : Owner();
  });
}

Result<void> SqliteAuthRepository::end_session(core::UserId user, core::SessionId id) {
  return database_.write([&](storage::WriteContext& context) -> Result<void> {
    Connection& connection = context.connection();
    auto remove = connection.prepare("DELETE FROM sessions WHERE id = ? AND user_id = ?");
    remove.bind(id, user);
    if (remove.run() != 1) return no_such_session();
    return core::ok();
  });
}

Result<int> SqliteAuthRepository::end_sessions(core::UserId user,
                                               std::optional<core::SessionId> keep) {
  return database_.write([&](storage::WriteContext& context) -> Result<int> {
    Connection& connection = context.connection();
    auto remove = connection.prepare("DELETE FROM sessions WHERE user_id = ? AND id <> ?");
    remove.bind(user, keep ? keep->value : std::int64_t{0});
    return remove.run();
  });
}

}  // namespace geond::auth
