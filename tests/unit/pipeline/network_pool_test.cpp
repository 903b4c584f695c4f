// SPDX-License-Identifier: MIT
#include "network_pool.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <vector>

#include "support/scarce_memory.hpp"

using geond::pipeline::NetworkCache;
using geond::pipeline::NetworkPool;

TEST_CASE("networks are lent again, to one at a time") {
  NetworkPool pool;
  const NetworkCache* first = nullptr;
  {
    const auto loan = pool.borrow();
    first = loan.operator->();
    CHECK(pool.borrow().operator->() != first);
  }
  const auto one = pool.borrow();
  const auto other = pool.borrow();
  CHECK(one.operator->() != other.operator->());
  CHECK((one.operator->() == first || other.operator->() == first));
}

// The destructor of a loan needed memory, and ended the process without.
TEST_CASE("networks go back where there is no memory left" *
          doctest::skip(!geond::support::kMemoryCanBeScarce)) {
  NetworkPool pool;
  std::vector<std::optional<NetworkPool::Loan>> loans(3);
  for (auto& loan : loans) loan.emplace(pool.borrow());
  {
    const geond::support::ScarceMemory scarce;
    for (auto& loan : loans) loan.reset();
  }
  CHECK(pool.borrow().operator->() != nullptr);
}
