// SPDX-License-Identifier: MIT
#include "finished_results.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <vector>

#include "support/temporary_directory.hpp"

namespace geond::cli {
namespace {

using Match = FinishedResults::Match;

/// SHA-256 of "x", which is what the pictures here hold.
constexpr const char* kSha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";

/// A picture and an output file with that text, in which `FILE` stands for the picture's path and
/// `HASH` for the picture's SHA-256.
struct Scene {
  explicit Scene(std::string text) {
    std::ofstream(picture) << "x";
    for (const auto& [word, meaning] :
         {std::pair<std::string, std::string>{"FILE", picture.string()}, {"HASH", kSha256}}) {
      for (std::size_t at = 0; (at = text.find(word)) != std::string::npos;) {
        text.replace(at, word.size(), meaning);
      }
    }
    std::ofstream(output) << text;
  }

  const support::TemporaryDirectory directory{};
  const std::filesystem::path picture = directory.path() / "a.jpg";
  const std::string output = (directory.path() / "results.jsonl").string();
};

TEST_CASE("a result is found by its picture's name and content") {
  const std::string other(64, '0');
  struct Row {
    std::string text;
    Match match;
  };
  const std::vector<Row> rows{
      {"", Match::none},
      {R"({"image":{"file":"FILE","sha256":"HASH"}})", Match::content},
      // Another picture of the same name was passed over without a word.
      {R"({"image":{"file":"FILE","sha256":")" + other + "\"}}\n", Match::none},
      {R"({"image":{"file":"FILE","sha256":")" + other +
           "\"}}\n"
           R"({"image":{"file":"FILE","sha256":"HASH"}})",
       Match::content},
      {R"({"image":{"file":"b.jpg","sha256":"HASH"}})", Match::none},
      {R"({"image":{"file":"FILE"}})", Match::name_alone},
      {R"({"image":{"file":"FILE","sha256":5}})", Match::name_alone},
      {"[]\n5\n{\"image\":5}\n{\"image\":{\"file\":5}}\n{\"image\":{\"file\":\"FILE\"",
       Match::none},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const Scene scene(row.text);
    CHECK(FinishedResults(scene.output, {}).find(scene.picture) == row.match);
  }
}

TEST_CASE("a result counts only if it was made with the settings that are given") {
  const Scene scene(
      R"({"image":{"file":"FILE","sha256":"HASH"},"threshold":0.55,"detector":{"name":"d"},"classifier":{"name":"c"}})");
  const auto match = [&scene](std::string detector, std::string classifier,
                              std::optional<double> threshold) {
    SendingSettings settings;
    settings.detector = std::move(detector);
    settings.classifier = std::move(classifier);
    settings.threshold = threshold;
    return FinishedResults(scene.output, settings).find(scene.picture);
  };
  CHECK(match("", "", {}) == Match::content);
  CHECK(match("d", "c", 0.55) == Match::content);
  CHECK(match("e", "", {}) == Match::none);
  CHECK(match("", "e", {}) == Match::none);
  CHECK(match("", "", 0.9) == Match::none);
}

TEST_CASE("what cannot be read holds no result, nor has one") {
  const Scene scene(R"({"image":{"file":"FILE","sha256":"HASH"}})");
  std::filesystem::remove(scene.picture);
  CHECK(FinishedResults(scene.output, {}).find(scene.picture) == Match::none);
  CHECK(FinishedResults("/dev/zero", {}).find(scene.picture) == Match::none);
  CHECK(FinishedResults("", {}).find(scene.picture) == Match::none);
}

}  // namespace
}  // namespace geond::cli
