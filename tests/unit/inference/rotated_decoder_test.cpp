// SPDX-License-Identifier: MIT
#include "rotated_decoder.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "fixtures.hpp"
#include "letterbox.hpp"

using namespace geond;
using inference::Candidate;
using nlohmann::json;

namespace {

const std::vector<std::string> kNames = {"cone", "cube", "cylinder", "sphere", "torus"};
const inference::RotatedLayout kLayout{5, 3, 0.05};

/// The maps of the golden file, with the memory they refer to.
struct Maps {
  std::vector<std::vector<float>> values;
  std::vector<inference::RotatedMap> maps;

  explicit Maps(const json& document) {
    for (const int stride : document.at("strides")) {
      const json& output = document.at("outputs").at("p" + std::to_string(stride));
      values.push_back(output.at("data").get<std::vector<float>>());
      const json& shape = output.at("shape");
      maps.push_back({values.back(), shape[2].get<int>(), shape[3].get<int>(), stride});
    }
  }
};

void check_candidates(const std::vector<Candidate>& actual, const json& expected) {
  REQUIRE(actual.size() == expected.size());
  for (std::size_t index = 0; index < actual.size(); ++index) {
    CAPTURE(index);
    const geometry::Primitive golden = test::primitive_of(expected[index]);
    CHECK(kNames[actual[index].class_index] == golden.class_name);
    test::check_close(actual[index].probability, golden.probability);
    test::check_close(actual[index].box, golden.box);
  }
}

/// One cell of one class, at stride 8, with the given channels from the logit on.
std::vector<Candidate> decode_one(std::vector<float> channels, std::size_t upright_class = 1) {
  const inference::RotatedMap map{channels, 1, 1, 8};
  return inference::decode_rotated({&map, 1}, {1, upright_class, 0.05});
}

}  // namespace

TEST_CASE("maps decode to the golden candidates, and suppression keeps the golden ones") {
  const json document = test::golden("detector.json");
  const Maps maps(document);
  const std::vector<Candidate> found = inference::decode_rotated(maps.maps, kLayout);
  check_candidates(found, document.at("candidates"));

  std::vector<Candidate> kept = inference::suppress(found, document.at("nms_iou"), 300);
  check_candidates(kept, document.at("kept"));

  const auto letterbox = inference::Letterbox::fit({1200, 900}, {96, 64});
  for (Candidate& candidate : kept) candidate.box = letterbox.to_picture(candidate.box);
  check_candidates(kept, document.at("kept_in_picture"));
}

TEST_CASE("what is exactly at the threshold passes, what is a rounding below it does not") {
  const auto count = [](float logit, double threshold) {
    const std::vector<float> channels = {logit, 0, 0, 0, 0, 1, 0, 1, 0};
    const inference::RotatedMap map{channels, 1, 1, 8};
    return inference::decode_rotated({&map, 1}, {1, 1, threshold}).size();
  };
  for (float logit = -30; logit < 50; logit += 0.37F) {
    CAPTURE(logit);
    const double probability = 1 / (1 + std::exp(-static_cast<double>(logit)));
    CHECK(count(logit, probability) == 1);
    CHECK(count(logit, std::nextafter(probability, 2)) == 0);
  }
  CHECK(count(-100, 0) == 1);
  CHECK(count(40, 1) == 1);
  CHECK(count(30, 1) == 0);
}

TEST_CASE("sizes are held to the layout's range") {
  const auto huge = decode_one({4, 0, 0, 99, 99, 1, 0, 1, 0});
  REQUIRE(huge.size() == 1);
  CHECK(huge[0].box.width == doctest::Approx(16 * std::exp(4.5)));
  const auto tiny = decode_one({4, 0, 0, -99, -99, 1, 0, 1, 0});
  CHECK(tiny[0].box.height == doctest::Approx(16 * std::exp(-5.0)));
}

TEST_CASE("a box whose numbers are not finite is dropped") {
  CHECK(decode_one({4, std::numeric_limits<float>::infinity(), 0, 0, 0, 1, 0, 1, 0}).empty());
  CHECK(decode_one({4, 0, 0, std::nanf(""), 0, 1, 0, 1, 0}).empty());
}

TEST_CASE("a box that cannot reach the frame is dropped") {
  for (const auto& [offset, kept] :
       {std::pair{0.0F, 1U}, {-2.0F, 1U}, {-6.0F, 0U}, {6.0F, 0U}, {1e30F, 0U}}) {
    CAPTURE(offset);
    CHECK(decode_one({4, offset, 0, 0, 0, 1, 0, 1, 0}).size() == kept);
    CHECK(decode_one({4, 0, offset, 0, 0, 1, 0, 1, 0}).size() == kept);
  }
}

TEST_CASE("a ball stands upright however the network turns it") {
  const std::vector<float> turned = {4, 0, 0, 0.5F, 0, 0.98F, 0.17F, 0.94F, 0.34F};
  CHECK(decode_one(turned, 1)[0].box.rotation > 4);
  CHECK(decode_one(turned, 0)[0].box.rotation == 0);
}

TEST_CASE("suppression spares other classes and stops when enough are kept") {
  std::vector<Candidate> candidates;
  for (std::size_t index = 0; index < 6; ++index) {
    candidates.push_back({index % 2, 0.9 - 0.1 * static_cast<double>(index), {{9, 9}, 4, 2, 0}});
  }
  CHECK(inference::suppress(candidates, 0.45, 300).size() == 2);
  CHECK(inference::suppress(candidates, 1.0, 4).size() == 4);
  CHECK(inference::suppress({}, 0.45, 300).empty());
}

TEST_CASE("of too many candidates the most probable enter suppression") {
  std::vector<float> values(9 * 1600, 0.0F);
  for (std::size_t index = 0; index < 1600; ++index)
    values[index] = static_cast<float>(index) / 400;
  const inference::RotatedMap map{values, 40, 40, 8};
  const auto found = inference::decode_rotated({&map, 1}, {1, 1, 0.05});
  REQUIRE(found.size() == inference::kMaxCandidates);
  CHECK(found.front().probability == doctest::Approx(1 / (1 + std::exp(-1599.0 / 400))));
  CHECK(std::ranges::is_sorted(found, std::ranges::greater{}, &Candidate::probability));
}
