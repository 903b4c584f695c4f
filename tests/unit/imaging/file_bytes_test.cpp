// SPDX-License-Identifier: MIT
#include "geond/imaging/file_bytes.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>

#include "support/temporary_directory.hpp"

using geond::imaging::FileBytes;

TEST_CASE("a file's bytes are read, and an empty one has none") {
  const geond::support::TemporaryDirectory directory;
  std::ofstream(directory.path() / "full") << "geon";
  std::ofstream(directory.path() / "empty");
  auto full = FileBytes::open(directory.path() / "full");
  REQUIRE(full.has_value());
  CHECK(full->bytes().size() == 4);
  CHECK(full->bytes()[0] == std::byte{'g'});
  const FileBytes moved = std::move(*full);
  CHECK(moved.bytes().size() == 4);
  CHECK(full->bytes().empty());
  CHECK(FileBytes::open(directory.path() / "empty")->bytes().empty());
}

TEST_CASE("an open file is read from its beginning, and stays where it stands") {
  const geond::support::TemporaryDirectory directory;
  std::ofstream(directory.path() / "full") << "geon";
  const int descriptor = ::open((directory.path() / "full").c_str(), O_RDONLY | O_CLOEXEC);
  REQUIRE(::lseek(descriptor, 2, SEEK_SET) == 2);
  CHECK(FileBytes::read(descriptor)->bytes().size() == 4);
  CHECK(::lseek(descriptor, 0, SEEK_CUR) == 2);
  ::close(descriptor);
}

TEST_CASE("bytes outlive their file: one that is shortened under them ended the process") {
  const geond::support::TemporaryDirectory directory;
  const auto path = directory.path() / "full";
  std::ofstream(path) << std::string(100'000, 'g');
  const auto full = FileBytes::open(path);
  REQUIRE(full.has_value());
  std::filesystem::resize_file(path, 0);
  CHECK(full->bytes()[99'999] == std::byte{'g'});
}

TEST_CASE("what cannot be read is an error") {
  const geond::support::TemporaryDirectory directory;
  CHECK(FileBytes::open(directory.path() / "none").error().code() == "file_not_found");
  CHECK(FileBytes::open(directory.path()).error().code() == "file_unreadable");
  CHECK(FileBytes::read(-1).error().code() == "file_unreadable");
  std::ofstream(directory.path() / "huge");
  std::filesystem::resize_file(directory.path() / "huge", (std::uintmax_t{1} << 30) + 1);
  CHECK(FileBytes::open(directory.path() / "huge").error().code() == "file_unreadable");
}
