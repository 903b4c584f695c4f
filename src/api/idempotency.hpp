// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/core/sha256.hpp"
#include "geond/http/request.hpp"

namespace geond::api {

/// SHA-256 over pieces, one after the other.
class Fingerprint {
 public:
  /// Nothing has been added yet.
  bool is_empty() const { return is_empty_; }
  /// As add() of all that `hash` has been given; only while this is empty.
  void begin_with(core::Sha256 hash);
  void add(std::span<const std::byte> bytes);
  /// Adds a text and its length, so that two texts never look like one.
  void add_field(std::string_view text);
  core::Sha256Digest finish();

 private:
  core::Sha256 hash_;
  bool is_empty_ = true;
};

/// The Idempotency-Key header: 1 to 200 printable ASCII characters without
/// spaces; nothing if there is none.
/// Errors: invalid_argument `invalid_idempotency_key`.
core::Result<std::optional<std::string>> read_idempotency_key(const http::Request& request);

}  // namespace geond::api
