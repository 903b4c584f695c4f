// SPDX-License-Identifier: MIT
#pragma once

#include <semaphore.h>

#include <cerrno>
#include <cstddef>

namespace geond::pipeline {

/// A counting semaphore of POSIX. That of GCC 12's library may sleep beside a count above
/// zero: it goes to sleep on a value that it has read before others changed it and back, and who
/// raises a count that is not zero wakes nobody (GCC's PR 104928). Thread-safe.
class Semaphore {
 public:
  Semaphore() { ::sem_init(&semaphore_, 0, 0); }
  ~Semaphore() { ::sem_destroy(&semaphore_); }
  Semaphore(const Semaphore&) = delete;
  Semaphore& operator=(const Semaphore&) = delete;

  /// Adds to the count, which must stay below 2^31, and wakes as many who wait.
  void release(std::ptrdiff_t count = 1) {
    for (; count > 0; --count) ::sem_post(&semaphore_);
  }

  /// Takes one of the count; waits for it.
  void acquire() {
    while (::sem_wait(&semaphore_) != 0 && errno == EINTR) {
    }
  }

  /// Takes one of the count if there is one. Whether there was one.
  bool try_acquire() { return ::sem_trywait(&semaphore_) == 0; }

 private:
  sem_t semaphore_{};
};

}  // namespace geond::pipeline
