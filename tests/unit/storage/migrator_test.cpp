// SPDX-License-Identifier: MIT
#include "geond/storage/migrator.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <thread>

#include "fixture.hpp"

namespace geond::storage {
namespace {

constexpr Migration kFirst = {1, "first",
                              "CREATE TABLE a (x INTEGER) STRICT; INSERT INTO a VALUES (1);"};
constexpr Migration kSecond = {2, "second",
                               "ALTER TABLE a ADD COLUMN y INTEGER; UPDATE a SET y = x + 1;"};
constexpr Migration kThird = {3, "third", "CREATE TABLE b AS SELECT x + y AS z FROM a;"};
constexpr Migration kBroken = {2, "broken", "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1);"};
/// Takes seconds, and writes all the while.
constexpr Migration kSlow = {
    2, "slow",
    "CREATE TABLE big (x); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL "
    "SELECT i + 1 FROM n WHERE i < 3000000) INSERT INTO big SELECT i FROM n;"};

std::string dump(const std::filesystem::path& file, const std::string& sql) {
  Connection connection(file.string(), Connection::Mode::read_only);
  std::string text;
  Statement statement = connection.prepare(sql);
  while (statement.step()) text += statement.text(0) + ";";
  return text;
}

struct Folder {
  support::TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "geond.db";
};

}  // namespace

TEST_CASE_FIXTURE(Folder, "a new file gets every migration and no copy") {
  const Migration all[] = {kFirst, kSecond, kThird};
  const MigrationReport report = migrate(file, all, {}).value();
  CHECK(report.from == 0);
  CHECK(report.to == 3);
  CHECK(report.copy.empty());
  CHECK(dump(file, "SELECT z FROM b") == "3;");
  CHECK(migrate(file, all, {}).value().from == 3);
}

TEST_CASE_FIXTURE(Folder, "an older file is copied first and keeps its rows") {
  const Migration old[] = {kFirst};
  REQUIRE(migrate(file, old, {}));
  const Migration all[] = {kFirst, kSecond, kThird};
  const MigrationReport report = migrate(file, all, {}).value();
  CHECK(report.from == 1);
  CHECK(report.copy == directory.path() / "geond.db.v1");
  CHECK(dump(report.copy, "PRAGMA user_version") == "1;");
  CHECK(dump(report.copy, "SELECT x FROM a") == "1;");
  CHECK(dump(file, "SELECT y FROM a") == "2;");
}

TEST_CASE_FIXTURE(Folder, "a newer schema is refused and left as it is") {
  const Migration all[] = {kFirst, kSecond};
  REQUIRE(migrate(file, all, {}));
  const Migration old[] = {kFirst};
  const auto refused = migrate(file, old, {});
  CHECK(refused.error().kind() == core::ErrorKind::conflict);
  CHECK(refused.error().code() == "schema_too_new");
  CHECK(dump(file, "PRAGMA user_version") == "2;");
}

// Readers would have waited for every write, and nobody would have been told why.
TEST_CASE("a place that cannot have a write-ahead log is refused") {
  const auto refused = migrate(":memory:", std::span(&kFirst, 1), {});
  REQUIRE(refused.has_error());
  CHECK(refused.error().code() == "write_ahead_log_unusable");
  CHECK(refused.error().detail().find("--data") != std::string::npos);
}

TEST_CASE_FIXTURE(Folder, "a migration that fails is undone whole, with its version") {
  const Migration old[] = {kFirst};
  REQUIRE(migrate(file, old, {}));
  const Migration broken[] = {kFirst, kBroken};
  CHECK(migrate(file, broken, {}).error().code() == "migration_failed");
  CHECK(dump(file, "PRAGMA user_version") == "1;");
  CHECK(dump(file, "SELECT name FROM sqlite_master WHERE name = 'c'").empty());
  const Migration mended[] = {kFirst, kSecond};
  CHECK(migrate(file, mended, {}).value().to == 2);
}

TEST_CASE_FIXTURE(Folder, "somebody else's file is refused and not touched") {
  {
    Connection other(file.string(), Connection::Mode::read_write);
    other.execute("CREATE TABLE theirs (x)");
  }
  const Migration all[] = {kFirst};
  CHECK(migrate(file, all, {}).error().code() == "not_a_geond_database");
  CHECK(dump(file, "PRAGMA journal_mode") == "delete;");
  std::ofstream(file) << "This is a text of some length and no database at all. "
                      << std::string(4096, 'x');
  CHECK(migrate(file, all, {}).has_error());
}

TEST_CASE_FIXTURE(Folder, "killed inside a migration, the next start is right") {
  const Migration old[] = {kFirst};
  REQUIRE(migrate(file, old, {}));
  const Migration slow[] = {kFirst, kSlow};
  for (int cycle = 0; cycle < 5; ++cycle) {
    const pid_t child = ::fork();
    if (child == 0) {
      static_cast<void>(migrate(file, slow, {}));
      ::_exit(0);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5 + 40 * cycle));
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    const std::string version = dump(file, "PRAGMA user_version");
    CHECK((version == "1;" || version == "2;"));
    CHECK(dump(file, "PRAGMA integrity_check") == "ok;");
  }
  const Migration all[] = {kFirst, kSecond, kThird};
  if (dump(file, "PRAGMA user_version") == "1;") {
    CHECK(migrate(file, all, {}).value().to == 3);
    CHECK(dump(directory.path() / "geond.db.v1", "PRAGMA integrity_check") == "ok;");
  }
}

// A start could not be stopped for as long as the copy and the migrations took.
TEST_CASE_FIXTURE(Folder, "an upgrade that is ended leaves the file as it was, and no half copy") {
  const Migration old[] = {kFirst};
  REQUIRE(migrate(file, old, {}));
  {
    Connection connection(file.string(), Connection::Mode::read_write);
    connection.execute(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
        "INSERT INTO a SELECT i FROM n");
  }
  const Migration slow[] = {kFirst, kSlow};
  const std::filesystem::path copy = directory.path() / "geond.db.v1";
  const auto in_copy = migrate(file, slow, {}, [] { return false; });
  REQUIRE(in_copy.has_error());
  CHECK(in_copy.error().code() == "stopping");
  CHECK_FALSE(std::filesystem::exists(copy));
  const auto in_migration = migrate(file, slow, {}, [&] { return !std::filesystem::exists(copy); });
  REQUIRE(in_migration.has_error());
  CHECK(in_migration.error().code() == "stopping");
  CHECK(dump(file, "PRAGMA user_version") == "1;");
  for (const char* name : {"geond.db.v1.partial", "geond.db.v1.partial-journal"}) {
    CHECK_FALSE(std::filesystem::exists(directory.path() / name));
  }
}

// `geond backup` before an upgrade upgraded what it was to keep.
TEST_CASE_FIXTURE(Folder, "a database is read at the schema it has where nobody asks for more") {
  const Migration all[] = {kFirst, kSecond, kThird};
  REQUIRE(migrate(file, std::span(all).first(1), {}));
  CHECK(migrations_in(file, all).value().size() == 1);
  DatabaseOptions options;
  options.file = file;
  options.migrations = all;
  options.upgrade = DatabaseOptions::Upgrade::left;
  REQUIRE(Database::open(options, {}));
  CHECK(dump(file, "PRAGMA user_version") == "1;");
  CHECK_FALSE(std::filesystem::exists(directory.path() / "geond.db.v1"));
  options.upgrade = DatabaseOptions::Upgrade::refused;
  const auto refused = Database::open(options, {});
  REQUIRE(refused.has_error());
  CHECK(refused.error().code() == "schema_too_old");
  CHECK(dump(file, "PRAGMA user_version") == "1;");
  options.upgrade = DatabaseOptions::Upgrade::done;
  REQUIRE(Database::open(options, {}));
  CHECK(dump(file, "PRAGMA user_version") == "3;");
}

TEST_CASE_FIXTURE(Folder, "a damaged database, or one that another program holds, is named") {
  const Migration all[] = {kFirst};
  REQUIRE(migrate(file, all, {}));
  {
    Connection other(file.string(), Connection::Mode::read_write);
    other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; UPDATE a SET x = 2");
    const auto held = migrate(file, all, {});
    REQUIRE(held.has_error());
    CHECK(held.error().code() == "database_busy");
    CHECK(held.error().detail().find(file.string()) != std::string::npos);
    other.execute("ROLLBACK");
  }
  std::filesystem::resize_file(file, 100);
  const auto damaged = migrate(file, all, {});
  REQUIRE(damaged.has_error());
  CHECK(damaged.error().code() == "database_corrupt");
  CHECK(damaged.error().detail().find("geond backup") != std::string::npos);
}

TEST_CASE_FIXTURE(Folder, "migrations out of order are a fault in geond") {
  const Migration gap[] = {kFirst, kThird};
  CHECK(migrate(file, gap, {}).error().code() == "migration_failed");
}

TEST_CASE_FIXTURE(Folder, "the migrations in the program make a whole schema") {
  CHECK(migrate(file, embedded_migrations(), {}).value().to >= 1);
  CHECK(dump(file, "PRAGMA integrity_check") == "ok;");
  CHECK(dump(file,
             "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%STRICT%' "
             "AND name NOT LIKE 'sqlite_%'")
            .empty());
}

TEST_CASE_FIXTURE(Folder, "a task from before request ids were kept has an empty one") {
  REQUIRE(migrate(file, embedded_migrations().first(1), {}));
  {
    Connection connection(file.string(), Connection::Mode::read_write);
    connection.execute(
        "INSERT INTO users (id, name, password_hash, is_admin, created_at, password_changed_at) "
        "VALUES (1, 'anna', '', 0, 5, 5);"
        "INSERT INTO tasks (id, owner_id, status, created_at, queued_at, threshold, detector_id, "
        "detector_name, detector_version, detector_sha256, classifier_id, classifier_name, "
        "classifier_version, classifier_sha256) "
        "VALUES (7, 1, 1, 5, 5, 0.35, 1, 'd', '1', '', 1, 'c', '1', '');");
  }
  CHECK(migrate(file, embedded_migrations().first(2), {}).value().from == 1);
  CHECK(dump(file, "SELECT id || '|' || request_id || '|' || detector_name FROM tasks") == "7||d;");
}

TEST_CASE_FIXTURE(Folder,
                  "what was done without a scene before there was an index for it is in it") {
  REQUIRE(migrate(file, embedded_migrations().first(2), {}));
  {
    Connection connection(file.string(), Connection::Mode::read_write);
    connection.execute(
        "INSERT INTO users (id, name, password_hash, is_admin, created_at, password_changed_at) "
        "VALUES (1, 'anna', '', 0, 5, 5)");
    for (const char* status_and_scene : {"1, NULL", "3, NULL", "3, 'office'"}) {
      connection.execute(
          std::string(
              "INSERT INTO tasks (owner_id, status, scene, created_at, queued_at, threshold, "
              "detector_id, detector_name, detector_version, detector_sha256, classifier_id, "
              "classifier_name, classifier_version, classifier_sha256) VALUES (1, ") +
          status_and_scene + ", 5, 5, 0.35, 1, 'd', '1', '', 1, 'c', '1', '')");
    }
  }
  CHECK(migrate(file, embedded_migrations().first(3), {}).value().from == 2);
  CHECK(dump(file,
             "SELECT id FROM tasks INDEXED BY tasks_without_scene WHERE owner_id = 1 AND "
             "status = 3 AND scene IS NULL") == "2;");
  CHECK(dump(file, "PRAGMA integrity_check") == "ok;");
}

}  // namespace geond::storage
