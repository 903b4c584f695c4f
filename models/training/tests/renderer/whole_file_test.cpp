// SPDX-License-Identifier: MIT
#include "whole_file.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

using namespace geond::rendering;

namespace {

struct Folder {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("geond-render-test-" + std::to_string(::getpid()));
  Folder() { std::filesystem::create_directories(path); }
  ~Folder() { std::filesystem::remove_all(path); }
};

std::string content(const std::filesystem::path& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("a file that was broken off does not bear its name") {
  const Folder folder;
  const auto path = folder.path / "labels.json";
  {
    WholeFile file(path);
    file.stream() << "half";
  }
  CHECK_FALSE(std::filesystem::exists(path));
  WholeFile again(path);
  again.stream() << "whole";
  again.finish();
  CHECK(content(path) == "whole");
  CHECK_FALSE(std::filesystem::exists(path.string() + ".part"));
}

TEST_CASE("a file that cannot be written is an error and keeps the old one's name") {
  const Folder folder;
  WholeFile nowhere(folder.path / "missing" / "labels.json");
  CHECK_THROWS_AS(nowhere.finish(), std::runtime_error);
  const auto path = folder.path / "labels.json";
  std::ofstream(path) << "old";
  WholeFile file(path);
  file.stream() << "new";
  file.stream().setstate(std::ios::badbit);
  CHECK_THROWS_AS(file.finish(), std::runtime_error);
  CHECK(content(path) == "old");
}
