// SPDX-License-Identifier: MIT
#pragma once

namespace geond::cli {

/// Exit statuses that scripts may rely on.
enum ExitStatus : int {
  exit_success = 0,
  exit_failure = 1,  ///< Some of the work failed; stderr says which.
  exit_usage = 2,    ///< The command line, the configuration or a model is not usable.
};

/// Runs `geond ...` and returns its exit status. Prints results to stdout and one clear line for
/// each problem to stderr. Never throws.
int run(int argc, const char* const* argv);

}  // namespace geond::cli
