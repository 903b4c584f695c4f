// SPDX-License-Identifier: MIT
#include "geond/core/standard_streams.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

using namespace geond;

namespace {

/// Whether `check` holds in a process of its own, whose standard streams it may close.
bool holds_in_child(bool (*check)()) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(check() ? 0 : 1);
  int status = 1;
  ::waitpid(child, &status, 0);
  return status == 0;
}

}  // namespace

TEST_CASE("no file gets the number of a standard stream that was closed") {
  CHECK(holds_in_child([] {
    for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) ::close(descriptor);
    return core::hold_standard_descriptors() && ::open("/dev/null", O_RDONLY) > STDERR_FILENO &&
           ::write(STDOUT_FILENO, "x", 1) == -1 && errno == EBADF;
  }));
}

TEST_CASE("standard streams that are open stay as they are") {
  CHECK(holds_in_child([] {
    int ends[2];
    if (::pipe(ends) != 0 || ::dup2(ends[1], STDOUT_FILENO) < 0) return false;
    ::close(STDERR_FILENO);
    char got = 0;
    return core::hold_standard_descriptors() && ::write(STDOUT_FILENO, "x", 1) == 1 &&
           ::read(ends[0], &got, 1) == 1 && got == 'x';
  }));
}

TEST_CASE("what cannot be written is dropped, and that is told") {
  const int full = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  REQUIRE(full >= 0);
  CHECK_FALSE(core::write_if_possible(full, "text"));
  ::close(full);
  CHECK_FALSE(core::write_if_possible(full, "text"));
  const int nobody = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  REQUIRE(nobody >= 0);
  CHECK(core::write_if_possible(nobody, "text"));
  ::close(nobody);
}
