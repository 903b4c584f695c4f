// SPDX-License-Identifier: MIT
#include "picture_files.hpp"

#include <doctest/doctest.h>

#include <fstream>

#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

TEST_CASE("directories are searched for pictures by name, in order; files are taken as they are") {
  const support::TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path() / "sub");
  for (const char* name : {"b.PNG", "a.jpg", "notes.txt", "sub/c.jpeg"}) {
    std::ofstream(directory.path() / name) << "x";
  }
  const auto files = cli::find_pictures({directory.path().string()});
  REQUIRE(files);
  REQUIRE(files->size() == 3);
  CHECK(files->at(0).filename() == "a.jpg");
  CHECK(files->at(2).filename() == "c.jpeg");
  CHECK(cli::find_pictures({(directory.path() / "notes.txt").string()})->size() == 1);
}

TEST_CASE("what is not there, or holds no picture, is said") {
  const support::TemporaryDirectory directory;
  CHECK(cli::find_pictures({"/no/such/place"}).error().code() == "no_such_file");
  CHECK(cli::find_pictures({directory.path().string()}).error().code() == "no_pictures");
}

TEST_CASE("a path is told as UTF-8, and no two paths alike") {
  CHECK(cli::told_name("a/рис 1.png") == "a/рис 1.png");
  CHECK(cli::told_name("caf\xe9.png") == "caf\\xE9.png");
  CHECK(cli::told_name("caf\xe8.png") == "caf\\xE8.png");
  CHECK(cli::told_name("\xe2\x82") == "\\xE2\\x82");  // a character cut short
  CHECK(cli::told_name("") == "");
}
