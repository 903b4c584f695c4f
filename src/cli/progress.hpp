// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <mutex>
#include <string_view>

namespace geond::cli {

/// One line of progress on stderr that is written over; nothing where stderr is no terminal.
/// Thread-safe.
class Progress {
 public:
  explicit Progress(std::size_t total);
  ~Progress();

  /// One more is finished; `current` is shown (shortened to fit).
  void advance(std::string_view current);

  /// Prints a whole line on stderr without tearing the progress.
  void message(std::string_view line);

 private:
  void draw(std::string_view current) const;

  const std::size_t total_;
  const bool is_shown_;
  std::mutex mutex_;
  std::size_t finished_ = 0;  // guarded by mutex_
};

}  // namespace geond::cli
