// SPDX-License-Identifier: MIT
#include "password_hasher.hpp"

#include <sodium.h>

#include <array>
#include <charconv>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>

#include "geond/core/out_of_memory.hpp"

namespace geond::auth {
namespace {

constexpr std::size_t kHashBytes = 32;

/// What an encoded hash is made of. libsodium's own comparison says "no" to a password that it had
/// no memory to look at, too, so the hash is run and compared here.
struct Parts {
  std::size_t memory = 0;  ///< Bytes.
  unsigned long long passes = 0;
  std::array<unsigned char, crypto_pwhash_SALTBYTES> salt{};
  std::array<unsigned char, kHashBytes> hash{};
};

/// Takes `text` off the front of `rest`.
bool skip(std::string_view& rest, std::string_view text) {
  if (!rest.starts_with(text)) return false;
  rest.remove_prefix(text.size());
  return true;
}

template <class Number>
bool read_number(std::string_view& rest, Number& number) {
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return error == std::errc();
}

bool read_bytes(std::string_view text, std::span<unsigned char> into) {
  std::size_t size = 0;
  return sodium_base642bin(into.data(), into.size(), text.data(), text.size(), nullptr, &size,
                           nullptr, sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
         size == into.size();
}

/// Nothing if it is no `$argon2id$v=19$m=KIBIBYTES,t=PASSES,p=1$SALT$HASH`.
std::optional<Parts> parts_of(std::string_view rest) {
  Parts parts;
  if (!skip(rest, "$argon2id$v=19$m=") || !read_number(rest, parts.memory) || !skip(rest, ",t=") ||
      !read_number(rest, parts.passes) || !skip(rest, ",p=1$")) {
    return std::nullopt;
  }
  parts.memory *= 1024;
  const std::size_t end = rest.find('$');
  if (end == std::string_view::npos || !read_bytes(rest.substr(0, end), parts.salt) ||
      !read_bytes(rest.substr(end + 1), parts.hash)) {
    return std::nullopt;
  }
  return parts;
}

}  // namespace

/// One of the places in which a hash may run; given back when destroyed.
class PasswordHasher::Slot {
 public:
  explicit Slot(PasswordHasher& hasher) : hasher_(hasher) {
    std::unique_lock lock(hasher_.mutex_);
    hasher_.free_.wait(lock, [&] { return hasher_.running_ < hasher_.slots_; });
    ++hasher_.running_;
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    {
      const std::lock_guard lock(hasher_.mutex_);
      --hasher_.running_;
    }
    hasher_.free_.notify_one();
  }

 private:
  PasswordHasher& hasher_;
};

PasswordHasher::PasswordHasher(Cost cost, int slots)
    : cost_(cost), slots_(slots), nobody_(run_hash("nobody's password")) {}

std::string PasswordHasher::run_hash(std::string_view password) const {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  std::array<char, crypto_pwhash_STRBYTES> encoded{};
  if (crypto_pwhash_str_alg(encoded.data(), password.data(), password.size(), cost_.passes,
                            cost_.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  return encoded.data();
}

std::string PasswordHasher::hash(std::string_view password) {
  const Slot slot(*this);
  return run_hash(password);
}

core::Result<bool> PasswordHasher::verify(std::string_view password, std::string_view encoded) {
  const Slot slot(*this);
  const std::string against(encoded.empty() ? nobody_ : encoded);
  const auto parts = parts_of(against);
  if (!parts) {
    return crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  }
  std::array<unsigned char, kHashBytes> found{};
  if (crypto_pwhash(found.data(), found.size(), password.data(), password.size(),
                    parts->salt.data(), parts->passes, parts->memory,
                    crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return core::out_of_memory();
  }
  const bool same = sodium_memcmp(found.data(), parts->hash.data(), found.size()) == 0;
  return same && !encoded.empty();
}

bool PasswordHasher::needs_rehash(std::string_view encoded) const {
  return crypto_pwhash_str_needs_rehash(std::string(encoded).c_str(), cost_.passes, cost_.memory) !=
         0;
}

}  // namespace geond::auth
