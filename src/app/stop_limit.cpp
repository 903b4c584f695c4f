// SPDX-License-Identifier: MIT
#include "stop_limit.hpp"

#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "geond/core/standard_streams.hpp"

namespace geond::app {
namespace {

/// A signal handler: nothing that is not safe in one (signal-safety(7)).
void end_process(int) {
  constexpr std::string_view kWhy =
      "geond: the stop took too long and was cut short; what was accepted is kept\n";
  core::write_if_possible(STDERR_FILENO, kWhy);
  ::_exit(EXIT_FAILURE);
}

}  // namespace

void limit_stop(std::chrono::seconds limit) {
  struct sigaction action{};
  action.sa_handler = &end_process;
  ::sigaction(SIGALRM, &action, nullptr);
  sigset_t alarm_only;
  sigemptyset(&alarm_only);
  sigaddset(&alarm_only, SIGALRM);
  pthread_sigmask(SIG_UNBLOCK, &alarm_only, nullptr);
  ::alarm(static_cast<unsigned>(std::max<std::chrono::seconds::rep>(1, limit.count())));
}

}  // namespace geond::app
