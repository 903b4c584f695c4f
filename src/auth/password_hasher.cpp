// SPDX-License-Identifier: MIT
#include "password_hasher.hpp"

#include <sodium.h>

#include <array>
#include <new>
#include <stdexcept>
#include <utility>

namespace geond::auth {

/// One of the places in which a hash may run; given back when destroyed.
class PasswordHasher::Slot {
 public:
  static core::Result<Slot> take(PasswordHasher& hasher) {
    std::unique_lock lock(hasher.mutex_);
    if (hasher.running_ >= hasher.slots_) {
      if (hasher.queued_ >= hasher.waiting_) {
        return core::Error(core::ErrorKind::unavailable, "sign_in_busy",
                           "Many people are signing in at this moment. Try again in a second.");
      }
      ++hasher.queued_;
      hasher.free_.wait(lock, [&] { return hasher.running_ < hasher.slots_; });
      --hasher.queued_;
    }
    ++hasher.running_;
    return Slot(&hasher);
  }

  Slot(Slot&& other) noexcept : hasher_(std::exchange(other.hasher_, nullptr)) {}
  Slot& operator=(Slot&&) = delete;
  ~Slot() {
    if (hasher_ == nullptr) return;
    {
      const std::lock_guard lock(hasher_->mutex_);
      --hasher_->running_;
    }
    hasher_->free_.notify_one();
  }

 private:
  explicit Slot(PasswordHasher* hasher) : hasher_(hasher) {}
  PasswordHasher* hasher_;
};

PasswordHasher::PasswordHasher(Cost cost, int slots, int waiting)
    : cost_(cost), slots_(slots), waiting_(waiting), nobody_(run_hash("nobody's password")) {}

std::string PasswordHasher::run_hash(std::string_view password) const {
  if (sodium_init() < 0) throw std::runtime_error("libsodium cannot be initialised");
  std::array<char, crypto_pwhash_STRBYTES> encoded{};
  if (crypto_pwhash_str_alg(encoded.data(), password.data(), password.size(), cost_.passes,
                            cost_.memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    throw std::bad_alloc();
  }
  return encoded.data();
}

core::Result<std::string> PasswordHasher::hash(std::string_view password) {
  const auto slot = Slot::take(*this);
  if (!slot) return slot.error();
  return run_hash(password);
}

core::Result<bool> PasswordHasher::verify(std::string_view password, std::string_view encoded) {
  const auto slot = Slot::take(*this);
  if (!slot) return slot.error();
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
