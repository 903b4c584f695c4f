// SPDX-License-Identifier: MIT
#include "password_hasher.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>
#include <vector>

using geond::auth::PasswordHasher;

namespace {

constexpr PasswordHasher::Cost kCheap{8192, 1};

}  // namespace

TEST_CASE("a password is recognised by its hash and no other is") {
  PasswordHasher hasher(kCheap, 1, 0);
  const auto hash = hasher.hash("correct horse");
  REQUIRE(hash.has_value());
  CHECK(hash->starts_with("$argon2id$v=19$"));
  CHECK(*hasher.verify("correct horse", *hash));
  CHECK_FALSE(*hasher.verify("correct horsf", *hash));
  CHECK(*hasher.hash("correct horse") != *hash);
}

TEST_CASE("a hash of another cost is told from one of today's") {
  PasswordHasher hasher(kCheap, 1, 0);
  PasswordHasher dearer({kCheap.memory * 2, kCheap.passes}, 1, 0);
  const auto hash = hasher.hash("correct horse");
  REQUIRE(hash.has_value());
  CHECK_FALSE(hasher.needs_rehash(*hash));
  CHECK(dearer.needs_rehash(*hash));
}

TEST_CASE("nobody's password is never right") {
  PasswordHasher hasher(kCheap, 1, 0);
  CHECK_FALSE(*hasher.verify("nobody's password", ""));
  CHECK_FALSE(*hasher.verify("", ""));
}

TEST_CASE("only so many hashes run at once, and a bounded number waits") {
  PasswordHasher hasher({4U << 20, 3}, 2, 2);
  std::atomic<int> refused = 0;
  std::atomic<int> hashed = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 12; ++thread) {
      threads.emplace_back([&] {
        const auto hash = hasher.hash("correct horse");
        if (hash) ++hashed;
        if (!hash && hash.error().code() == "sign_in_busy") ++refused;
      });
    }
  }
  CHECK(hashed + refused == 12);
  CHECK(hashed >= 2);
  CHECK(hasher.hash("afterwards all places are free again").has_value());
}
