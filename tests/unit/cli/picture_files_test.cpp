// SPDX-License-Identifier: MIT
#include "picture_files.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <utility>

#include "geond/core/file_descriptor.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

TEST_CASE("directories are searched for pictures by name, in order; files are taken as they are") {
  const support::TemporaryDirectory directory;
  std::filesystem::create_directory(directory.path() / "sub");
  for (const char* name : {"b.PNG", "a.jpg", "notes.txt", "sub/c.jpeg"}) {
    std::ofstream(directory.path() / name) << "x";
  }
  const auto found = cli::find_pictures({directory.path().string()});
  REQUIRE(found);
  CHECK(found->problems.empty());
  REQUIRE(found->files.size() == 3);
  CHECK(found->files.at(0).filename() == "a.jpg");
  CHECK(found->files.at(2).filename() == "c.jpeg");
  CHECK(cli::find_pictures({(directory.path() / "notes.txt").string()})->files.size() == 1);
}

TEST_CASE("what is not there, or holds no picture, is said") {
  const support::TemporaryDirectory directory;
  CHECK(cli::find_pictures({"/no/such/place"}).error().code() == "no_such_file");
  CHECK(cli::find_pictures({"/no/such/place", "/nor/this"}).error().detail() ==
        "There is no file or directory /no/such/place. There is no file or directory /nor/this.");
  CHECK(cli::find_pictures({directory.path().string()}).error().code() == "no_pictures");
}

TEST_CASE("one name of several that is not there is a problem beside the pictures") {
  const support::TemporaryDirectory directory;
  const std::string picture = (directory.path() / "a.jpg").string();
  std::ofstream(picture) << "x";
  const auto found = cli::find_pictures({"/no/such/place", picture, picture + "/b.jpg"});
  REQUIRE(found);
  CHECK(found->files == std::vector<std::filesystem::path>{picture});
  CHECK(found->problems ==
        std::vector<std::string>{"There is no file or directory /no/such/place.",
                                 "There is no file or directory " + picture + "/b.jpg."});
}

// It was left out without a word; its path is too long for anybody, root too.
TEST_CASE("a folder that cannot be read is a problem, and the others are searched") {
  const support::TemporaryDirectory directory;
  std::ofstream(directory.path() / "a.jpg") << "x";
  const std::string name(250, 'd');
  core::FileDescriptor folder(::open(directory.path().c_str(), O_PATH | O_CLOEXEC));
  std::vector<core::FileDescriptor> parents;
  for (int depth = 0; depth < 17; ++depth) {
    REQUIRE(::mkdirat(folder.get(), name.c_str(), 0700) == 0);
    core::FileDescriptor child(::openat(folder.get(), name.c_str(), O_PATH | O_CLOEXEC));
    parents.push_back(std::exchange(folder, std::move(child)));
  }
  const auto found = cli::find_pictures({directory.path().string()});
  REQUIRE(found);
  CHECK(found->files.size() == 1);
  REQUIRE(found->problems.size() == 1);
  CHECK(found->problems.front().find("cannot be read: ") != std::string::npos);
  for (; !parents.empty(); parents.pop_back()) {
    CHECK(::unlinkat(parents.back().get(), name.c_str(), AT_REMOVEDIR) == 0);
  }
}

TEST_CASE("a path is told as UTF-8, and no two paths alike") {
  CHECK(cli::told_name("a/рис 1.png") == "a/рис 1.png");
  CHECK(cli::told_name("caf\xe9.png") == "caf\\xE9.png");
  CHECK(cli::told_name("caf\xe8.png") == "caf\\xE8.png");
  CHECK(cli::told_name("\xe2\x82") == "\\xE2\\x82");  // a character cut short
  // A batch was short of one of these two, without a word.
  CHECK(cli::told_name("a\\xFF.jpg") == "a\\x5CxFF.jpg");
  CHECK(cli::told_name("a\xff.jpg") == "a\\xFF.jpg");
  CHECK(cli::told_name("") == "");
}
