// SPDX-License-Identifier: MIT
// Every fuzz harness over its seeds, whole and cut short: what a harness promises holds for them,
// and a harness that no longer compiles or that has no seeds is noticed without libFuzzer.
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace fs = std::filesystem;

using Harness = int(const std::uint8_t* data, std::size_t size);
extern "C" Harness run_http_chunked, run_http_head, run_http_json, run_http_multipart,
    run_http_target, run_jpeg, run_manifest, run_png;

namespace {

struct Named {
  const char* name;
  Harness* run;
};
constexpr std::array kHarnesses{
    Named{"http_chunked", run_http_chunked}, Named{"http_head", run_http_head},
    Named{"http_json", run_http_json},       Named{"http_multipart", run_http_multipart},
    Named{"http_target", run_http_target},   Named{"jpeg", run_jpeg},
    Named{"manifest", run_manifest},         Named{"png", run_png},
};
const fs::path kFolder = fs::path(GEOND_SOURCE_DIR) / "tests/fuzz";

std::string content_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

void run(const Named& harness, const std::string& input) {
  CHECK(harness.run(reinterpret_cast<const std::uint8_t*>(input.data()), input.size()) == 0);
}

}  // namespace

TEST_CASE("each harness holds its promises for its seeds, whole and cut short") {
  for (const Named& harness : kHarnesses) {
    CAPTURE(harness.name);
    run(harness, "");
    std::size_t seeds = 0;
    for (const auto& seed : fs::directory_iterator(kFolder / "corpus" / harness.name)) {
      CAPTURE(seed.path());
      const std::string input = content_of(seed.path());
      for (const std::size_t parts : {1, 2, 3, 5, 8})
        run(harness, input.substr(0, input.size() / parts));
      ++seeds;
    }
    CHECK(seeds > 0);
  }
}

TEST_CASE("every harness and every folder of seeds is known here") {
  std::set<std::string> known, harnesses, folders;
  for (const Named& harness : kHarnesses) known.insert(harness.name);
  const std::string kEnd = "_fuzz.cpp";
  for (const auto& file : fs::directory_iterator(kFolder)) {
    const std::string name = file.path().filename();
    if (name.ends_with(kEnd)) harnesses.insert(name.substr(0, name.size() - kEnd.size()));
  }
  for (const auto& folder : fs::directory_iterator(kFolder / "corpus")) {
    folders.insert(folder.path().filename());
  }
  CHECK(harnesses == known);
  CHECK(folders == known);
}
