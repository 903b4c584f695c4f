// SPDX-License-Identifier: MIT
#include "geond/storage/fault_mark.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "support/temporary_directory.hpp"

namespace geond::storage {
namespace {

struct Folder {
  support::TemporaryDirectory directory;
  std::filesystem::path file = directory.path() / "fault";

  std::string ended_run() const {
    FaultMark next;
    next.open(file);
    return next.ended_run();
  }
};

}  // namespace

TEST_CASE_FIXTURE(Folder, "the next run learns which one a fault ended, until it goes on itself") {
  {
    FaultMark mark;
    mark.open(file);
    CHECK(mark.ended_run().empty());
    mark.arm("0123");
    CHECK(ended_run().empty());
    CHECK(mark.set());
    CHECK(mark.set());
  }
  CHECK(ended_run() == "0123");
  FaultMark mark;
  mark.open(file);
  CHECK(ended_run() == "0123");
  mark.arm("4567");
  CHECK(ended_run().empty());
}

TEST_CASE_FIXTURE(Folder,
                  "a fault before what the last one left is taken care of forgets nothing") {
  {
    FaultMark mark;
    mark.open(file);
    mark.arm("0123");
    CHECK(mark.set());
  }
  FaultMark mark;
  mark.open(file);
  CHECK(mark.set());
  CHECK(ended_run() == "0123");
  mark.arm("4567");
  CHECK(ended_run() == "4567");
}

TEST_CASE_FIXTURE(Folder, "where there can be no mark, that is said and harms nothing") {
  FaultMark mark;
  CHECK_FALSE(mark.set());
  mark.open(directory.path() / "no folder" / "fault");
  mark.arm("0123");
  CHECK_FALSE(mark.set());
}

TEST_CASE_FIXTURE(Folder, "a file that another name leads to is no place for a mark") {
  const std::filesystem::path target = directory.path() / "target";
  std::ofstream(target) << "root's";
  std::filesystem::create_hard_link(target, file);
  FaultMark mark;
  mark.open(file);
  mark.arm("0123");
  CHECK_FALSE(mark.set());
  CHECK(std::filesystem::file_size(target) == 6);
}

}  // namespace geond::storage
