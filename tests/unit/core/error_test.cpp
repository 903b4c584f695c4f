// SPDX-License-Identifier: MIT
#include "geond/core/error.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

#include "geond/core/result.hpp"

using geond::core::Error;
using geond::core::ErrorKind;
using geond::core::Result;

TEST_CASE("an error keeps its kind, code, detail and fields") {
  const Error error = Error(ErrorKind::invalid_argument, "invalid_query", "Two fields are wrong.")
                          .with_field("limit", "must be 1 to 200")
                          .with_field("since", "is no time");
  CHECK(error.kind() == ErrorKind::invalid_argument);
  CHECK(error.code() == "invalid_query");
  REQUIRE(error.fields().size() == 2);
  CHECK(error.fields()[1].field == "since");
  CHECK(error.where().line() > 0);
}

TEST_CASE("taking the value of a failed result is a fault that names the error") {
  const Result<int> failed = Error(ErrorKind::not_found, "task_not_found", "There is none.");
  CHECK_THROWS_AS(static_cast<void>(failed.value()), std::logic_error);
}
