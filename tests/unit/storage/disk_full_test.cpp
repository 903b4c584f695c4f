// SPDX-License-Identifier: MIT
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "fixture.hpp"
#include "geond/storage/backup.hpp"

namespace geond::storage {
namespace {

/// Runs `body` in a child process whose files may not grow beyond `bytes`; its exit status.
template <class Body>
int run_with_file_limit(rlim_t bytes, Body&& body) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{bytes, bytes};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::_exit(body());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("without room a write is refused, its neighbours are not, and nothing breaks") {
  support::TemporaryDirectory directory;
  // The log cannot grow beyond the limit: large writes fail, small ones go on.
  const int status = run_with_file_limit(3'000'000, [] {
    Fixture f;
    if (!f.insert("small")) return 1;
    const auto large = f.insert("large", 8'000'000);
    if (large || large.error().code() != "storage_full") return 2;
    if (!f.insert("another")) return 3;
    if (f.count() != 2) return 4;
    if (f.faults != 0) return 5;
    StagedBlob blob = f.blobs->stage(0).value();
    const std::vector<std::byte> bytes(4'000'000);
    const auto appended = blob.append(bytes);
    if (appended || appended.error().kind() != core::ErrorKind::storage_full) return 6;
    if (!f.database->quick_check()) return 7;
    return 0;
  });
  CHECK(status == 0);
}

TEST_CASE("a picture whose row found no room is removed") {
  const int status = run_with_file_limit(3'000'000, [] {
    Fixture f;
    StagedBlob blob = f.staged("abc");
    const auto created = f.database->write([&](WriteContext& context) -> core::Result<void> {
      if (const auto done = f.blobs->publish(blob, context); !done) return done;
      context.connection()
          .prepare("INSERT INTO items (name, data) VALUES ('large', zeroblob(8000000))")
          .run();
      return core::ok();
    });
    if (created || created.error().code() != "storage_full") return 1;
    if (f.blobs->check_there(blob.info().sha256)) return 2;
    if (f.faults != 0) return 3;
    return 0;
  });
  CHECK(status == 0);
}

// The half copy stayed on the full disk, and the remedy was to delete tasks.
TEST_CASE("an upgrade without room for the copy says so, and leaves none of it") {
  support::TemporaryDirectory directory;
  const std::filesystem::path file = directory.path() / "geond.db";
  const Migration all[] = {{1, "large",
                            "CREATE TABLE a (x BLOB) STRICT;"
                            "INSERT INTO a VALUES (zeroblob(4000000));"},
                           {2, "next", "CREATE TABLE b (x BLOB) STRICT;"}};
  REQUIRE(migrate(file, std::span(all).first(1), {}));
  const int status = run_with_file_limit(1'000'000, [&] {
    const auto refused = migrate(file, all, {});
    if (!refused.has_error() || refused.error().code() != "storage_full") return 1;
    if (refused.error().detail().find("kept from before its upgrade") == std::string::npos)
      return 2;
    return 0;
  });
  CHECK(status == 0);
  CHECK_FALSE(std::filesystem::exists(directory.path() / "geond.db.v1.partial"));
  CHECK_FALSE(std::filesystem::exists(directory.path() / "geond.db.v1.partial-journal"));
  CHECK(migrate(file, all, {}));
}

TEST_CASE("a limit of the size of files that denies the reserve is told") {
  support::TemporaryDirectory directory;
  const int status = run_with_file_limit(3'000'000, [&] {
    DiskSpace disk(directory.path() / "reserve", 0, 4'000'000);
    const auto kept = disk.ensure_reserve();
    if (kept || kept.error().detail().find("File too large") == std::string::npos) return 1;
    if (disk.has_room(0) || disk.check(0)) return 2;
    return std::filesystem::exists(directory.path() / "reserve") ? 3 : 0;
  });
  CHECK(status == 0);
}

TEST_CASE("a backup without room says where, and leaves none of it") {
  support::TemporaryDirectory directory;
  const std::filesystem::path copy = directory.path() / "copy";
  const int status = run_with_file_limit(3'000'000, [&] {
    Fixture f;
    if (!f.insert("a", 1'000'000) || !f.insert("b", 1'000'000)) return 1;
    const rlimit limit{500'000, 500'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto refused = back_up(*f.database, *f.blobs, copy);
    if (!refused.has_error() || refused.error().code() != "storage_full") return 2;
    return refused.error().detail().find(copy.string()) == std::string::npos ? 3 : 0;
  });
  CHECK(status == 0);
  CHECK(std::filesystem::is_empty(directory.path()));
}

}  // namespace geond::storage
