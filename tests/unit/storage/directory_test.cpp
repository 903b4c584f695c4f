// SPDX-License-Identifier: MIT
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.hpp"

namespace geond::storage {

TEST_CASE("a data directory is for one process, and the second is told which") {
  support::TemporaryDirectory directory;
  const auto first = DataDirectory::open(directory.path() / "data");
  REQUIRE(first);
  const auto second = DataDirectory::open(directory.path() / "data");
  REQUIRE(second.has_error());
  CHECK(second.error().kind() == core::ErrorKind::conflict);
  CHECK(second.error().code() == "data_directory_in_use");
  CHECK(second.error().detail().find(std::to_string(::getpid())) != std::string::npos);
}

TEST_CASE("the lock goes with the process, however it ends") {
  support::TemporaryDirectory directory;
  const pid_t child = ::fork();
  if (child == 0) {
    const auto held = DataDirectory::open(directory.path() / "data");
    ::_exit(held ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(DataDirectory::open(directory.path() / "data"));
}

TEST_CASE("a new data directory is its owner's alone") {
  support::TemporaryDirectory directory;
  REQUIRE(DataDirectory::open(directory.path() / "deep" / "data"));
  CHECK((std::filesystem::status(directory.path() / "deep" / "data").permissions() &
         std::filesystem::perms::all) == std::filesystem::perms::owner_all);
}

TEST_CASE("a path that cannot be a directory is refused with a remedy") {
  const auto opened = DataDirectory::open("/dev/null/data");
  CHECK(opened.error().code() == "data_directory_unusable");
  CHECK(opened.error().detail().find("--data") != std::string::npos);
}

}  // namespace geond::storage
