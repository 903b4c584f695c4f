// SPDX-License-Identifier: MIT
#include "geond/app/administration.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <utility>

#include "geond/app/control.hpp"
#include "geond/storage/data_layout.hpp"
#include "geond/storage/migrator.hpp"
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

TEST_CASE("only what goes through all pictures takes long") {
  CHECK(app::takes_long(kVerify));
  CHECK(app::takes_long(R"({"do": "backup", "destination": "/tmp/none"})"));
  for (const char* request : {R"({"do": "user-list"})", R"({"do": "log-level", "level": "info"})",
                              R"({"do": 1})", "[]", "nonsense", ""}) {
    CHECK_FALSE(app::takes_long(request));
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

// `geond user password` on a stopped server's data upgraded it without a word.
TEST_CASE("a command that administers accounts leaves the upgrade to the server, and says so") {
  const support::TemporaryDirectory folder;
  const auto file = folder.path() / "geond.db";
  REQUIRE(storage::migrate(file, storage::embedded_migrations().first(1), {}));
  for (const char* request :
       {R"({"do": "user-add", "name": "anna", "password": "a long enough password"})",
        R"({"do": "user-password", "name": "anna", "password": "a long enough password"})",
        R"({"do": "user-remove", "name": "anna"})"}) {
    CAPTURE(request);
    const auto answer = app::administer(folder.path(), request);
    REQUIRE(answer.has_error());
    CHECK(answer.error().code() == "schema_too_old");
    CHECK(answer.error().detail().find("start geond serve") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(folder.path() / "geond.db.v1"));
  }
  CHECK(storage::migrations_in(file, storage::embedded_migrations()).value().size() == 1);
  CHECK(app::administer(folder.path(), R"({"do": "user-list"})"));
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

// The service, which is no root, could not open the lock that `sudo geond verify` had left, nor put
// uploads into the folder that `sudo geond user list` had made.
TEST_CASE("what root makes with an offline command is the directory's owner's") {
  constexpr uid_t kSomebody = 65534;
  const support::TemporaryDirectory folder;
  if (::chown(folder.path().c_str(), kSomebody, kSomebody) != 0) return;  // Not root.
  std::ofstream(folder.path() / "geond.db").close();
  REQUIRE(::chown((folder.path() / "geond.db").c_str(), kSomebody, kSomebody) == 0);
  REQUIRE(app::administer(folder.path(), R"({"do": "user-list"})"));
  REQUIRE(app::administer(folder.path(), kVerify));
  std::size_t seen = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    CAPTURE(entry.path());
    struct stat status{};
    REQUIRE(::stat(entry.path().c_str(), &status) == 0);
    CHECK(status.st_uid == kSomebody);
    ++seen;
  }
  CHECK(seen > 256);
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

TEST_CASE("an error of a server of another version keeps its kind, if this one knows it") {
  const support::TemporaryDirectory folder;
  std::ofstream(folder.path() / "geond.db").close();
  const auto lock = storage::DataDirectory::open(folder.path());
  REQUIRE(lock);
  std::string kind;
  const auto server = app::ControlServer::start(
      storage::DataLayout(folder.path()).control_socket(),
      [&](const std::string&, const std::stop_token&) {
        return R"({"error": {"kind": )" + kind + R"(, "code": "test", "detail": "It failed."}})";
      },
      core::Logger());
  REQUIRE(server);
  for (const auto& [name, meant] : {std::pair{R"("conflict")", core::ErrorKind::conflict},
                                    {R"("storage_full")", core::ErrorKind::storage_full},
                                    {R"("of_tomorrow")", core::ErrorKind::internal},
                                    {"3", core::ErrorKind::internal}}) {
    CAPTURE(name);
    kind = name;
    const auto answer = app::administer(folder.path(), R"({"do": "user-list"})");
    REQUIRE(answer.has_error());
    CHECK(answer.error().kind() == meant);
    CHECK(answer.error().code() == "test");
  }
}

TEST_CASE("an error tells its kind by name") {
  const support::TemporaryDirectory folder;
  app::StoresConfig config;
  config.data = folder.path();
  const auto stores = app::open_stores(config, core::Logger());
  REQUIRE(stores);
  const std::string answer = app::answer_administration(
      {folder.path(), *(*stores)->database, *(*stores)->blobs, *(*stores)->auth, nullptr},
      R"({"do": "user-remove", "name": "nobody"})");
  CHECK(answer.find(R"("kind":"not_found")") != std::string::npos);
}
