// SPDX-License-Identifier: MIT
#include "geond/core/own_file.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;
namespace fs = std::filesystem;

TEST_CASE("a file of geond's own is made, and opened again as it is") {
  const support::TemporaryDirectory folder;
  const fs::path file = folder.path() / "file";
  CHECK(core::check_own_file(file));
  {
    const auto made = core::open_own_file(file);
    REQUIRE(made);
    CHECK(::write(made->get(), "text", 4) == 4);
  }
  CHECK(core::open_own_file(file));
  CHECK(core::check_own_file(file));
  CHECK(fs::file_size(file) == 4);
  CHECK((fs::status(file).permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
}

// Links in the service's folder led root to write where they pointed.
TEST_CASE("what leads to another file is refused by name, and that file is left alone") {
  const support::TemporaryDirectory elsewhere;
  const fs::path target = elsewhere.path() / "target";
  std::ofstream(target) << "root's";
  const support::TemporaryDirectory folder;
  fs::create_symlink(target, folder.path() / "link");
  fs::create_symlink(elsewhere.path() / "nothing", folder.path() / "dangling");
  fs::create_hard_link(target, folder.path() / "name");
  fs::create_directory(folder.path() / "folder");
  REQUIRE(::mkfifo((folder.path() / "pipe").c_str(), 0600) == 0);
  struct Row {
    const char* name;
    const char* what;
  };
  for (const auto& [name, what] : {Row{"link", "a symbolic link"},
                                   Row{"dangling", "a symbolic link"}, Row{"name", "a second name"},
                                   Row{"folder", "not a regular"}, Row{"pipe", "not a regular"}}) {
    CAPTURE(name);
    const auto opened = core::open_own_file(folder.path() / name);
    REQUIRE(opened.has_error());
    CHECK(opened.error().code() == "file_unusable");
    CHECK(opened.error().detail().starts_with((folder.path() / name).string()));
    CHECK(opened.error().detail().find(what) != std::string::npos);
    CHECK(opened.error().detail().find("Move it away") != std::string::npos);
    CHECK(core::check_own_file(folder.path() / name).has_error());
  }
  CHECK_FALSE(fs::exists(elsewhere.path() / "nothing"));
  CHECK(fs::file_size(target) == 6);
}

TEST_CASE("a file that cannot be made is said with the reason") {
  const auto opened = core::open_own_file("/no/such/folder/file");
  REQUIRE(opened.has_error());
  CHECK(opened.error().detail() == "open /no/such/folder/file: No such file or directory");
}
