// SPDX-License-Identifier: MIT
#include "stop_limit.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace geond;

TEST_CASE("a process that does not end within its limit is ended with status 1") {
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    app::limit_stop(std::chrono::seconds(1));
    for (;;) ::pause();
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 1);
}
