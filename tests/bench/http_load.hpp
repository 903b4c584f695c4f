// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace geond::bench {

struct LoadReport {
  double pictures_per_second = 0;  ///< With the load generator's CPU time counted out.
  double generator_seconds = 0;    ///< CPU time of the load generator.
  double wall_seconds = 0;
  double status_p50 = 0;  ///< Milliseconds of GET /api/v1/tasks/{id} while the workers are busy.
  double status_p99 = 0;  ///< Likewise.
};

/// Sends the pictures `rounds` times over `clients` connections, each waiting for its result,
/// while one more connection reads a task's status 50 times a second. `cores` is how many the
/// machine has: the generator takes its time from the same ones. Throws std::runtime_error.
LoadReport run_http_load(const std::string& url, const std::string& key,
                         const std::vector<std::string>& pictures, int rounds, int clients,
                         int cores);

}  // namespace geond::bench
