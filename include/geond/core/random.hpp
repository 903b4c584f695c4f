// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace geond::core {

/// Where unpredictable bytes come from. Passed in, so that tests can repeat them. Thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;

  /// Fills `bytes` with bytes fit for secrets.
  virtual void fill(std::span<std::byte> bytes) = 0;
};

/// The kernel's generator (getrandom). Throws std::system_error if the kernel refuses.
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::byte> bytes) override;
};

/// `byte_count` random bytes as lower-case hexadecimal.
std::string random_hex(RandomSource& source, std::size_t byte_count);

}  // namespace geond::core
