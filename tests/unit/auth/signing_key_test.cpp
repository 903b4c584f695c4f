// SPDX-License-Identifier: MIT
#include "signing_key.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "support/temporary_directory.hpp"

using namespace geond;

TEST_CASE("the key file is made once, for its owner alone") {
  const support::TemporaryDirectory directory;
  core::SystemRandom random;
  const auto path = directory.path() / "token.key";
  const auto made = auth::load_or_create_key(path, random);
  REQUIRE(made.has_value());
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777U) == 0600U);
  CHECK(status.st_size == 32);
  const auto loaded = auth::load_or_create_key(path, random);
  REQUIRE(loaded.has_value());
  CHECK(*loaded == *made);
}

TEST_CASE("a key file that others may read, or that is no key, is refused") {
  const support::TemporaryDirectory directory;
  core::SystemRandom random;
  const auto path = directory.path() / "token.key";
  REQUIRE(auth::load_or_create_key(path, random).has_value());
  REQUIRE(::chmod(path.c_str(), 0640) == 0);
  CHECK(auth::load_or_create_key(path, random).error().code() == "key_file_unusable");
  REQUIRE(::chmod(path.c_str(), 0600) == 0);
  std::ofstream(path, std::ios::trunc) << "short";
  CHECK(auth::load_or_create_key(path, random).error().code() == "key_file_unusable");
  CHECK(auth::load_or_create_key(directory.path() / "none" / "token.key", random).error().code() ==
        "key_file_unusable");
}
