// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace geond::http {

/// What has been read from a connection and not yet been used. Starts small, because most
/// connections idle, and never grows over kMaxBytes.
class InputBuffer {
 public:
  static constexpr std::size_t kMaxBytes = 64 * 1024;
  static constexpr std::size_t kSmallBytes = 2 * 1024;

  std::string_view data() const { return {bytes_.data() + begin_, end_ - begin_}; }
  bool is_empty() const { return begin_ == end_; }
  bool has_room() const { return end_ - begin_ < kMaxBytes; }

  /// Room behind the data: `wanted` bytes, or what kMaxBytes leaves. Views of data() end here.
  std::span<char> prepare(std::size_t wanted) {
    if (begin_ > 0) {
      std::copy(bytes_.begin() + static_cast<std::ptrdiff_t>(begin_),
                bytes_.begin() + static_cast<std::ptrdiff_t>(end_), bytes_.begin());
      end_ -= begin_;
      begin_ = 0;
    }
    const std::size_t size = std::min(end_ + wanted, kMaxBytes);
    if (bytes_.size() < size) bytes_.resize(size);
    return std::span<char>(bytes_).subspan(end_);
  }
  void commit(std::size_t count) { end_ += count; }
  /// The bytes stay where they are until the next prepare().
  void consume(std::size_t count) { begin_ += count; }

  /// Gives memory back; only while there is no data.
  void release() {
    begin_ = end_ = 0;
    if (bytes_.size() > kSmallBytes) std::vector<char>().swap(bytes_);
  }

 private:
  std::vector<char> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace geond::http
