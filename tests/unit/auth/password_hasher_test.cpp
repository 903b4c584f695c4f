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
  PasswordHasher hasher(kCheap, 1);
  const auto hash = hasher.hash("correct horse");
  CHECK(hash.starts_with("$argon2id$v=19$"));
  CHECK(hasher.verify("correct horse", hash).value());
  CHECK_FALSE(hasher.verify("correct horsf", hash).value());
  CHECK(hasher.hash("correct horse") != hash);
}

TEST_CASE("a hash of another cost is told from one of today's") {
  PasswordHasher hasher(kCheap, 1);
  PasswordHasher dearer({kCheap.memory * 2, kCheap.passes}, 1);
  const auto hash = hasher.hash("correct horse");
  CHECK_FALSE(hasher.needs_rehash(hash));
  CHECK(dearer.needs_rehash(hash));
}

TEST_CASE("nobody's password is never right") {
  PasswordHasher hasher(kCheap, 1);
  CHECK_FALSE(hasher.verify("nobody's password", "").value());
  CHECK_FALSE(hasher.verify("", "").value());
}

TEST_CASE("only so many hashes run at once, and the others wait their turn") {
  PasswordHasher hasher({4U << 20, 3}, 2);
  std::atomic<int> hashed = 0;
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 12; ++thread) {
      threads.emplace_back([&] {
        if (hasher.verify("correct horse", hasher.hash("correct horse")).value()) ++hashed;
      });
    }
  }
  CHECK(hashed == 12);
}

TEST_CASE("a password that there is no memory to look at is not called wrong") {
  PasswordHasher hasher(kCheap, 1);
  // Four tebibytes.
  const auto answer = hasher.verify("correct horse",
                                    "$argon2id$v=19$m=4294967295,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
                                    "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI");
  REQUIRE(answer.has_error());
  CHECK(answer.error().code() == "out_of_memory");
}
