// SPDX-License-Identifier: MIT
#include "geond/core/file_owner.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

constexpr uid_t kSomebody = 65534;

uid_t owner_of(const std::filesystem::path& path) {
  struct stat status{};
  REQUIRE(::lstat(path.c_str(), &status) == 0);
  return status.st_uid;
}

}  // namespace

TEST_CASE("what root makes in somebody else's folder is the owner's, what lies elsewhere is not") {
  const support::TemporaryDirectory place;
  if (::chown(place.path().c_str(), kSomebody, kSomebody) != 0) return;  // Not root.
  const support::TemporaryDirectory elsewhere;
  std::ofstream(elsewhere.path() / "secret") << "root's";
  std::ofstream(place.path() / "file") << "new";
  std::filesystem::create_directory(place.path() / "folder");
  std::filesystem::create_symlink(elsewhere.path() / "secret", place.path() / "link");
  std::filesystem::create_hard_link(elsewhere.path() / "secret", place.path() / "name");
  for (const char* name : {"file", "folder", "link", "name", "nothing"}) {
    core::give_to_folder_owner(place.path() / name);
  }
  core::give_to_folder_owner(elsewhere.path() / "secret");
  CHECK(owner_of(place.path() / "file") == kSomebody);
  CHECK(owner_of(place.path() / "folder") == kSomebody);
  CHECK(owner_of(place.path() / "link") == 0);
  CHECK(owner_of(elsewhere.path() / "secret") == 0);
}
