// SPDX-License-Identifier: MIT
#include <functional>
#include <utility>

#include "auth_fixture.hpp"

using namespace geond;
using auth::SessionKind;

TEST_CASE("a refresh token is good once, and a spent one ends its session") {
  auth::AuthFixture at;
  at.add("anna");
  const auth::SignIn first = at.sign_in("anna");
  at.clock.advance(std::chrono::minutes(10));
  const auto second = at.service->refresh(first.refresh_token, auth::kClient);
  REQUIRE(second.has_value());
  CHECK(second->session.id == first.session.id);
  CHECK(second->refresh_token != first.refresh_token);
  at.clock.advance(std::chrono::minutes(1));
  CHECK(at.code_of_authentication(second->access_token) == "ok");
  CHECK(at.service->refresh(first.refresh_token, auth::kClient).error().code() ==
        "refresh_token_reused");
  // Whoever has the newer token is out as well: nobody knows which of the two is the thief.
  CHECK(at.code_of_authentication(second->access_token) == "invalid_token");
  CHECK(at.service->refresh(second->refresh_token, auth::kClient).error().code() ==
        "invalid_refresh_token");
}

TEST_CASE("two tabs that refresh at the same moment both stay signed in") {
  auth::AuthFixture at;
  at.add("anna");
  const auth::SignIn first = at.sign_in("anna");
  const auto left = at.service->refresh(first.refresh_token, auth::kClient);
  at.clock.advance(std::chrono::seconds(5));
  const auto right = at.service->refresh(first.refresh_token, auth::kClient);
  REQUIRE(left.has_value());
  REQUIRE(right.has_value());
  at.clock.advance(std::chrono::minutes(10));
  CHECK(at.service->refresh(left->refresh_token, auth::kClient).has_value());
  CHECK(at.service->refresh(right->refresh_token, auth::kClient).has_value());
}

TEST_CASE("a session that nobody refreshes ends after thirty days") {
  auth::AuthFixture at;
  at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  at.clock.advance(std::chrono::days(30));
  CHECK(at.service->refresh(signed_in.refresh_token, auth::kClient).error().code() ==
        "invalid_refresh_token");
  const auto removed = at.service->remove_expired();
  REQUIRE(removed.has_value());
  CHECK(*removed == 1);
}

TEST_CASE("signing out ends the session at once") {
  auth::AuthFixture at;
  at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  CHECK(at.code_of_authentication(signed_in.access_token) == "ok");
  REQUIRE(at.service->sign_out(signed_in.refresh_token, auth::kClient).has_value());
  CHECK(at.code_of_authentication(signed_in.access_token) == "invalid_token");
  CHECK(at.service->sign_out("no such token", auth::kClient).has_value());
}

TEST_CASE("a new password ends every other session") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn here = at.sign_in("anna");
  const auth::SignIn elsewhere = at.sign_in("anna");
  CHECK(at.service
            ->change_password(anna.id, "wrong", "a new password", here.session.id, auth::kClient)
            .error()
            .code() == "wrong_credentials");
  REQUIRE(at.service
              ->change_password(anna.id, "anna's password", "a new password", here.session.id,
                                auth::kClient)
              .has_value());
  CHECK(at.code_of_authentication(here.access_token) == "ok");
  CHECK(at.code_of_authentication(elsewhere.access_token) == "invalid_token");
  CHECK(
      at.service->sign_in("anna", "a new password", SessionKind::token, auth::kClient).has_value());
  REQUIRE(at.service->set_password(anna.id, "set by an administrator").has_value());
  CHECK(at.code_of_authentication(here.access_token) == "invalid_token");
}

namespace {

/// Does something else the next time that it is asked for the time.
class Interruption final : public core::Clock {
 public:
  explicit Interruption(const core::Clock& clock) : clock_(clock) {}

  void set(std::function<void()> action) { action_ = std::move(action); }

  core::Timestamp now() const override { return clock_.now(); }
  std::chrono::steady_clock::time_point steady_now() const override {
    if (const auto action = std::exchange(action_, nullptr)) action();
    return clock_.steady_now();
  }

 private:
  const core::Clock& clock_;
  mutable std::function<void()> action_;
};

}  // namespace

// Whoever had the old password could take the account back from the administrator.
TEST_CASE("a password that was reset while the old one was compared stays") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  Interruption clock(at.clock);
  const auto other = auth::AuthService::create(at.config, *at.repository, clock, at.random, {});
  REQUIRE(other.has_value());
  clock.set(
      [&] { REQUIRE(at.service->set_password(anna.id, "set by an administrator").has_value()); });
  const auto changed =
      (*other)->change_password(anna.id, "anna's password", "a new password", {}, auth::kClient);
  REQUIRE(changed.has_error());
  CHECK(changed.error().code() == "wrong_credentials");
  CHECK(at.service->sign_in("anna", "set by an administrator", SessionKind::token, auth::kClient)
            .has_value());
}

TEST_CASE("sessions and keys are their user's own") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  const auth::User boris = at.add("boris");
  const auth::SignIn mine = at.sign_in("anna");
  const auth::SignIn other = at.sign_in("anna");
  CHECK(at.service->end_session(boris.id, mine.session.id).error().code() == "session_not_found");
  CHECK(at.service->sessions(anna.id)->size() == 2);
  CHECK(at.service->sessions(boris.id)->empty());
  CHECK(*at.service->end_sessions(anna.id, mine.session.id) == 1);
  CHECK(at.code_of_authentication(other.access_token) == "invalid_token");
  CHECK(at.code_of_authentication(mine.access_token) == "ok");
}

TEST_CASE("of more than a hundred sessions of a user the one that was unused for longest ends") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn oldest = at.sign_in("anna");
  int ended = 0;
  at.service->observe([&](core::UserId user, auth::AccessChange) { ended += user == anna.id; });
  CHECK(at.code_of_authentication(oldest.access_token) == "ok");
  for (int count = 0; count < 100; ++count) {
    at.clock.advance(std::chrono::seconds(1));
    at.sign_in("anna");
  }
  CHECK(at.service->sessions(anna.id)->size() == 100);
  CHECK_FALSE(at.service->authenticate_cached(oldest.access_token));
  CHECK(at.code_of_authentication(oldest.access_token) == "invalid_token");
  CHECK(ended == 1);
}

// A program's token ended in the middle of its work, since others had signed in after it.
TEST_CASE("a session in use is not the one that ends for new ones") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn used = at.sign_in("anna");
  const auth::SignIn unused = at.sign_in("anna");
  CHECK(at.code_of_authentication(used.access_token) == "ok");
  for (int count = 0; count < 150; ++count) {
    at.clock.advance(std::chrono::milliseconds(100));
    at.sign_in("anna");
    CHECK(at.code_of_authentication(used.access_token) == "ok");
  }
  CHECK(at.service->sessions(anna.id)->size() == 100);
  CHECK(at.code_of_authentication(unused.access_token) == "invalid_token");
}

TEST_CASE("when a session was used last is stored once a minute, and outlives a restart") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn mine = at.sign_in("anna");
  const auto last_used = [&] { return at.service->sessions(anna.id)->front().last_used_at; };
  CHECK(at.code_of_authentication(mine.access_token) == "ok");
  CHECK(last_used() == mine.session.created_at);
  at.clock.advance(std::chrono::minutes(1));
  CHECK_FALSE(at.service->authenticate_cached(mine.access_token));
  CHECK(at.code_of_authentication(mine.access_token) == "ok");
  CHECK(at.service->authenticate_cached(mine.access_token));
  CHECK(last_used() == at.clock.now());
  at.clock.advance(std::chrono::minutes(1));
  const auto listening = at.service->authenticate(mine.access_token);
  REQUIRE(listening.has_value());
  at.clock.advance(std::chrono::minutes(1));
  CHECK(at.service->check_alive(*listening).has_value());
  at.restart();
  CHECK(last_used() == at.clock.now());
}

TEST_CASE("a sign-in makes nobody be looked up again") {
  auth::AuthFixture at;
  at.add("anna");
  at.add("boris");
  const auth::SignIn anna = at.sign_in("anna");
  REQUIRE(at.code_of_authentication(anna.access_token) == "ok");
  at.sign_in("boris");
  at.sign_in("anna");
  CHECK(at.service->authenticate_cached(anna.access_token));
}

TEST_CASE("a session that is refreshed without end keeps a bounded number of spent tokens") {
  auth::AuthFixture at;
  at.add("anna");
  const auto signed_in = at.sign_in("anna");
  at.clock.advance(std::chrono::hours(1));
  const auto spent = at.database->write([&](storage::WriteContext& context) -> core::Result<void> {
    context.connection()
        .prepare(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
            "INSERT INTO refresh_tokens (hash, session_id, spent_at) "
            "SELECT randomblob(32), ?, ? + i FROM n")
        .bind(signed_in.session.id, signed_in.session.created_at)
        .run();
    return core::ok();
  });
  REQUIRE(spent.has_value());
  REQUIRE(at.service->refresh(signed_in.refresh_token, auth::kClient).has_value());
  const auto kept = at.database->read([](storage::Connection& connection) {
    auto count = connection.prepare("SELECT count(*) FROM refresh_tokens WHERE spent_at > 0");
    count.step();
    return core::Result<std::int64_t>(count.integer(0));
  });
  CHECK(*kept == 4096);
  // The one spent last is among them.
  at.clock.advance(std::chrono::hours(1));
  CHECK(at.service->refresh(signed_in.refresh_token, auth::kClient).error().code() ==
        "refresh_token_reused");
}

// Its spent_at lay in the future, which no grace had begun after.
TEST_CASE("a spent refresh token is no good when the clock has been set back") {
  auth::AuthFixture at;
  at.add("anna");
  const auth::SignIn first = at.sign_in("anna");
  REQUIRE(at.service->refresh(first.refresh_token, auth::kClient).has_value());
  at.clock.set_by(-std::chrono::seconds(5));
  CHECK(at.service->refresh(first.refresh_token, auth::kClient).has_value());
  at.clock.set_by(-std::chrono::days(365));
  CHECK(at.service->refresh(first.refresh_token, auth::kClient).error().code() ==
        "refresh_token_reused");
}

// All the others had been used last in the future, so the new one was the oldest of them.
TEST_CASE("a sign-in after the clock was set back is not the one that ends") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn oldest = at.sign_in("anna");
  for (int count = 1; count < 100; ++count) at.sign_in("anna");
  at.clock.set_by(-std::chrono::days(365));
  const auth::SignIn added = at.sign_in("anna");
  CHECK(at.code_of_authentication(added.access_token) == "ok");
  CHECK(at.code_of_authentication(at.sign_in("anna").access_token) == "ok");
  CHECK(at.code_of_authentication(added.access_token) == "ok");
  CHECK(at.code_of_authentication(oldest.access_token) == "invalid_token");
  CHECK(at.service->sessions(anna.id)->size() == 100);
}

TEST_CASE("when a session or a key was used last follows a clock that was set back") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn mine = at.sign_in("anna");
  const auto key = at.service->create_api_key(anna.id, "laptop");
  REQUIRE(key.has_value());
  CHECK(at.code_of_authentication(key->secret) == "ok");
  CHECK(at.code_of_authentication(mine.access_token) == "ok");
  at.clock.set_by(-std::chrono::hours(1));
  CHECK_FALSE(at.service->authenticate_cached(key->secret));
  CHECK(at.code_of_authentication(key->secret) == "ok");
  CHECK(at.code_of_authentication(mine.access_token) == "ok");
  CHECK(at.service->api_keys(anna.id)->front().last_used_at == at.clock.now());
  CHECK(at.service->sessions(anna.id)->front().last_used_at == at.clock.now());
  CHECK(at.service->authenticate_cached(key->secret));
}
