// SPDX-License-Identifier: MIT
#include "geond/auth/auth_service.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "geond/storage/database.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;
using auth::Role;
using auth::SessionKind;
using auth::UserState;

namespace {

const auth::ClientInfo kClient{"192.0.2.1", "test"};

/// A service over a database of its own, with passwords that cost next to nothing.
struct Fixture {
  explicit Fixture(auth::Registration registration = auth::Registration::closed) {
    storage::DatabaseOptions options;
    options.file = directory.path() / "geond.db";
    auto opened = storage::Database::open(options, {});
    REQUIRE(opened.has_value());
    database = *std::move(opened);
    repository = auth::make_sqlite_auth_repository(*database);
    config.key_file = directory.path() / "token.key";
    config.registration = registration;
    config.hash_memory = 8192;
    config.hash_passes = 1;
    restart();
  }

  /// As after a restart of the program: nothing is remembered but what is stored.
  void restart() {
    auto created = auth::AuthService::create(config, *repository, clock, random, {});
    REQUIRE(created.has_value());
    service = *std::move(created);
  }

  auth::User add(const char* name, Role role = Role::user) {
    const auto user = service->create_user(name, std::string(name) + "'s password", role);
    REQUIRE(user.has_value());
    return *user;
  }

  auth::SignIn sign_in(const char* name, SessionKind kind = SessionKind::token) {
    const auto signed_in = service->sign_in(name, std::string(name) + "'s password", kind, kClient);
    REQUIRE(signed_in.has_value());
    return *signed_in;
  }

  std::string code_of_authentication(std::string_view bearer) {
    const auto fresh = service->authenticate(bearer);
    const auto cached = service->authenticate_cached(bearer);
    if (cached) CHECK(cached->has_value() == fresh.has_value());
    return fresh ? "ok" : fresh.error().code();
  }

  support::TemporaryDirectory directory;
  support::ManualClock clock;
  core::SystemRandom random;
  auth::AuthConfig config;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<auth::AuthRepository> repository;
  std::unique_ptr<auth::AuthService> service;
};

}  // namespace

TEST_CASE("who signs in is recognised by the access token until it expires") {
  Fixture at;
  const auth::User anna = at.add("anna");
  CHECK(at.service->sign_in("ANNA", "anna's password", SessionKind::token, kClient).has_value());
  const auth::SignIn signed_in = at.sign_in("anna");
  const auto principal = at.service->authenticate(signed_in.access_token);
  REQUIRE(principal.has_value());
  CHECK(principal->user == anna.id);
  CHECK(principal->name == "anna");
  CHECK_FALSE(principal->is_admin());
  CHECK(principal->session == signed_in.session.id);
  REQUIRE(at.service->authenticate_cached(signed_in.access_token).has_value());
  at.restart();
  CHECK(at.code_of_authentication(signed_in.access_token) == "ok");
  at.clock.advance(std::chrono::minutes(15));
  CHECK(at.code_of_authentication(signed_in.access_token) == "expired_token");
}

TEST_CASE("a wrong password and an unknown name are refused alike") {
  Fixture at;
  at.add("anna");
  const auto wrong = at.service->sign_in("anna", "not that", SessionKind::token, kClient);
  const auto unknown = at.service->sign_in("nobody", "not that", SessionKind::token, kClient);
  CHECK(wrong.error().code() == "wrong_credentials");
  CHECK(unknown.error().code() == wrong.error().code());
  CHECK(unknown.error().detail() == wrong.error().detail());
}

TEST_CASE("a classic token lives twelve hours and has no refresh token") {
  Fixture at;
  at.add("anna");
  const auth::SignIn classic = at.sign_in("anna", SessionKind::classic);
  CHECK(classic.refresh_token.empty());
  at.clock.advance(std::chrono::hours(12) - std::chrono::seconds(1));
  const auto principal = at.service->authenticate(classic.access_token);
  REQUIRE(principal.has_value());
  CHECK(principal->credential == auth::Credential::classic);
  at.clock.advance(std::chrono::seconds(1));
  CHECK(at.code_of_authentication(classic.access_token) == "expired_token");
}

TEST_CASE("a refresh token is good once, and a spent one ends its session") {
  Fixture at;
  at.add("anna");
  const auth::SignIn first = at.sign_in("anna");
  at.clock.advance(std::chrono::minutes(10));
  const auto second = at.service->refresh(first.refresh_token, kClient);
  REQUIRE(second.has_value());
  CHECK(second->session.id == first.session.id);
  CHECK(second->refresh_token != first.refresh_token);
  at.clock.advance(std::chrono::minutes(1));
  CHECK(at.code_of_authentication(second->access_token) == "ok");
  CHECK(at.service->refresh(first.refresh_token, kClient).error().code() == "refresh_token_reused");
  // Whoever has the newer token is out as well: nobody knows which of the two is the thief.
  CHECK(at.code_of_authentication(second->access_token) == "invalid_token");
  CHECK(at.service->refresh(second->refresh_token, kClient).error().code() ==
        "invalid_refresh_token");
}

TEST_CASE("two tabs that refresh at the same moment both stay signed in") {
  Fixture at;
  at.add("anna");
  const auth::SignIn first = at.sign_in("anna");
  const auto left = at.service->refresh(first.refresh_token, kClient);
  at.clock.advance(std::chrono::seconds(5));
  const auto right = at.service->refresh(first.refresh_token, kClient);
  REQUIRE(left.has_value());
  REQUIRE(right.has_value());
  at.clock.advance(std::chrono::minutes(10));
  CHECK(at.service->refresh(left->refresh_token, kClient).has_value());
  CHECK(at.service->refresh(right->refresh_token, kClient).has_value());
}

TEST_CASE("a session that nobody refreshes ends after thirty days") {
  Fixture at;
  at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  at.clock.advance(std::chrono::days(30));
  CHECK(at.service->refresh(signed_in.refresh_token, kClient).error().code() ==
        "invalid_refresh_token");
  const auto removed = at.service->remove_expired();
  REQUIRE(removed.has_value());
  CHECK(*removed == 1);
}

TEST_CASE("signing out ends the session at once") {
  Fixture at;
  at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  CHECK(at.code_of_authentication(signed_in.access_token) == "ok");
  REQUIRE(at.service->sign_out(signed_in.refresh_token, kClient).has_value());
  CHECK(at.code_of_authentication(signed_in.access_token) == "invalid_token");
  CHECK(at.service->sign_out("no such token", kClient).has_value());
}

TEST_CASE("a one-time link signs in once, and not for ever") {
  Fixture at;
  const auth::User anna = at.add("anna");
  const auto link = at.service->create_link(anna.id);
  REQUIRE(link.has_value());
  CHECK(at.service->sign_in_by_link(*link, SessionKind::cookie, kClient)->user.id == anna.id);
  CHECK(at.service->sign_in_by_link(*link, SessionKind::cookie, kClient).error().code() ==
        "invalid_link");
  const auto late = at.service->create_link(anna.id);
  at.clock.advance(std::chrono::hours(1));
  CHECK(at.service->sign_in_by_link(*late, SessionKind::cookie, kClient).error().code() ==
        "invalid_link");
  CHECK(at.service->create_link({99}).error().code() == "user_not_found");
}

TEST_CASE("an API key works until it is revoked, and only as it was given out") {
  Fixture at;
  const auth::User anna = at.add("anna");
  const auto key = at.service->create_api_key(anna.id, "laptop");
  REQUIRE(key.has_value());
  CHECK(key->secret.starts_with("geond_1_"));
  CHECK(at.code_of_authentication(key->secret) == "ok");
  CHECK(at.service->api_keys(anna.id)->front().last_used_at.has_value());
  std::string forged = key->secret;
  forged.back() = forged.back() == 'A' ? 'B' : 'A';
  for (const std::string& text :
       {forged, std::string("geond_"), std::string("geond_1_"), std::string("geond_1_abc"),
        "geond_2" + key->secret.substr(7), "geond_01" + key->secret.substr(7) + "x",
        "geond_-1" + key->secret.substr(7), key->secret + "A"}) {
    CAPTURE(text);
    CHECK(at.code_of_authentication(text) == "invalid_token");
  }
  CHECK(at.service->revoke_api_key({anna.id.value + 1}, key->key.id).error().code() ==
        "key_not_found");
  REQUIRE(at.service->revoke_api_key(anna.id, key->key.id).has_value());
  CHECK(at.code_of_authentication(key->secret) == "invalid_token");
}

TEST_CASE("a disabled user is out at once, with sessions and keys") {
  Fixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  const auto key = at.service->create_api_key(anna.id, "laptop");
  CHECK(at.code_of_authentication(signed_in.access_token) == "ok");
  CHECK(at.code_of_authentication(key->secret) == "ok");
  REQUIRE(at.service->update_user(anna.id, std::nullopt, UserState::disabled).has_value());
  CHECK(at.code_of_authentication(signed_in.access_token) == "invalid_token");
  CHECK(at.code_of_authentication(key->secret) == "invalid_token");
  CHECK(
      at.service->sign_in("anna", "anna's password", SessionKind::token, kClient).error().code() ==
      "account_disabled");
  CHECK(at.service->sign_in("anna", "wrong", SessionKind::token, kClient).error().code() ==
        "wrong_credentials");
  REQUIRE(at.service->update_user(anna.id, std::nullopt, UserState::active).has_value());
  CHECK(at.code_of_authentication(key->secret) == "ok");
  CHECK(at.code_of_authentication(signed_in.access_token) == "invalid_token");
}

TEST_CASE("a new password ends every other session") {
  Fixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn here = at.sign_in("anna");
  const auth::SignIn elsewhere = at.sign_in("anna");
  CHECK(at.service->change_password(anna.id, "wrong", "a new password", here.session.id, kClient)
            .error()
            .code() == "wrong_credentials");
  REQUIRE(
      at.service
          ->change_password(anna.id, "anna's password", "a new password", here.session.id, kClient)
          .has_value());
  CHECK(at.code_of_authentication(here.access_token) == "ok");
  CHECK(at.code_of_authentication(elsewhere.access_token) == "invalid_token");
  CHECK(at.service->sign_in("anna", "a new password", SessionKind::token, kClient).has_value());
  REQUIRE(at.service->set_password(anna.id, "set by an administrator").has_value());
  CHECK(at.code_of_authentication(here.access_token) == "invalid_token");
}

TEST_CASE("the last active administrator can be neither removed, demoted nor disabled") {
  Fixture at;
  const auth::User root = at.add("root", Role::admin);
  const auth::User other = at.add("other", Role::admin);
  REQUIRE(at.service->update_user(other.id, std::nullopt, UserState::disabled).has_value());
  CHECK(at.service->remove_user(root.id).error().code() == "last_admin");
  CHECK(at.service->update_user(root.id, Role::user, std::nullopt).error().code() == "last_admin");
  // All or nothing: the password that came with it is not taken either.
  CHECK(at.service->update_user(root.id, Role::user, std::nullopt, "another password")
            .error()
            .code() == "last_admin");
  CHECK(
      at.service->sign_in("root", "another password", SessionKind::token, kClient).error().code() ==
      "wrong_credentials");
  at.sign_in("root");
  CHECK(at.service->update_user(root.id, std::nullopt, std::nullopt, "short").error().code() ==
        "invalid_password");
  CHECK(at.service->update_user(root.id, std::nullopt, UserState::disabled).error().code() ==
        "last_admin");
  REQUIRE(at.service->update_user(other.id, std::nullopt, UserState::active).has_value());
  CHECK(at.service->remove_user(root.id).has_value());
  CHECK(at.service->user(root.id).error().code() == "user_not_found");
}

TEST_CASE("a removed user's tokens and keys are worth nothing") {
  Fixture at;
  at.add("root", Role::admin);
  const auth::User anna = at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  const auto key = at.service->create_api_key(anna.id, "laptop");
  CHECK(at.code_of_authentication(key->secret) == "ok");
  REQUIRE(at.service->remove_user(anna.id).has_value());
  CHECK(at.code_of_authentication(signed_in.access_token) == "invalid_token");
  CHECK(at.code_of_authentication(key->secret) == "invalid_token");
}

TEST_CASE("guessing is slowed by address and by account, good sign-ins are not") {
  Fixture at;
  at.add("anna");
  for (int attempt = 0; attempt < 50; ++attempt) at.sign_in("anna");
  std::string code;
  int attempts = 0;
  while (code != "too_many_attempts" && attempts < 100) {
    // Another address each time: the account's own bucket stops it.
    const auth::ClientInfo client{"192.0.2." + std::to_string(attempts + 10), ""};
    code = at.service->sign_in("anna", "guess", SessionKind::token, client).error().code();
    ++attempts;
  }
  CHECK(attempts == 11);
  const auth::ClientInfo elsewhere{"203.0.113.5", ""};
  CHECK(at.service->sign_in("anna", "anna's password", SessionKind::token, elsewhere)
            .error()
            .code() == "too_many_attempts");
  const auto wait = at.service->sign_in_retry_after("anna", elsewhere);
  CHECK(wait.count() >= 1);
  at.clock.advance(wait);
  CHECK(at.service->sign_in("anna", "anna's password", SessionKind::token, elsewhere).has_value());

  code.clear();
  attempts = 0;
  const auth::ClientInfo attacker{"198.51.100.7", ""};
  while (code != "too_many_attempts" && attempts < 100) {
    code = at.service
               ->sign_in("name" + std::to_string(attempts), "guess", SessionKind::token, attacker)
               .error()
               .code();
    ++attempts;
  }
  CHECK(attempts == 21);
}

TEST_CASE("strangers' guesses do not keep an owner out at an address that is familiar") {
  Fixture at;
  at.add("anna");
  const auto guess = [&](int from) {
    const auth::ClientInfo client{"198.51.100." + std::to_string(from), ""};
    return at.service->sign_in("anna", "guess", SessionKind::token, client).error().code();
  };
  const auto right = [&](const auth::ClientInfo& client) {
    return at.service->sign_in("Anna", "anna's password", SessionKind::token, client);
  };
  const auto signed_in = at.sign_in("anna");
  REQUIRE(at.service->end_session(signed_in.user.id, signed_in.session.id).has_value());
  for (int from = 1; guess(from) != "too_many_attempts"; ++from) REQUIRE(from < 100);
  // Remembered, although its session has ended.
  const auto own = right(kClient);
  REQUIRE(own.has_value());
  CHECK(right({"203.0.113.5", ""}).error().code() == "too_many_attempts");
  // After a restart the session tells.
  at.restart();
  for (int from = 1; guess(from) != "too_many_attempts"; ++from) REQUIRE(from < 100);
  CHECK(right(kClient).has_value());
  CHECK(right({"203.0.113.5", ""}).error().code() == "too_many_attempts");
  // The bucket of its own is no open door.
  int attempts = 0;
  while (at.service->sign_in("anna", "guess", SessionKind::token, kClient).error().code() !=
         "too_many_attempts") {
    REQUIRE(++attempts < 100);
  }
  CHECK(attempts == 10);
  CHECK(right(kClient).error().code() == "too_many_attempts");
  at.clock.advance(at.service->sign_in_retry_after("anna", kClient));
  CHECK(right(kClient).has_value());
}

TEST_CASE("tokens that are not valid are counted by address, and valid ones pass all the same") {
  Fixture at;
  at.add("anna");
  const auto signed_in = at.sign_in("anna");
  const auto other = at.sign_in("anna");
  REQUIRE(at.service->authenticate(other.access_token).has_value());
  const auth::ClientInfo attacker{"198.51.100.7", ""};
  std::set<std::string> codes;
  for (int attempt = 0; attempt < 21; ++attempt) {
    codes.insert(at.service->refresh("nonsense", attacker).error().code());
  }
  CHECK(codes == std::set<std::string>{"invalid_refresh_token", "too_many_attempts"});
  CHECK(at.service->sign_out("nonsense", attacker).error().code() == "too_many_attempts");
  CHECK(at.service->authenticate_cached(other.access_token).has_value());
  // From the very same address.
  const auto renewed = at.service->refresh(signed_in.refresh_token, attacker);
  REQUIRE(renewed.has_value());
  CHECK(at.service->sign_out(renewed->refresh_token, attacker).has_value());
  CHECK(at.code_of_authentication(renewed->access_token) == "invalid_token");
  // Who has nothing to do with it does not have to be looked up again.
  CHECK(at.service->authenticate_cached(other.access_token).has_value());
}

TEST_CASE("strangers make accounts only where registration is open") {
  Fixture closed;
  CHECK(closed.service->register_user("anna", "anna's password", kClient).error().code() ==
        "registration_closed");
  Fixture open(auth::Registration::open);
  const auto user = open.service->register_user("anna", "anna's password", kClient);
  REQUIRE(user.has_value());
  CHECK(user->role == Role::user);
  CHECK(open.service->register_user("ANNA", "anna's password", kClient).error().code() ==
        "user_exists");
}

TEST_CASE("sessions and keys are their user's own") {
  Fixture at;
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

TEST_CASE("a user's oldest of more than a hundred sessions ends") {
  Fixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn oldest = at.sign_in("anna");
  for (int count = 0; count < 100; ++count) {
    at.clock.advance(std::chrono::seconds(1));
    at.sign_in("anna");
  }
  CHECK(at.service->sessions(anna.id)->size() == 100);
  CHECK(at.code_of_authentication(oldest.access_token) == "invalid_token");
}

TEST_CASE("the first start makes one administrator, later ones nobody") {
  Fixture at;
  const auto first = at.service->create_first_account("admin", "");
  REQUIRE(first.has_value());
  REQUIRE(first->has_value());
  CHECK((*first)->user.role == Role::admin);
  CHECK((*first)->password.size() == 23);
  CHECK(at.service->sign_in("admin", (*first)->password, SessionKind::token, kClient).has_value());
  CHECK(at.code_of_authentication((*first)->api_key) == "ok");
  CHECK(
      at.service->sign_in_by_link((*first)->link_token, SessionKind::cookie, kClient).has_value());
  const auto again = at.service->create_first_account("admin", "");
  REQUIRE(again.has_value());
  CHECK_FALSE(again->has_value());
}

TEST_CASE("no secret is stored as it is") {
  Fixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  const auto key = at.service->create_api_key(anna.id, "laptop");
  const auto link = at.service->create_link(anna.id);
  const auto copy = at.directory.path() / "copy.db";
  REQUIRE(at.database->copy_to(copy).has_value());
  std::ifstream file(copy, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  REQUIRE(content.size() > 4096);
  CHECK(content.find("$argon2id$") != std::string::npos);
  for (const std::string& secret : {std::string("anna's password"), signed_in.access_token,
                                    signed_in.refresh_token, key->secret.substr(8), *link}) {
    CHECK(content.find(secret) == std::string::npos);
  }
}

TEST_CASE("passwords that are generated differ and can be read aloud") {
  Fixture at;
  std::set<std::string> seen;
  for (int count = 0; count < 100; ++count) {
    const std::string password = at.service->generate_password();
    CHECK(password.find_first_not_of("abcdefghijkmnpqrstuvwxyz23456789-") == std::string::npos);
    CHECK(seen.insert(password).second);
  }
}

TEST_CASE("users are listed in pages by id") {
  Fixture at;
  for (const char* name : {"a", "b", "c"}) at.add(name);
  const auto page = at.service->users({}, 2);
  REQUIRE(page->size() == 2);
  CHECK((*page)[1].name == "b");
  CHECK(at.service->users((*page)[1].id, 2)->front().name == "c");
}

TEST_CASE("a hash of another cost is made anew when its owner signs in, and nobody is signed out") {
  Fixture f;
  const auth::User anna = f.add("anna");
  const auto hash_of = [&] { return f.repository->user(anna.id).value().password_hash; };
  const std::string old_hash = hash_of();
  const auth::SignIn before = f.sign_in("anna");
  CHECK(hash_of() == old_hash);
  f.config.hash_passes = 2;
  f.restart();
  CHECK(f.service->sign_in("anna", "wrong", SessionKind::token, kClient).has_error());
  CHECK(hash_of() == old_hash);
  f.sign_in("anna");
  const std::string new_hash = hash_of();
  CHECK(new_hash != old_hash);
  CHECK(new_hash.find(",t=2,") != std::string::npos);
  CHECK(f.code_of_authentication(before.access_token) == "ok");
  f.sign_in("anna");
  CHECK(hash_of() == new_hash);
}

TEST_CASE("a password that was changed while it was compared opens no session") {
  Fixture f;
  const auth::User anna = f.add("anna");
  const auth::StoredUser stored = f.repository->user(anna.id).value();
  auth::Session session;
  session.user = anna.id;
  const auto open = [&](std::string_view hash) {
    return f.repository->add_session(session, std::nullopt, hash);
  };
  CHECK(open(stored.password_hash).has_value());
  REQUIRE(f.service->set_password(anna.id, "another password").has_value());
  CHECK(open(stored.password_hash).error().code() == "user_not_found");
  f.add("admin", Role::admin);
  REQUIRE(f.service->update_user(anna.id, {}, UserState::disabled).has_value());
  CHECK(open(f.repository->user(anna.id).value().password_hash).has_error());
}

TEST_CASE("whoever asks is told of each change that takes access away") {
  Fixture f;
  std::vector<std::pair<std::int64_t, auth::AccessChange>> told;
  f.service->observe(
      [&](core::UserId user, auth::AccessChange change) { told.emplace_back(user.value, change); });
  f.add("admin", Role::admin);
  const auth::User anna = f.add("anna");
  const auth::SignIn first = f.sign_in("anna");
  const auth::SignIn second = f.sign_in("anna");
  const auto key = f.service->create_api_key(anna.id, "key");
  CHECK(told.empty());
  CHECK(f.service->sign_out("nonsense", {}).has_value());
  CHECK(told.empty());
  CHECK(f.service->sign_out(first.refresh_token, {}).has_value());
  CHECK(f.service->end_session(anna.id, second.session.id).has_value());
  CHECK(f.service->end_session(anna.id, second.session.id).has_error());
  CHECK(f.service->revoke_api_key(anna.id, key->key.id).has_value());
  CHECK(f.service->set_password(anna.id, "another password").has_value());
  CHECK(f.service->update_user(anna.id, {}, UserState::disabled).has_value());
  CHECK(told.size() == 5);
  CHECK(f.service->remove_user(anna.id).has_value());
  REQUIRE(told.size() == 6);
  for (const auto& [user, change] : told) CHECK(user == anna.id.value);
  CHECK(told.back().second == auth::AccessChange::user_removed);
}
