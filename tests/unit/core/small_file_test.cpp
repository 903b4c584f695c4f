// SPDX-License-Identifier: MIT
#include "geond/core/small_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

TEST_CASE("a small file is read whole, up to its limit") {
  const support::TemporaryDirectory folder;
  const auto file = folder.path() / "file";
  std::ofstream(file) << std::string(10'000, 'x');
  CHECK(core::read_small_file(file).value().size() == 10'000);
  CHECK(core::read_small_file(file, 10'000).value().size() == 10'000);
  const auto refused = core::read_small_file(file, 9'999);
  REQUIRE(refused.has_error());
  CHECK(refused.error().detail().find("larger than 9999 bytes") != std::string::npos);
}

TEST_CASE("what is no regular file is refused at once, by name") {
  const support::TemporaryDirectory folder;
  const auto pipe = folder.path() / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const auto& path :
       {pipe, folder.path(), std::filesystem::path("/dev/zero"), folder.path() / "nothing"}) {
    CAPTURE(path);
    const auto read = core::read_small_file(path);
    REQUIRE(read.has_error());
    CHECK(read.error().code() == "file_unreadable");
    CHECK(read.error().detail().find(path.string()) != std::string::npos);
  }
}

TEST_CASE("a secret is open to others if its mode lets anybody but owner and group in") {
  const support::TemporaryDirectory folder;
  const auto file = folder.path() / "file";
  CHECK_FALSE(core::is_open_to_others(file));
  std::ofstream(file) << "secret";
  struct Row {
    mode_t mode;
    bool is_open;
  };
  for (const auto& [mode, is_open] : {Row{0600, false}, Row{0640, false}, Row{0660, false},
                                      Row{0644, true}, Row{0604, true}, Row{0602, true}}) {
    CAPTURE(mode);
    REQUIRE(::chmod(file.c_str(), mode) == 0);
    CHECK(core::is_open_to_others(file) == is_open);
  }
}

TEST_CASE("the first line has no end of line in it") {
  for (const char* text : {"secret", "secret\n", "secret\r\n", "secret\r\nmore\n", "secret\r"}) {
    CAPTURE(text);
    CHECK(core::first_line(text) == "secret");
  }
  CHECK(core::first_line("").empty());
  CHECK(core::first_line("\r\nmore").empty());
}
