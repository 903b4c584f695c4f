// SPDX-License-Identifier: MIT
#include "idempotency.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace geond::api {
namespace {

constexpr std::size_t kMaxKey = 200;

}  // namespace

void Fingerprint::begin_with(core::Sha256 hash) {
  hash_ = std::move(hash);
  is_empty_ = false;
}

void Fingerprint::add(std::span<const std::byte> bytes) {
  is_empty_ = false;
  hash_.update(bytes);
}

void Fingerprint::add_field(std::string_view text) {
  const std::string length = std::to_string(text.size()) + ":";
  add(std::as_bytes(std::span(length)));
  add(std::as_bytes(std::span(text)));
}

core::Sha256Digest Fingerprint::finish() {
  return hash_.finish();
}

core::Result<std::optional<std::string>> read_idempotency_key(const http::Request& request) {
  const auto values = request.headers.all("Idempotency-Key");
  if (values.empty()) return std::optional<std::string>();
  const std::string_view key = values.front();
  const bool is_printable = std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; });
  if (values.size() == 1 && !key.empty() && key.size() <= kMaxKey && is_printable) {
    return std::optional<std::string>(key);
  }
  return core::Error(core::ErrorKind::invalid_argument, "invalid_idempotency_key",
                     "Idempotency-Key must be one value of 1 to 200 printable ASCII characters "
                     "without spaces.")
      .with_field("Idempotency-Key", "must be 1 to 200 printable ASCII characters without spaces");
}

}  // namespace geond::api
