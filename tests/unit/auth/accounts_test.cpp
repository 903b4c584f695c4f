// SPDX-License-Identifier: MIT
#include <fstream>
#include <iterator>
#include <set>
#include <utility>
#include <vector>

#include "auth_fixture.hpp"

using namespace geond;
using auth::Role;
using auth::SessionKind;
using auth::UserState;

TEST_CASE("an API key works until it is revoked, and only as it was given out") {
  auth::AuthFixture at;
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
  auth::AuthFixture at;
  const auth::User anna = at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  const auto key = at.service->create_api_key(anna.id, "laptop");
  CHECK(at.code_of_authentication(signed_in.access_token) == "ok");
  CHECK(at.code_of_authentication(key->secret) == "ok");
  REQUIRE(at.service->update_user(anna.id, std::nullopt, UserState::disabled).has_value());
  CHECK(at.code_of_authentication(signed_in.access_token) == "invalid_token");
  CHECK(at.code_of_authentication(key->secret) == "invalid_token");
  CHECK(at.service->sign_in("anna", "anna's password", SessionKind::token, auth::kClient)
            .error()
            .code() == "account_disabled");
  CHECK(at.service->sign_in("anna", "wrong", SessionKind::token, auth::kClient).error().code() ==
        "wrong_credentials");
  REQUIRE(at.service->update_user(anna.id, std::nullopt, UserState::active).has_value());
  CHECK(at.code_of_authentication(key->secret) == "ok");
  CHECK(at.code_of_authentication(signed_in.access_token) == "invalid_token");
}

TEST_CASE("the last active administrator can be neither removed, demoted nor disabled") {
  auth::AuthFixture at;
  const auth::User root = at.add("root", Role::admin);
  const auth::User other = at.add("other", Role::admin);
  REQUIRE(at.service->update_user(other.id, std::nullopt, UserState::disabled).has_value());
  CHECK(at.service->remove_user(root.id).error().code() == "last_admin");
  CHECK(at.service->update_user(root.id, Role::user, std::nullopt).error().code() == "last_admin");
  // All or nothing: the password that came with it is not taken either.
  CHECK(at.service->update_user(root.id, Role::user, std::nullopt, "another password")
            .error()
            .code() == "last_admin");
  CHECK(at.service->sign_in("root", "another password", SessionKind::token, auth::kClient)
            .error()
            .code() == "wrong_credentials");
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
  auth::AuthFixture at;
  at.add("root", Role::admin);
  const auth::User anna = at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  const auto key = at.service->create_api_key(anna.id, "laptop");
  CHECK(at.code_of_authentication(key->secret) == "ok");
  REQUIRE(at.service->remove_user(anna.id).has_value());
  CHECK(at.code_of_authentication(signed_in.access_token) == "invalid_token");
  CHECK(at.code_of_authentication(key->secret) == "invalid_token");
  CHECK(at.service->create_api_key(anna.id, "late").error().code() == "user_not_found");
}

// One transaction for 20,000 tasks took nearly two seconds, and every upload waited for it.
TEST_CASE("an account with many tasks is removed in parts, and nobody else's with it") {
  auth::AuthFixture at;
  const auth::User root = at.add("root", Role::admin);
  const auth::User anna = at.add("anna");
  const auto added = at.database->write([](storage::WriteContext& context) -> core::Result<void> {
    context.connection().execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) "
        "INSERT INTO tasks (owner_id, status, created_at, queued_at, threshold, detector_id, "
        "detector_name, detector_version, detector_sha256, classifier_id, classifier_name, "
        "classifier_version, classifier_sha256) SELECT users.id, 1, i, i, 0.5, 1, 'd', '1', '', "
        "1, 'c', '1', '' FROM n, users");
    return core::ok();
  });
  REQUIRE(added.has_value());
  const std::uint64_t before = at.database->statistics().writes;
  REQUIRE(at.service->remove_user(anna.id).has_value());
  CHECK(at.database->statistics().writes - before >= 7);
  const auto owners =
      at.database->read([&](storage::Connection& connection) -> core::Result<std::vector<int>> {
        auto select = connection.prepare("SELECT owner_id, count(*) FROM tasks GROUP BY owner_id");
        std::vector<int> counts;
        while (select.step()) {
          CHECK(select.integer(0) == root.id.value);
          counts.push_back(static_cast<int>(select.integer(1)));
        }
        return counts;
      });
  CHECK(owners.value() == std::vector<int>{500});
  CHECK(at.service->user(anna.id).error().code() == "user_not_found");
}

TEST_CASE("the first start makes one administrator, later ones nobody") {
  auth::AuthFixture at;
  const auto first = at.service->create_first_account("admin", "");
  REQUIRE(first.has_value());
  REQUIRE(first->has_value());
  CHECK((*first)->user.role == Role::admin);
  CHECK((*first)->password.size() == 23);
  CHECK(at.service->sign_in("admin", (*first)->password, SessionKind::token, auth::kClient)
            .has_value());
  CHECK(at.code_of_authentication((*first)->api_key) == "ok");
  CHECK(at.service->sign_in_by_link((*first)->link_token, SessionKind::cookie, auth::kClient)
            .has_value());
  const auto again = at.service->create_first_account("admin", "");
  REQUIRE(again.has_value());
  CHECK_FALSE(again->has_value());
}

// Its generated password was never shown, and the next start found an account and made none.
TEST_CASE("a first account that cannot be made whole is not made, and the next start makes it") {
  auth::AuthFixture at;
  const auto run = [&](const char* sql) {
    const auto done = at.database->write([&](storage::WriteContext& context) -> core::Result<void> {
      context.connection().execute(sql);
      return core::ok();
    });
    REQUIRE(done.has_value());
  };
  run("CREATE TRIGGER no_links BEFORE INSERT ON links BEGIN SELECT RAISE(ABORT, 'no'); END");
  CHECK(at.service->create_first_account("admin", "").has_error());
  CHECK(at.service->user_by_name("admin").error().code() == "user_not_found");
  run("DROP TRIGGER no_links");
  const auto first = at.service->create_first_account("admin", "");
  REQUIRE(first.has_value());
  CHECK(first->has_value());
}

TEST_CASE("no secret is stored as it is") {
  auth::AuthFixture at;
  const auth::FirstAccount first = at.service->create_first_account("admin", "").value().value();
  at.add("anna");
  const auth::SignIn signed_in = at.sign_in("anna");
  const auto copy = at.directory.path() / "copy.db";
  REQUIRE(at.database->copy_to(copy).has_value());
  std::ifstream file(copy, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  REQUIRE(content.size() > 4096);
  CHECK(content.find("$argon2id$") != std::string::npos);
  for (const std::string& secret :
       {std::string("anna's password"), signed_in.access_token, signed_in.refresh_token,
        first.password, first.link_token, first.api_key.substr(8)}) {
    CHECK(content.find(secret) == std::string::npos);
  }
}

TEST_CASE("passwords that are generated differ and can be read aloud") {
  auth::AuthFixture at;
  std::set<std::string> seen;
  for (int count = 0; count < 100; ++count) {
    const std::string password = at.service->generate_password();
    CHECK(password.find_first_not_of("abcdefghijkmnpqrstuvwxyz23456789-") == std::string::npos);
    CHECK(seen.insert(password).second);
  }
}

TEST_CASE("users are listed in pages by id") {
  auth::AuthFixture at;
  for (const char* name : {"a", "b", "c"}) at.add(name);
  const auto page = at.service->users({}, 2);
  REQUIRE(page->size() == 2);
  CHECK((*page)[1].name == "b");
  CHECK(at.service->users((*page)[1].id, 2)->front().name == "c");
}

TEST_CASE("whoever asks is told of each change that takes access away") {
  auth::AuthFixture f;
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

// A password's hash may wait for its turn for seconds after the request has been judged.
TEST_CASE("a credential that has ended meanwhile changes no account and makes no key") {
  auth::AuthFixture at;
  const auth::User root = at.add("root", Role::admin);
  const auth::User eve = at.add("eve", Role::admin);
  const auto by_session = at.service->authenticate(at.sign_in("eve").access_token);
  const auto by_key =
      at.service->authenticate(at.service->create_api_key(eve.id, "laptop")->secret);
  REQUIRE(by_session.has_value());
  REQUIRE(by_key.has_value());
  const auto check_codes = [&](const auth::Principal& by, std::string_view code) {
    auto& service = *at.service;
    CHECK(service.create_user("mallory", "long enough", Role::admin, &by).error().code() == code);
    CHECK(service.update_user(root.id, Role::user, {}, {}, &by).error().code() == code);
    CHECK(service.remove_user(root.id, &by).error().code() == code);
  };
  CHECK(at.service->create_user("anna", "long enough", Role::user, &*by_key).has_value());
  REQUIRE(at.service->update_user(eve.id, Role::user, {}).has_value());
  check_codes(*by_session, "forbidden");
  check_codes(*by_key, "forbidden");
  CHECK(at.service->create_api_key(eve.id, "own", &*by_key).has_value());
  REQUIRE(at.service->update_user(eve.id, Role::admin, UserState::disabled).has_value());
  check_codes(*by_session, "invalid_token");
  check_codes(*by_key, "invalid_token");
  REQUIRE(at.service->update_user(eve.id, {}, UserState::active).has_value());
  REQUIRE(at.service->revoke_api_key(eve.id, *by_key->api_key).has_value());
  check_codes(*by_key, "invalid_token");
  CHECK(at.service->create_api_key(eve.id, "survivor", &*by_key).error().code() == "invalid_token");
  CHECK(at.service->users({}, 10)->size() == 3);
}

TEST_CASE("a principal of a while ago is told as it is now, from the cache where it can be") {
  auth::AuthFixture at;
  at.add("root", Role::admin);
  const auth::User anna = at.add("anna");
  const auto by_session = *at.service->authenticate(at.sign_in("anna").access_token);
  const auto by_key =
      *at.service->authenticate(at.service->create_api_key(anna.id, "laptop")->secret);
  for (const auth::Principal& principal : {by_session, by_key}) {
    CHECK(at.service->check_alive(principal).has_value());
    CHECK(at.service->check_alive_cached(principal).has_value());
    REQUIRE(at.service->update_user(anna.id, Role::admin, {}).has_value());
    CHECK_FALSE(at.service->check_alive_cached(principal).has_value());
    CHECK(at.service->check_alive(principal)->is_admin());
    CHECK(at.service->check_alive_cached(principal)->is_admin());
    REQUIRE(at.service->update_user(anna.id, Role::user, {}).has_value());
    CHECK_FALSE(at.service->check_alive(principal)->is_admin());
  }
  at.clock.advance(std::chrono::minutes(20));  // The access token has expired, the session has not.
  CHECK(at.service->check_alive(by_session).has_value());
  REQUIRE(at.service->remove_user(anna.id).has_value());
  for (const auth::Principal& principal : {by_session, by_key}) {
    CHECK_FALSE(at.service->check_alive_cached(principal).has_value());
    CHECK(at.service->check_alive(principal).error().code() == "invalid_token");
  }
}
