// SPDX-License-Identifier: MIT
#include <set>

#include "auth_fixture.hpp"

using namespace geond;
using auth::Role;
using auth::SessionKind;
using auth::UserState;

TEST_CASE("who signs in is recognised by the access token until it expires") {
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  CHECK(at.service->sign_in("ANNA", "anna's password", SessionKind::token, auth::kClient)
            .has_value());
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
  auth::AuthFixture at;
  at.add("anna");
  const auto wrong = at.service->sign_in("anna", "not that", SessionKind::token, auth::kClient);
  const auto unknown = at.service->sign_in("nobody", "not that", SessionKind::token, auth::kClient);
  CHECK(wrong.error().code() == "wrong_credentials");
  CHECK(unknown.error().code() == wrong.error().code());
  CHECK(unknown.error().detail() == wrong.error().detail());
}

TEST_CASE("a classic token lives twelve hours and has no refresh token") {
  auth::AuthFixture at;
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

TEST_CASE("a one-time link signs in once") {
  auth::AuthFixture at;
  const auth::FirstAccount first = at.service->create_first_account("anna", "").value().value();
  const auto use = [&] {
    return at.service->sign_in_by_link(first.link_token, SessionKind::cookie, auth::kClient);
  };
  CHECK(use()->user.id == first.user.id);
  CHECK(use().error().code() == "invalid_link");
}

TEST_CASE("a one-time link does not sign in for ever") {
  auth::AuthFixture at;
  const auth::FirstAccount first = at.service->create_first_account("anna", "").value().value();
  at.clock.advance(std::chrono::hours(1));
  CHECK(at.service->sign_in_by_link(first.link_token, SessionKind::cookie, auth::kClient)
            .error()
            .code() == "invalid_link");
}

TEST_CASE("guessing is slowed by address and by account, good sign-ins are not") {
  auth::AuthFixture at;
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
  auth::AuthFixture at;
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
  const auto own = right(auth::kClient);
  REQUIRE(own.has_value());
  CHECK(right({"203.0.113.5", ""}).error().code() == "too_many_attempts");
  // After a restart the session tells.
  at.restart();
  for (int from = 1; guess(from) != "too_many_attempts"; ++from) REQUIRE(from < 100);
  CHECK(right(auth::kClient).has_value());
  CHECK(right({"203.0.113.5", ""}).error().code() == "too_many_attempts");
  // The bucket of its own is no open door.
  int attempts = 0;
  while (at.service->sign_in("anna", "guess", SessionKind::token, auth::kClient).error().code() !=
         "too_many_attempts") {
    REQUIRE(++attempts < 100);
  }
  CHECK(attempts == 10);
  CHECK(right(auth::kClient).error().code() == "too_many_attempts");
  at.clock.advance(at.service->sign_in_retry_after("anna", auth::kClient));
  CHECK(right(auth::kClient).has_value());
}

TEST_CASE("guesses from more addresses than are counted do not keep an owner out either") {
  auth::AuthFixture at;
  at.add("anna");
  at.sign_in("anna");
  std::string code;
  for (int from = 0; code != "too_many_attempts" || from < 10'100; ++from) {
    REQUIRE(from < 11'000);
    const std::string host = std::to_string(from / 256) + "." + std::to_string(from % 256);
    const auth::ClientInfo client{"10.0." + host, ""};
    code = at.service->sign_in("nobody", "guess", SessionKind::token, client).error().code();
  }
  const auto right = [&](const char* from) {
    return at.service->sign_in("anna", "anna's password", SessionKind::token, {from, ""});
  };
  CHECK(right("203.0.113.5").error().code() == "too_many_attempts");
  CHECK(right(auth::kClient.address.c_str()).has_value());
}

TEST_CASE("tokens that are not valid are counted by address, and valid ones pass all the same") {
  auth::AuthFixture at;
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
  auth::AuthFixture closed;
  CHECK(closed.service->register_user("anna", "anna's password", auth::kClient).error().code() ==
        "registration_closed");
  auth::AuthFixture open(auth::Registration::open);
  const auto user = open.service->register_user("anna", "anna's password", auth::kClient);
  REQUIRE(user.has_value());
  CHECK(user->role == Role::user);
  CHECK(open.service->register_user("ANNA", "anna's password", auth::kClient).error().code() ==
        "user_exists");
}

TEST_CASE("a hash of another cost is made anew when its owner signs in, and nobody is signed out") {
  auth::AuthFixture f;
  const auth::User anna = f.add("anna");
  const auto hash_of = [&] { return f.repository->user(anna.id).value().password_hash; };
  const std::string old_hash = hash_of();
  const auth::SignIn before = f.sign_in("anna");
  CHECK(hash_of() == old_hash);
  f.config.hash_passes = 2;
  f.restart();
  CHECK(f.service->sign_in("anna", "wrong", SessionKind::token, auth::kClient).has_error());
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
  auth::AuthFixture f;
  const auth::User anna = f.add("anna");
  const auth::StoredUser stored = f.repository->user(anna.id).value();
  auth::Session session;
  session.user = anna.id;
  const auto open = [&](std::string_view hash) {
    return f.repository->add_session(session, std::nullopt, hash, {});
  };
  CHECK(open(stored.password_hash).has_value());
  REQUIRE(f.service->set_password(anna.id, "another password").has_value());
  CHECK(open(stored.password_hash).error().code() == "user_not_found");
  f.add("admin", Role::admin);
  REQUIRE(f.service->update_user(anna.id, {}, UserState::disabled).has_value());
  CHECK(open(f.repository->user(anna.id).value().password_hash).has_error());
}
