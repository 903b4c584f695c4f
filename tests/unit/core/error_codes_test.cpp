// SPDX-License-Identifier: MIT
#include "geond/core/error_codes.hpp"

#include <doctest/doctest.h>

#include "geond/core/out_of_memory.hpp"
#include "geond/core/stopping.hpp"

using namespace geond::core;

TEST_CASE("what lacks for the moment passes, and nothing else does") {
  struct Case {
    Error error;
    bool is_passing;
  };
  const Case cases[] = {
      {out_of_memory(), true},
      {Error(ErrorKind::storage_full, "disk_watermark", "Full."), true},
      {Error(ErrorKind::unavailable, codes::kTooManyFiles, "Too many."), true},
      {Error(ErrorKind::unavailable, codes::kDatabaseBusy, "Busy."), true},
      {Error(ErrorKind::unavailable, codes::kDatabaseUnreachable, "Away."), true},
      {stopping(), false},
      {Error(ErrorKind::unavailable, "storage_failed", "The disk failed."), false},
      {Error(ErrorKind::unavailable, codes::kDatabaseCorrupt, "Damaged."), false},
      {Error(ErrorKind::conflict, codes::kClaimLost, "Lost."), false},
      {Error(), false},
  };
  for (const Case& row : cases) {
    CAPTURE(row.error.code());
    CHECK(is_passing(row.error) == row.is_passing);
  }
}
