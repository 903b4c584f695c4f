// SPDX-License-Identifier: MIT
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

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

TEST_CASE("a data directory stays locked when its lock file is removed") {
  support::TemporaryDirectory directory;
  const auto first = DataDirectory::open(directory.path() / "data");
  REQUIRE(first);
  std::filesystem::remove(directory.path() / "data" / "geond.lock");
  CHECK(DataDirectory::open(directory.path() / "data").error().code() == "data_directory_in_use");
}

TEST_CASE("a folder with pictures or a key has lost its database if there is none") {
  support::TemporaryDirectory directory;
  const std::filesystem::path root = directory.path() / "data";
  std::filesystem::create_directories(root / "blobs" / "ab");
  CHECK(check_database_not_lost(directory.path() / "nothing"));
  CHECK(check_database_not_lost(root));

  const auto check_lost = [&](std::string_view what) {
    const auto checked = check_database_not_lost(root);
    REQUIRE(checked.has_error());
    CHECK(checked.error().code() == "database_missing");
    CHECK(checked.error().detail().find(what) != std::string::npos);
  };
  std::ofstream(root / "token.key") << "key";
  check_lost("a token.key");
  std::ofstream(root / "blobs" / "ab" / "cdef") << "picture";
  check_lost("are pictures");
  std::ofstream(root / "geond.db").close();
  check_lost("geond.db");
  std::ofstream(root / "geond.db") << "not empty";
  CHECK(check_database_not_lost(root));
}

// The log was written into the restored database, which broke it.
TEST_CASE("a log beside a database that never had one is another database's") {
  support::TemporaryDirectory directory;
  const std::filesystem::path root = directory.path();
  {
    Connection copy((root / "geond.db").string(), Connection::Mode::read_write);
    copy.execute("CREATE TABLE t (x)");
  }
  CHECK(check_database_not_lost(root));
  std::ofstream(root / "geond.db-wal").close();
  CHECK(check_database_not_lost(root));
  std::ofstream(root / "geond.db-wal") << "pages of what was there before";
  const auto checked = check_database_not_lost(root);
  REQUIRE(checked.has_error());
  CHECK(checked.error().code() == "foreign_log");
  CHECK(checked.error().detail().find("whole copy of the backup") != std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a log that a killed process left is its database's own") {
  REQUIRE(insert("a"));
  // As it lies on the disk now, with what only the log has.
  const std::filesystem::path copy = directory.path() / "copy";
  std::filesystem::copy(root, copy, std::filesystem::copy_options::recursive);
  REQUIRE(std::filesystem::file_size(copy / "geond.db-wal") > 0);
  CHECK(check_database_not_lost(copy));
}

TEST_CASE("whoever only reads takes the same lock and leaves nothing") {
  support::TemporaryDirectory directory;
  {
    const auto reading = DataDirectory::open_to_read(directory.path());
    REQUIRE(reading);
    CHECK(DataDirectory::open_to_read(directory.path()).error().code() == "data_directory_in_use");
    CHECK(std::filesystem::is_empty(directory.path()));
    CHECK(DataDirectory::open(directory.path()).error().code() == "data_directory_in_use");
  }
  const auto writing = DataDirectory::open(directory.path());
  REQUIRE(writing);
  const auto refused = DataDirectory::open_to_read(directory.path());
  REQUIRE(refused.has_error());
  CHECK(refused.error().detail().find(std::to_string(::getpid())) != std::string::npos);
  CHECK(DataDirectory::open_to_read("/no/such/folder").error().code() == "data_directory_unusable");
}

// Root's `geond user list` wrote its process id into the file that a link of the service led to.
TEST_CASE("links among the files of a data directory are refused, and what they lead to is kept") {
  support::TemporaryDirectory elsewhere;
  const std::filesystem::path target = elsewhere.path() / "target";
  std::ofstream(target) << "root's";
  for (const char* name : {"geond.lock", "geond.db", "geond.db-wal", "geond.db-shm", "fault"}) {
    CAPTURE(name);
    support::TemporaryDirectory directory;
    const std::filesystem::path link = directory.path() / name;
    const auto check_refused = [&](std::string_view what) {
      const auto opened = DataDirectory::open(directory.path());
      REQUIRE(opened.has_error());
      CHECK(opened.error().code() == "data_directory_unusable");
      CHECK(opened.error().detail().find(link.string() + " is ") != std::string::npos);
      CHECK(opened.error().detail().find(what) != std::string::npos);
      std::filesystem::remove(link);
    };
    std::filesystem::create_symlink(target, link);
    check_refused("symbolic link");
    std::filesystem::create_symlink(elsewhere.path() / "nothing", link);
    check_refused("symbolic link");
    std::filesystem::create_hard_link(target, link);
    check_refused("hard link");
    CHECK(DataDirectory::open(directory.path()));
  }
  CHECK_FALSE(std::filesystem::exists(elsewhere.path() / "nothing"));
  CHECK(std::filesystem::file_size(target) == 6);
}

TEST_CASE("a link in the place of the reserve gives way to a reserve") {
  support::TemporaryDirectory directory;
  const std::filesystem::path target = directory.path() / "target";
  const std::filesystem::path reserve = directory.path() / "reserve";
  std::ofstream(target) << "root's";
  DiskSpace disk(reserve, 0, 1 << 20);
  for (const bool is_hard : {false, true}) {
    CAPTURE(is_hard);
    std::filesystem::remove(reserve);
    is_hard ? std::filesystem::create_hard_link(target, reserve)
            : std::filesystem::create_symlink(target, reserve);
    REQUIRE(disk.ensure_reserve());
    CHECK(std::filesystem::file_size(reserve) == 1 << 20);
    CHECK(std::filesystem::hard_link_count(reserve) == 1);
    CHECK(std::filesystem::file_size(target) == 6);
  }
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
