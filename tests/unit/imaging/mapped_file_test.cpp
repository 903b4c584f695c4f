// SPDX-License-Identifier: MIT
#include "geond/imaging/mapped_file.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "support/temporary_directory.hpp"

using geond::imaging::MappedFile;

TEST_CASE("a mapped file shows its bytes, and an empty one none") {
  const geond::support::TemporaryDirectory directory;
  std::ofstream(directory.path() / "full") << "geon";
  std::ofstream(directory.path() / "empty");
  auto full = MappedFile::open(directory.path() / "full");
  REQUIRE(full.has_value());
  CHECK(full->bytes().size() == 4);
  CHECK(full->bytes()[0] == std::byte{'g'});
  const MappedFile moved = std::move(*full);
  CHECK(moved.bytes().size() == 4);
  CHECK(full->bytes().empty());
  CHECK(MappedFile::open(directory.path() / "empty")->bytes().empty());
}

TEST_CASE("what cannot be mapped is an error") {
  const geond::support::TemporaryDirectory directory;
  CHECK(MappedFile::open(directory.path() / "none").error().code() == "file_not_found");
  CHECK(MappedFile::open(directory.path()).error().code() == "file_unreadable");
  CHECK(MappedFile::map(-1).error().code() == "file_unreadable");
}
