// SPDX-License-Identifier: MIT
#include "rate_limiter.hpp"

#include <doctest/doctest.h>

#include <string>

#include "support/manual_clock.hpp"

using geond::auth::address_bucket;
using geond::auth::AddressLimiter;
using geond::auth::RateLimiter;
using std::chrono::seconds;

TEST_CASE("a bucket gives its burst, then what it regains") {
  geond::support::ManualClock clock;
  RateLimiter limiter(clock, 3, 0.5);
  for (int attempt = 0; attempt < 3; ++attempt) CHECK(limiter.take("a"));
  CHECK_FALSE(limiter.take("a"));
  CHECK(limiter.take("b"));
  CHECK(limiter.retry_after("a") == seconds(2));
  clock.advance(seconds(2));
  CHECK(limiter.take("a"));
  CHECK_FALSE(limiter.take("a"));
  clock.advance(seconds(3600));
  for (int attempt = 0; attempt < 3; ++attempt) CHECK(limiter.take("a"));
  CHECK_FALSE(limiter.take("a"));
}

TEST_CASE("a good attempt costs nothing") {
  geond::support::ManualClock clock;
  RateLimiter limiter(clock, 2, 0.01);
  for (int attempt = 0; attempt < 50; ++attempt) {
    REQUIRE(limiter.take("a"));
    limiter.give_back("a");
  }
}

TEST_CASE("a flood of names takes bounded memory and shares one bucket") {
  geond::support::ManualClock clock;
  RateLimiter limiter(clock, 2, 1, 100);
  int given = 0;
  for (int name = 0; name < 10'000; ++name) given += limiter.take(std::to_string(name)) ? 1 : 0;
  CHECK(given == 102);
  clock.advance(seconds(10));
  CHECK(limiter.take("newcomer"));
}

TEST_CASE("addresses are counted by what one customer holds") {
  struct Row {
    const char* address;
    const char* bucket;
  };
  for (const Row& row : {Row{"192.0.2.1", "192.0.2.1"}, Row{"::ffff:192.0.2.1", "192.0.2.1"},
                         Row{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
                         Row{"fe80::1%eth0", "fe80::/64"}, Row{"unix", "unix"}}) {
    CAPTURE(row.address);
    CHECK(address_bucket(row.address) == row.bucket);
  }
}

TEST_CASE("an IPv6 /48 has ten addresses' attempts, and takes no room for more") {
  using Lack = AddressLimiter::Lack;
  geond::support::ManualClock clock;
  AddressLimiter limiter(clock, 2, 0.5, 10);
  for (int address = 0; address < 20; ++address) {
    CHECK(limiter.take("2001:db8:1:" + std::to_string(address) + "::/64") == Lack::none);
  }
  CHECK(limiter.take("2001:db8:1:ffff::/64") == Lack::others);
  CHECK(limiter.take("2001:db8:2::/64") == Lack::none);
  CHECK(limiter.take("2001:db8:2::/64") == Lack::none);
  CHECK(limiter.take("2001:db8:2::/64") == Lack::own);
  CHECK(limiter.take("192.0.2.1") == Lack::none);
  limiter.give_back("2001:db8:1:1::/64");
  CHECK(limiter.take("2001:db8:1:ffff::/64") == Lack::none);
  CHECK(limiter.retry_after("2001:db8:1:fffe::/64") == seconds(1));
}
