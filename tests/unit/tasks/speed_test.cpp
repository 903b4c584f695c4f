// SPDX-License-Identifier: MIT
#include <sqlite3.h>

#include <atomic>
#include <chrono>

#include "fixture.hpp"
#include "list_query.hpp"

namespace geond::tasks {
namespace {

constexpr int kTasks = 12'000;

/// How many steps SQLite's machine makes for the statements of every connection that is opened
/// while this lives. It grows with the rows that a statement looks at, whatever the machine and
/// however busy that is.
class StepCounter {
 public:
  StepCounter() {
    total = 0;
    REQUIRE(sqlite3_auto_extension(entry_point()) == SQLITE_OK);
  }
  ~StepCounter() { sqlite3_cancel_auto_extension(entry_point()); }
  StepCounter(const StepCounter&) = delete;
  StepCounter& operator=(const StepCounter&) = delete;

  /// The steps of what `body` runs to its end.
  template <class Body>
  static int of(Body&& body) {
    const int before = total;
    body();
    return total - before;
  }

 private:
  static void (*entry_point())() { return reinterpret_cast<void (*)()>(&trace); }

  static int trace(sqlite3* database, char** /*message*/, const sqlite3_api_routines* /*api*/) {
    return sqlite3_trace_v2(database, SQLITE_TRACE_PROFILE, &count, nullptr);
  }

  /// A statement has come to its end, on whatever thread.
  static int count(unsigned /*event*/, void* /*context*/, void* statement, void* /*nanoseconds*/) {
    total +=
        sqlite3_stmt_status(static_cast<sqlite3_stmt*>(statement), SQLITE_STMTSTATUS_VM_STEP, 1);
    return 0;
  }

  inline static std::atomic<int> total = 0;
};

/// A station with 12,000 tasks of anna's, of all statuses, and as many queued of boris's.
struct Full : StepCounter, Fixture {
  Full() {
    REQUIRE(station->database->write([&](storage::WriteContext& context) -> core::Result<void> {
      storage::Connection& connection = context.connection();
      const std::string hash(64, 'a');
      for (int i = 0; i < 2 * kTasks; ++i) {
        const core::UserId owner = i % 2 == 0 ? anna : boris;
        const int status = i % 2 == 0 ? 1 + i / 2 % 5 : 1;
        const core::Timestamp at = clock.now() + std::chrono::seconds(i);
        connection
            .prepare(
                "INSERT INTO tasks (owner_id, status, created_at, queued_at, finished_at, boot_id, "
                "error_code, scene, note, threshold, detector_id, detector_name, detector_version, "
                "detector_sha256, classifier_id, classifier_name, classifier_version, "
                "classifier_sha256, decode_seconds, detect_seconds, classify_seconds) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0.35, 1, 'd', '1', ?, 1, 'c', '1', ?, 1, 1, 1)")
            .bind(owner, status, at, at, at,
                  status == 2 ? std::optional<std::string>("boot") : std::nullopt,
                  status == 4 ? std::optional<std::string>("x") : std::nullopt,
                  status == 3 ? std::optional<std::string>(i % 4 == 0 ? "office" : "warehouse")
                              : std::nullopt,
                  i % 100 == 0 ? "a note" : "", hash, hash)
            .run();
        const std::int64_t id = connection.last_insert_id();
        connection
            .prepare(
                "INSERT INTO task_inputs (task_id, position, sha256, size, content_type, width, "
                "height) VALUES (?, 0, ?, 1, 'image/jpeg', 1, 1)")
            .bind(id, hash)
            .run();
        if (status != 3) continue;
        connection.prepare("INSERT INTO task_classes VALUES (?, ?, ?, ?, ?)")
            .bind(owner, i % 4 == 0 ? "cube" : "cone", at, id, i % 4 == 0 ? "office" : "warehouse")
            .run();
      }
      return core::ok();
    }));
  }
};

/// What a look-up by a key may take: some ten steps for each of a few rows.
constexpr int kLookUp = 1'000;
/// What a page of 50 tasks may take: less than a step for each task that its owner has.
constexpr int kPage = kTasks;
/// What may look at each entry of an index: about ten steps each.
constexpr int kEveryEntry = 16 * 2 * kTasks;

std::vector<TaskFilter> filters(const Fixture& f) {
  const core::Timestamp middle = f.clock.now() + std::chrono::seconds(kTasks);
  return {{},
          {.statuses = {TaskStatus::failed}},
          {.statuses = {TaskStatus::failed, TaskStatus::queued, TaskStatus::cancelled}},
          {.scene = SceneFilter{"office"}},
          {.scene = SceneFilter{}},
          {.class_name = "cone"},
          {.since = middle, .until = middle + std::chrono::hours(1)},
          {.statuses = {TaskStatus::done}, .until = middle},
          {.note_contains = "note"},
          {.scene = SceneFilter{"office"}, .class_name = "cone"},
          {.scene = SceneFilter{}, .class_name = "cone"}};
}

/// What EXPLAIN QUERY PLAN says, line by line.
std::string plan(Station& station, const std::string& sql) {
  return station.database
      ->read([&](storage::Connection& connection) -> core::Result<std::string> {
        std::string text;
        storage::Statement statement = connection.prepare("EXPLAIN QUERY PLAN " + sql);
        while (statement.step()) text += statement.text(3) + "\n";
        return text;
      })
      .value();
}

}  // namespace

TEST_CASE_FIXTURE(Full, "a page of 24,000 tasks takes few steps, whatever it is filtered by") {
  for (const TaskFilter& filter : filters(*this)) {
    CAPTURE(list_sql({anna, std::nullopt, filter, std::nullopt, 51}));
    std::optional<std::string> cursor;
    const int first =
        of([&] { cursor = tasks().list(anna, filter, 50, std::nullopt).value().next_cursor; });
    CHECK(first > 0);
    CHECK(first < kPage);
    if (!cursor) continue;
    const int next = of([&] { CHECK(tasks().list(anna, filter, 50, cursor)); });
    CHECK(next < kPage);
  }
}

TEST_CASE_FIXTURE(Full, "a claim, a position and a read take few steps beside 24,000 tasks") {
  const int claim = of([&] { station->claim(); });
  const int position = of(
      [&] { CHECK(tasks().position(boris, core::TaskId{2 * kTasks}).value()->of_user > 10'000); });
  const int read = of([&] { CHECK(tasks().get(anna, core::TaskId{1})); });
  const int counts = of([&] { CHECK(tasks().counts(anna)); });
  CHECK(claim > 0);
  CHECK(claim < kLookUp);
  CHECK(position < kEveryEntry);
  CHECK(read < kLookUp);
  CHECK(counts < kEveryEntry);
}

TEST_CASE_FIXTURE(Full, "who has nothing queued learns that without a look at everybody's queue") {
  const core::UserId clara = station->add_user("clara");
  CHECK(of([&] { CHECK_FALSE(tasks().positions(boris, 1)->empty()); }) > kLookUp);
  CHECK(of([&] { CHECK(tasks().positions(clara, 1)->empty()); }) < kLookUp);
}

TEST_CASE_FIXTURE(Full, "no list scans the table or sorts") {
  for (const TaskFilter& filter : filters(*this)) {
    for (const ListQuery& query : split(anna, filter, std::nullopt, 50)) {
      const std::string sql = list_sql(query);
      const std::string steps = plan(*station, sql);
      CAPTURE(sql);
      CAPTURE(steps);
      CHECK(steps.find("SCAN") == std::string::npos);
      CHECK(steps.find("TEMP B-TREE") == std::string::npos);
    }
  }
}

TEST_CASE_FIXTURE(Full, "the queue and the references of pictures are looked up by an index") {
  for (const char* sql :
       {"SELECT id FROM tasks INDEXED BY tasks_queued WHERE status = 1 AND crashes = 0 AND "
        "owner_id > 1 ORDER BY owner_id, queued_at, id LIMIT 1",
        "SELECT EXISTS (SELECT 1 FROM blob_references WHERE sha256 = 'x')",
        "DELETE FROM idempotency_keys WHERE expires_at <= 1"}) {
    const std::string steps = plan(*station, sql);
    CAPTURE(sql);
    CAPTURE(steps);
    CHECK(steps.find("USING") != std::string::npos);
    CHECK(steps.find("TEMP B-TREE") == std::string::npos);
    CHECK(steps.find("SCAN tasks\n") == std::string::npos);
    CHECK(steps.find("SCAN task_inputs\n") == std::string::npos);
  }
}

}  // namespace geond::tasks
