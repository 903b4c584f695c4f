// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace geond::core {

/// Owns a POSIX file descriptor; closes it at the end.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int descriptor) : descriptor_(descriptor) {}
  ~FileDescriptor() { reset(); }
  FileDescriptor(FileDescriptor&& other) noexcept : descriptor_(other.release()) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      descriptor_ = other.release();
    }
    return *this;
  }

  /// -1 if there is none.
  int get() const { return descriptor_; }
  bool is_open() const { return descriptor_ >= 0; }
  /// Gives it up without closing it.
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }
  void reset();

 private:
  int descriptor_ = -1;
};

}  // namespace geond::core
