// SPDX-License-Identifier: MIT
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>
#include <set>
#include <thread>

#include "fixture.hpp"
#include "geond/storage/backup.hpp"

namespace geond::tasks {
namespace {

/// What a child process does until it is killed: creates tasks and works on them, and says through
/// the pipe which it was told are accepted (`+`), and which are done (`!`).
[[noreturn]] void work_until_killed(const std::filesystem::path& root, core::UserId owner,
                                    const std::string& boot, int pipe) {
  const core::SystemClock clock;
  Station station(root, clock);
  station.tasks->recover(boot, kLoaded).value();
  const auto say = [&](char what, core::TaskId id) {
    const std::string line = what + std::to_string(id.value) + "\n";
    if (::write(pipe, line.data(), line.size()) < 0) ::_exit(1);
  };
  const auto work = [&] {
    while (true) {
      const ClaimAnswer answer = station.tasks->claim_next(boot, std::chrono::seconds(0)).value();
      if (!answer.claim) continue;
      if (station.tasks->finish(*answer.claim, some_outcome(), {})) say('!', answer.claim->id());
    }
  };
  const std::jthread worker(work);
  const std::jthread other([&] {
    for (int i = 0;; ++i) {
      const std::string content = boot + " other " + std::to_string(i % 7);
      const Task task = station.create(owner, content);
      say('+', task.id);
    }
  });
  for (int i = 0;; ++i) {
    const Task task = station.create(owner, boot + " " + std::to_string(i));
    say('+', task.id);
    if (i % 4 == 3) {
      // Said before, since the answer may be lost with the process.
      say('-', task.id);
      static_cast<void>(station.tasks->remove(owner, task.id));
    }
  }
}

std::string read_all(int descriptor) {
  std::string text;
  char buffer[4096];
  while (true) {
    const ssize_t got = ::read(descriptor, buffer, sizeof buffer);
    if (got <= 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
  }
}

struct Told {
  std::set<std::int64_t> accepted;
  std::set<std::int64_t> removed;
  std::map<std::int64_t, int> done;
};

void take_in(const std::string& text, Told& told) {
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find('\n', begin);
    if (end == std::string::npos) return;
    const std::int64_t id = std::stoll(text.substr(begin + 1, end - begin - 1));
    if (text[begin] == '+') told.accepted.insert(id);
    if (text[begin] == '-') told.removed.insert(id);
    if (text[begin] == '!') ++told.done[id];
    begin = end + 1;
  }
}

/// Runs the child for so long and kills it.
std::string run_and_kill(const std::filesystem::path& root, core::UserId owner,
                         const std::string& boot, std::chrono::milliseconds after) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    ::close(ends[0]);
    work_until_killed(root, owner, boot, ends[1]);
  }
  ::close(ends[1]);
  std::jthread killer([&] {
    std::this_thread::sleep_for(after);
    ::kill(child, SIGKILL);
  });
  const std::string text = read_all(ends[0]);
  ::close(ends[0]);
  killer.join();
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
  return text;
}

}  // namespace

TEST_CASE(
    "killed at random moments: no accepted task is lost, none is done twice, nothing breaks") {
  support::TemporaryDirectory directory;
  const std::filesystem::path root = directory.path() / "data";
  const core::SystemClock clock;
  core::UserId owner;
  {
    Station station(root, clock);
    owner = station.add_user("anna");
  }
  Told told;
  for (int cycle = 0; cycle < 12; ++cycle) {
    const std::string boot = "boot-" + std::to_string(cycle);
    take_in(run_and_kill(root, owner, boot, std::chrono::milliseconds(40 + cycle * 17)), told);
  }
  Station station(root, clock);
  REQUIRE(station.tasks->recover("last", kLoaded));
  REQUIRE(station.blobs->sweep(clock.now() + std::chrono::hours(2)));
  CHECK(station.tasks->fail_missing_inputs().value().empty());
  CHECK(storage::verify(root).value().problems.empty());
  CHECK(storage::verify(root).value().orphans == 0);
  for (const std::int64_t id : told.accepted) {
    if (told.removed.contains(id)) continue;
    CAPTURE(id);
    const auto task = station.tasks->get(owner, core::TaskId{id});
    REQUIRE(task);
    if (told.done.contains(id)) {
      CHECK(task->status == TaskStatus::done);
      CHECK(station.tasks->result(owner, core::TaskId{id}).value() == some_outcome());
    }
  }
  for (const auto& [id, times] : told.done) CHECK(times == 1);
  MESSAGE(told.accepted.size() << " tasks accepted, " << told.done.size() << " done");
  CHECK_FALSE(told.accepted.empty());
}

}  // namespace geond::tasks
