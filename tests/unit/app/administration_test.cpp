// SPDX-License-Identifier: MIT
#include "geond/app/administration.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>
#include <string>

#include "stores.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

constexpr const char* kVerify = R"({"do": "verify"})";

}  // namespace

TEST_CASE("no offline command makes a data directory of a folder that is none") {
  const support::TemporaryDirectory folder;
  for (const char* request :
       {kVerify, R"({"do": "user-list"})", R"({"do": "backup", "destination": "/tmp/none"})",
        R"({"do": "user-add", "name": "anna", "password": "a long enough password"})"}) {
    CAPTURE(request);
    const auto answer = app::administer(folder.path(), request);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code() == "data_directory_missing");
    CHECK(std::filesystem::is_empty(folder.path()));
  }
}

TEST_CASE("verify neither migrates an older database nor makes what is missing") {
  const support::TemporaryDirectory folder;
  std::ofstream(folder.path() / "geond.db") << "this is no database, but it is a file";
  const auto answer = app::administer(folder.path(), kVerify);
  REQUIRE(answer);
  CHECK(answer->find("damaged") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(folder.path() / "token.key"));
  CHECK_FALSE(std::filesystem::exists(folder.path() / "blobs"));
}

TEST_CASE("an offline command makes no database for pictures that have lost theirs") {
  const support::TemporaryDirectory folder;
  const auto picture = folder.path() / "blobs" / "ab" / "cdef";
  std::filesystem::create_directories(picture.parent_path());
  std::ofstream(picture) << "picture";
  std::ofstream(folder.path() / "geond.db").close();
  const auto answer = app::administer(folder.path(), R"({"do": "user-list"})");
  REQUIRE(answer.has_error());
  CHECK(answer.error().code() == "database_missing");
  CHECK(std::filesystem::file_size(folder.path() / "geond.db") == 0);
}

TEST_CASE("what an offline command makes is for the owner alone") {
  const support::TemporaryDirectory folder;
  ::umask(022);
  // Empty, as sqlite3 would make it: the stores fill it.
  std::ofstream(folder.path() / "geond.db").close();
  REQUIRE(app::administer(folder.path(), R"({"do": "user-list"})"));
  const auto copy = folder.path() / "copy";
  REQUIRE(app::administer(folder.path(),
                          R"({"do": "backup", "destination": ")" + copy.string() + R"("})"));
  for (const char* name : {"geond.db", "token.key"}) {
    struct stat status{};
    REQUIRE(::stat((copy / name).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}
