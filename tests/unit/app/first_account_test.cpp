// SPDX-License-Identifier: MIT
#include "first_account.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <string>

#include "stores.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

constexpr const char* kUrl = "http://127.0.0.1:8080";

/// An empty data directory, and a place for the password file.
struct Fixture {
  support::TemporaryDirectory folder;
  std::unique_ptr<app::Stores> stores;
  app::ServeConfig config;

  Fixture() {
    app::StoresConfig wanted;
    wanted.data = folder.path() / "data";
    auto opened = app::open_stores(wanted, core::Logger());
    REQUIRE(opened);
    stores = std::move(*opened);
    config.admin_password_file = folder.path() / "password";
  }
  void write_password(const std::string& text) const {
    std::ofstream(config.admin_password_file) << text;
  }
  core::Result<std::string> create() const {
    return app::create_first_account(*stores->auth, config, kUrl);
  }
};

}  // namespace

TEST_CASE("the first account has the file's password, and the greeting does not show it") {
  const Fixture at;
  at.write_password("correct horse battery\n");
  const auto greeting = at.create();
  REQUIRE(greeting);
  CHECK(greeting->find("name:     admin") != std::string::npos);
  CHECK(greeting->find("correct horse") == std::string::npos);
}

TEST_CASE("a password file that is missing or empty stops the first start") {
  const Fixture at;
  for (const bool is_there : {false, true}) {
    CAPTURE(is_there);
    if (is_there) at.write_password("");
    const auto greeting = at.create();
    REQUIRE(greeting.has_error());
    CHECK(greeting.error().detail().find("--admin-password-file") != std::string::npos);
  }
}

TEST_CASE("a line's end is no part of the password, be it Windows'") {
  const Fixture at;
  at.write_password("correct horse battery\r\n");
  REQUIRE(at.create());
  CHECK(at.stores->auth->sign_in("admin", "correct horse battery", auth::SessionKind::token,
                                 auth::ClientInfo{"127.0.0.1", ""}));
}

// It was read at every start: removing the secret after the first one was an outage at the next.
TEST_CASE("a password file that was removed after the first start is not missed") {
  const Fixture at;
  at.write_password("correct horse battery\n");
  REQUIRE(at.create());
  std::filesystem::remove(at.config.admin_password_file);
  const auto greeting = at.create();
  REQUIRE(greeting);
  CHECK(greeting->empty());
}
