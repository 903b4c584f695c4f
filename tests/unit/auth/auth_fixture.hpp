// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>

#include "geond/auth/auth_service.hpp"
#include "geond/storage/database.hpp"
#include "support/manual_clock.hpp"
#include "support/temporary_directory.hpp"

namespace geond::auth {

inline const ClientInfo kClient{"192.0.2.1", "test"};

/// A service over a database of its own, with passwords that cost next to nothing.
struct AuthFixture {
  explicit AuthFixture(Registration registration = Registration::closed) {
    storage::DatabaseOptions options;
    options.file = directory.path() / "geond.db";
    auto opened = storage::Database::open(options, {});
    REQUIRE(opened.has_value());
    database = *std::move(opened);
    repository = make_sqlite_auth_repository(*database);
    config.key_file = directory.path() / "token.key";
    config.registration = registration;
    config.hash_memory = 8192;
    config.hash_passes = 1;
    restart();
  }

  /// As after a restart of the program: nothing is remembered but what is stored.
  void restart() {
    auto created = AuthService::create(config, *repository, clock, random, {});
    REQUIRE(created.has_value());
    service = *std::move(created);
  }

  User add(const char* name, Role role = Role::user) {
    const auto user = service->create_user(name, std::string(name) + "'s password", role);
    REQUIRE(user.has_value());
    return *user;
  }

  SignIn sign_in(const char* name, SessionKind kind = SessionKind::token) {
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
  AuthConfig config;
  std::unique_ptr<storage::Database> database;
  std::unique_ptr<AuthRepository> repository;
  std::unique_ptr<AuthService> service;
};

}  // namespace geond::auth
