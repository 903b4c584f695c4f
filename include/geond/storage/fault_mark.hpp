// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>

#include "geond/core/file_descriptor.hpp"

namespace geond::storage {

/// A file of one line, by which a run of the process tells the next that a fault of the storage
/// ended it: what it left in progress it could not give back, but did not die under.
///
/// The line is as long as the one that it takes the place of, in a file that is open since the
/// start. So it needs neither a name nor room from a disk that fails, and the next start reads it
/// even if it never got there from the system's memory. Where all of that is refused, too, the run
/// passes for one that died. Thread-safe.
class FaultMark {
 public:
  /// Reads what the run before left, and makes the file if it is not there. Without one (a disk
  /// that refuses it, or a link in its place) set() is false.
  void open(const std::filesystem::path& file);

  /// The run that a fault ended; empty if none did. As of open().
  const std::string& ended_run() const { return ended_run_; }

  /// From now on set() is about `run` (letters and digits). To be called once what ended_run() left
  /// is taken care of, since it is forgotten then.
  void arm(std::string_view run);

  /// A fault ends this run; before arm(), once that is called. False if that could not be written.
  bool set() noexcept;

 private:
  bool write(std::string_view line) const;

  std::mutex mutex_;
  core::FileDescriptor file_;  // guarded by mutex_
  std::string ended_run_;      // written by open() only
  std::string ended_line_;     // guarded by mutex_; empty before arm()
  bool is_set_early_ = false;  // guarded by mutex_
};

}  // namespace geond::storage
