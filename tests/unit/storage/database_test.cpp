// SPDX-License-Identifier: MIT
#include "geond/storage/database.hpp"

#include <SQLiteCpp/Exception.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <new>
#include <optional>
#include <thread>

#include "fixture.hpp"
#include "support/scarce_memory.hpp"

namespace geond::storage {

TEST_CASE_FIXTURE(Fixture, "a database whose file was moved away takes no more writes") {
  REQUIRE(insert("before"));
  CHECK(database->check_in_place());
  std::filesystem::rename(root / "geond.db", root / "moved.db");
  const core::Error moved = database->check_in_place().error();
  CHECK(moved.code() == "database_moved");
  CHECK(moved.detail().find("damaged") == std::string::npos);
  CHECK(insert("after").error().code() == "database_moved");
  CHECK(count() == 1);
}

// It was said to be damaged until the next start.
TEST_CASE_FIXTURE(Fixture, "a database that cannot be looked up for a moment takes writes again") {
  const std::filesystem::path aside = directory.path() / "aside";
  std::filesystem::rename(root, aside);
  std::filesystem::create_symlink(root, root);
  const core::Error refused = insert("meanwhile").error();
  CHECK(refused.code() == "database_unreachable");
  CHECK(refused.detail().find("backup") == std::string::npos);
  CHECK_FALSE(database->refusal());
  std::filesystem::remove(root);
  std::filesystem::rename(aside, root);
  CHECK(insert("after"));
}

// For a minute, until somebody looked, uploads were answered and lost.
TEST_CASE_FIXTURE(Fixture, "the first write after a restore over the database is refused") {
  REQUIRE(insert("before"));
  std::filesystem::rename(root / "geond.db", root / "moved.db");
  std::filesystem::copy_file(root / "moved.db", root / "geond.db");
  CHECK(insert("after").error().code() == "database_moved");
}

TEST_CASE("a file that nobody can write to is read without a lock or a log beside it") {
  support::TemporaryDirectory directory;
  const std::filesystem::path folder = directory.path() / "a #1? %41";
  std::filesystem::create_directory(folder);
  const std::string file = (folder / "geond.db").string();
  REQUIRE(migrate(file, kTestMigrations, {}));
  {
    Connection connection(file, Connection::Mode::immutable);
    Statement version = connection.prepare("PRAGMA user_version");
    REQUIRE(version.step());
    CHECK(version.integer(0) == 1);
    CHECK_FALSE(std::filesystem::exists(file + "-shm"));
  }
}

// It was a fault of geond's own, which is neither tried again nor answered with a Retry-After.
TEST_CASE_FIXTURE(Fixture, "a database that another program holds is a passing trouble") {
  {
    Connection other((root / "geond.db").string(), Connection::Mode::read_write);
    other.execute("BEGIN IMMEDIATE");
    const auto refused = insert("a");
    REQUIRE(refused.has_error());
    CHECK(refused.error().kind() == core::ErrorKind::unavailable);
    CHECK(refused.error().code() == "database_busy");
  }
  CHECK(insert("a"));
  CHECK(faults == 0);
}

// Two writes in a row, five seconds each, outlasted the stop, which then was cut short.
TEST_CASE_FIXTURE(Fixture,
                  "a stop bounds what writes wait for another program, also one that waits") {
  using std::chrono::steady_clock;
  Connection other((root / "geond.db").string(), Connection::Mode::read_write);
  other.execute("BEGIN IMMEDIATE");
  const auto begun = steady_clock::now();
  std::jthread stop([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    database->wait_for_locks_until(steady_clock::now() + std::chrono::milliseconds(100));
  });
  CHECK(insert("a").error().code() == "database_busy");
  CHECK(insert("b").error().code() == "database_busy");
  CHECK(steady_clock::now() - begun < std::chrono::seconds(3));
  stop.join();
  other.execute("ROLLBACK");
  CHECK(insert("c"));
}

TEST_CASE_FIXTURE(Fixture, "what was written is read at once") {
  REQUIRE(insert("a"));
  CHECK(count() == 1);
}

TEST_CASE_FIXTURE(Fixture, "every kind of value survives the way there and back") {
  const core::Timestamp time(std::chrono::microseconds(1'700'000'000'123'456));
  const std::vector<std::byte> bytes = {std::byte{0}, std::byte{255}};
  const auto row = database->read([&](Connection& connection) -> core::Result<void> {
    Statement s = connection.prepare("SELECT ?, ?, ?, ?, ?, ?, ?, typeof(?)");
    s.bind(-7, 0.1, "te'xt", std::span<const std::byte>(bytes), time, std::optional<double>(),
           core::TaskId{9}, std::span<const std::byte>());
    REQUIRE(s.step());
    CHECK(s.integer(0) == -7);
    CHECK(s.real(1) == 0.1);
    CHECK(s.text(2) == "te'xt");
    CHECK(s.blob(3).size() == 2);
    CHECK(s.time(4) == time);
    CHECK_FALSE(s.optional_real(5));
    CHECK(s.id<core::TaskId>(6).value == 9);
    CHECK(s.text(7) == "blob");  // An empty blob is a value, not NULL.
    return core::ok();
  });
  CHECK(row);
}

TEST_CASE_FIXTURE(Fixture, "a failed write undoes itself and none of its neighbours") {
  std::vector<std::jthread> threads;
  std::atomic<int> accepted = 0;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int j = 0; j < 25; ++j) {
        const auto written = database->write([&](WriteContext& context) -> core::Result<void> {
          context.connection()
              .prepare("INSERT INTO items (name) VALUES (?)")
              .bind(std::to_string(i * 100 + j))
              .run();
          if (j % 3 == 0) return core::Error(core::ErrorKind::conflict, "changed_my_mind", "");
          if (j % 3 == 1) {  // SQLite's own refusal: the name is taken.
            context.connection().prepare("INSERT INTO items SELECT * FROM items").run();
          }
          return core::ok();
        });
        if (written) ++accepted;
        if (j % 3 == 0) CHECK(written.error().code() == "changed_my_mind");
        if (j % 3 == 1) CHECK(written.error().code() == "database_error");
      }
    });
  }
  threads.clear();
  CHECK(accepted == 8 * 8);
  CHECK(count() == accepted);
}

TEST_CASE_FIXTURE(Fixture, "an exception in a write is an error of that write") {
  const auto thrown =
      database->write([](WriteContext&) -> core::Result<int> { throw std::runtime_error("oops"); });
  CHECK(thrown.error().code() == "write_failed");
  CHECK(insert("a"));
}

TEST_CASE_FIXTURE(Fixture, "writes that gather share a commit") {
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&, i] {
        for (int j = 0; j < 20; ++j) CHECK(insert(std::to_string(i) + " " + std::to_string(j)));
      });
    }
  }
  const DatabaseStatistics statistics = database->statistics();
  CHECK(statistics.writes == 160);
  CHECK(statistics.commits < statistics.writes);
}

// A page was taken for 4096 bytes, and a file that is gone for 16 EiB.
TEST_CASE_FIXTURE(Fixture, "sizes are of the file's own pages, and 0 where there is no file") {
  const auto file = directory.path() / "other.db";
  {
    Connection connection(file.string(), Connection::Mode::read_write);
    connection.execute("PRAGMA page_size = 8192; VACUUM");
  }
  DatabaseOptions options;
  options.file = file;
  options.migrations = kTestMigrations;
  const auto other = Database::open(options, {}).value();
  const auto written = other->write([](WriteContext& context) -> core::Result<void> {
    context.connection().prepare("INSERT INTO items (name) VALUES ('one')").run();
    return core::ok();
  });
  REQUIRE(written);
  const DatabaseStatistics statistics = other->statistics();
  CHECK(statistics.file_bytes > 0);
  CHECK(statistics.file_bytes % 8192 == 0);
  CHECK(statistics.log_bytes > 0);
  CHECK(statistics.log_bytes % 8192 == 0);
  std::filesystem::remove(file);
  CHECK(other->statistics().file_bytes == 0);
}

TEST_CASE_FIXTURE(Fixture, "what is to happen after a commit happens only if there is one") {
  int happened = 0;
  const auto write = [&](bool is_good) {
    return database->write([&](WriteContext& context) -> core::Result<void> {
      context.after_commit([&](Connection&) { ++happened; });
      if (!is_good) return core::Error(core::ErrorKind::conflict, "no", "");
      return core::ok();
    });
  };
  CHECK(write(false).has_error());
  CHECK(happened == 0);
  CHECK(write(true));
  CHECK(happened == 1);
}

// Nothing further was done: the line about the fault had found no memory either.
TEST_CASE_FIXTURE(Fixture, "what follows a commit is done after what fails for want of memory" *
                               doctest::skip(!support::kMemoryCanBeScarce)) {
  std::optional<support::ScarceMemory> scarce;
  bool has_happened = false;
  const auto written = database->write([&](WriteContext& context) -> core::Result<void> {
    context.after_commit([&](Connection&) {
      scarce.emplace();
      throw std::bad_alloc();
    });
    context.after_commit([&](Connection&) {
      scarce.reset();
      has_happened = true;
    });
    return core::ok();
  });
  CHECK(written);
  CHECK(has_happened);
}

TEST_CASE_FIXTURE(Fixture, "a read sees one moment, whatever is written meanwhile") {
  REQUIRE(insert("a"));
  const auto read = database->read([&](Connection& connection) -> core::Result<void> {
    const auto look = [&] {
      Statement statement = connection.prepare("SELECT count(*) FROM items");
      statement.step();
      return statement.integer(0);
    };
    CHECK(look() == 1);
    CHECK(insert("b"));
    CHECK(look() == 1);
    return core::ok();
  });
  REQUIRE(read);
  CHECK(count() == 2);
}

TEST_CASE_FIXTURE(Fixture, "a reader cannot write") {
  const auto read = database->read([](Connection& connection) -> core::Result<void> {
    connection.execute("DELETE FROM items");
    return core::ok();
  });
  CHECK(read.error().code() == "database_error");
}

TEST_CASE_FIXTURE(Fixture, "a failed fsync fails the commit, and nothing is written after it") {
  const auto written = database->write([&](WriteContext& context) -> core::Result<void> {
    context.connection().prepare("INSERT INTO items (name) VALUES ('a')").run();
    context.sync_directory(root / "does-not-exist");
    return core::ok();
  });
  CHECK(written.error().code() == "storage_failed");
  CHECK(faults == 1);
  CHECK(insert("b").error().code() == "storage_failed");
  CHECK(faults == 1);
  CHECK(count() == 0);
  database.reset();
  database = open_database();
  CHECK(count() == 0);
}

// It ended the process.
TEST_CASE_FIXTURE(Fixture,
                  "a fault in the middle of a failure refuses the write, and no thread dies") {
  database.reset();
  DatabaseOptions options;
  options.file = root / "geond.db";
  options.migrations = kTestMigrations;
  database =
      Database::open(options, {}, [](const core::Error&) { throw std::bad_alloc(); }).value();
  const auto written = database->write([&](WriteContext& context) -> core::Result<void> {
    context.connection().prepare("INSERT INTO items (name) VALUES ('a')").run();
    context.sync_directory(root / "does-not-exist");
    return core::ok();
  });
  CHECK(written.error().code() == "storage_failed");
  CHECK(insert("b").error().code() == "storage_failed");
  CHECK(count() == 0);
}

TEST_CASE_FIXTURE(
    Fixture, "a folder that cannot be opened for want of descriptors is no fault of the disk") {
  REQUIRE(insert("a"));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none{0, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
  const auto refused = database->write([&](WriteContext& context) -> core::Result<void> {
    context.connection().prepare("INSERT INTO items (name) VALUES ('b')").run();
    context.sync_directory(root);
    return core::ok();
  });
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(refused.error().code() == "too_many_files");
  CHECK(faults == 0);
  CHECK(!database->refusal());
  CHECK(insert("c"));
  CHECK(count() == 2);
}

TEST_CASE_FIXTURE(Fixture, "the log is written back before it grows without end") {
  for (int i = 0; i < 60; ++i) REQUIRE(insert(std::to_string(i), 200'000));
  CHECK(database->statistics().checkpoints >= 1);
  CHECK(std::filesystem::file_size(root / "geond.db-wal") < 16'000'000);
}

TEST_CASE_FIXTURE(Fixture, "a damaged file is said to be so, refuses writes and is kept") {
  for (int i = 0; i < 50; ++i) REQUIRE(insert(std::to_string(i), 5'000));
  CHECK(database->quick_check());
  blobs.reset();
  database.reset();
  {
    std::fstream file(root / "geond.db", std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(4096 * 4);
    for (int i = 0; i < 4096 * 20; ++i) file.put('\x5a');
  }
  const auto size = std::filesystem::file_size(root / "geond.db");
  database = open_database();
  CHECK(database->quick_check().error().code() == "database_corrupt");
  CHECK(insert("x").error().code() == "database_corrupt");
  REQUIRE(database->refusal());
  CHECK(database->refusal()->code() == "database_corrupt");
  CHECK(faults == 0);
  CHECK(std::filesystem::file_size(root / "geond.db") == size);
}

TEST_CASE_FIXTURE(Fixture, "killed while it writes: what was acknowledged is there, and whole") {
  database.reset();
  for (int cycle = 0; cycle < 8; ++cycle) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      const auto mine = open_database();
      database.reset();
      for (char i = 0;; ++i) {
        const std::string name = std::to_string(cycle) + "-" + std::to_string(::rand());
        const auto done = mine->write([&](WriteContext& context) -> core::Result<void> {
          context.connection()
              .prepare("INSERT OR IGNORE INTO items VALUES (?, randomblob(30000))")
              .bind(name)
              .run();
          return core::ok();
        });
        if (done && ::write(ends[1], (name + "\n").data(), name.size() + 1) < 0) ::_exit(1);
      }
    }
    ::close(ends[1]);
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + 17 * cycle));
    ::kill(child, SIGKILL);
    std::string told;
    char buffer[4096];
    for (ssize_t got; (got = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
      told.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    const auto reopened = open_database();
    CHECK(reopened->quick_check());
    for (std::size_t at = 0, end; (end = told.find('\n', at)) != std::string::npos; at = end + 1) {
      const std::string name = told.substr(at, end - at);
      const auto found = reopened->read([&](Connection& connection) -> core::Result<bool> {
        Statement row = connection.prepare("SELECT 1 FROM items WHERE name = ?");
        return row.bind(name).step();
      });
      CHECK(found.value());
    }
  }
}

}  // namespace geond::storage
