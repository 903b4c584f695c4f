// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string>

#include "geond/http/body_reader.hpp"

namespace geond::http::testing {

/// A body that lies in memory and comes in pieces of a chosen size.
class MemoryBody final : public BodyReader {
 public:
  explicit MemoryBody(std::string text, std::size_t piece = 64 * 1024)
      : text_(std::move(text)), piece_(piece) {}

  Task<core::Result<std::span<const std::byte>>> read() override {
    const std::size_t size = std::min(piece_, text_.size() - at_);
    const auto* data = reinterpret_cast<const std::byte*>(text_.data() + at_);
    at_ += size;
    if (at_ > limit_) {
      co_return core::Error(core::ErrorKind::too_large, "body_too_large", "Too large.");
    }
    co_return std::span<const std::byte>(data, size);
  }
  std::optional<std::uint64_t> content_length() const override { return text_.size(); }
  bool has_body() const override { return !text_.empty(); }
  void set_limit(std::uint64_t bytes) override { limit_ = bytes; }
  std::uint64_t limit() const override { return limit_; }
  void set_time_limit(std::chrono::milliseconds) override {}

 private:
  std::string text_;
  std::size_t piece_;
  std::size_t at_ = 0;
  std::uint64_t limit_ = 1 << 30;
};

}  // namespace geond::http::testing
