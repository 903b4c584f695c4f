// SPDX-License-Identifier: MIT
#include "geond/app/control.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

TEST_CASE("a request gets its answer through a socket that only the owner may use") {
  const support::TemporaryDirectory data;
  const auto server = app::ControlServer::start(
      app::control_socket(data.path()),
      [](const std::string& request) { return "echo " + request; }, core::Logger());
  REQUIRE(server);
  struct stat status{};
  REQUIRE(::stat(app::control_socket(data.path()).c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(app::ask_server(data.path(), "one").value() == "echo one");
  CHECK(app::ask_server(data.path(), "two").value() == "echo two");
}

TEST_CASE("where no server listens the error says so") {
  const support::TemporaryDirectory data;
  CHECK(app::ask_server(data.path(), "one").error().code() == "control_unreachable");
}

TEST_CASE("a data directory with a long path works all the same") {
  const support::TemporaryDirectory data;
  const auto deep = data.path() / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  const auto server = app::ControlServer::start(
      app::control_socket(deep), [](const std::string&) { return "yes"; }, core::Logger());
  REQUIRE(server);
  CHECK(app::ask_server(deep, "there?").value() == "yes");
}
