// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <ctime>

namespace geond::imaging {

/// How much CPU time the calling thread may still spend. Unlike a clock on the wall it does not
/// run out because the machine is busy with something else.
class CpuBudget {
 public:
  explicit CpuBudget(std::chrono::nanoseconds budget) : end_(used() + budget) {}

  bool is_spent() const { return used() >= end_; }

 private:
  static std::chrono::nanoseconds used() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

  std::chrono::nanoseconds end_;
};

}  // namespace geond::imaging
