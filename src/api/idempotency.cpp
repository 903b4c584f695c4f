// SPDX-License-Identifier: MIT
#include "idempotency.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <stdexcept>

namespace geond::api {
namespace {

constexpr std::size_t kMaxKey = 200;

}  // namespace

struct Fingerprint::State {
  State() : context(EVP_MD_CTX_new()) {
    if (context == nullptr || EVP_DigestInit_ex(context, EVP_sha256(), nullptr) != 1) {
      throw std::runtime_error("SHA-256 is not to be had");
    }
  }
  ~State() { EVP_MD_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  EVP_MD_CTX* context;
};

Fingerprint::Fingerprint() : state_(std::make_unique<State>()) {}
Fingerprint::~Fingerprint() = default;
Fingerprint::Fingerprint(Fingerprint&&) noexcept = default;
Fingerprint& Fingerprint::operator=(Fingerprint&&) noexcept = default;

void Fingerprint::add(std::span<const std::byte> bytes) {
  EVP_DigestUpdate(state_->context, bytes.data(), bytes.size());
}

void Fingerprint::add_field(std::string_view text) {
  const std::string length = std::to_string(text.size()) + ":";
  add(std::as_bytes(std::span(length)));
  add(std::as_bytes(std::span(text)));
}

std::array<std::byte, 32> Fingerprint::finish() {
  std::array<std::byte, 32> digest{};
  EVP_DigestFinal_ex(state_->context, reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
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
