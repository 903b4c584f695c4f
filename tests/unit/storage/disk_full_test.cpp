// SPDX-License-Identifier: MIT
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "fixture.hpp"

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
    if (f.blobs->exists(blob.info().sha256)) return 2;
    if (f.faults != 0) return 3;
    return 0;
  });
  CHECK(status == 0);
}

}  // namespace geond::storage
