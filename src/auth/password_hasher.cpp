// SPDX-License-Identifier: MIT
#include "password_hasher.hpp"

#include <sodium.h>

#include <array>
#include <new>
#include <stdexcept>

namespace geond::auth {

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

bool PasswordHasher::verify(std::string_view password, std::string_view encoded) {
  const Slot slot(*this);
  const std::string against(encoded.empty() ? nobody_ : encoded);
  const bool same =
      crypto_pwhash_str_verify(against.c_str(), password.data(), password.size()) == 0;
  return same && !encoded.empty();
}

bool PasswordHasher::needs_rehash(std::string_view encoded) const {
  return crypto_pwhash_str_needs_rehash(std::string(encoded).c_str(), cost_.passes, cost_.memory) !=
         0;
}

}  // namespace geond::auth
