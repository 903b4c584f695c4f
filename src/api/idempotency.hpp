// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/http/request.hpp"

namespace geond::api {

/// SHA-256 over pieces, one after the other.
class Fingerprint {
 public:
  Fingerprint();
  ~Fingerprint();
  Fingerprint(Fingerprint&&) noexcept;
  Fingerprint& operator=(Fingerprint&&) noexcept;

  void add(std::span<const std::byte> bytes);
  /// Adds a text and its length, so that two texts never look like one.
  void add_field(std::string_view text);
  std::array<std::byte, 32> finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The Idempotency-Key header: 1 to 200 printable ASCII characters without
/// spaces; nothing if there is none.
/// Errors: invalid_argument `invalid_idempotency_key`.
core::Result<std::optional<std::string>> read_idempotency_key(const http::Request& request);

}  // namespace geond::api
