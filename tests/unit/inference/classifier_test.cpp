// SPDX-License-Identifier: MIT
#include "geond/inference/classifier.hpp"

#include <doctest/doctest.h>

#include "fixtures.hpp"

using namespace geond;
using namespace geond::inference;

namespace {

Classifier make_classifier(const std::string& name) {
  auto classifier = Classifier::create(test::shipped_model(name));
  REQUIRE(classifier.has_value());
  return std::move(*classifier);
}

const std::vector<geometry::Primitive> kFew = {{"cube", 0.9, {{300, 200}, 200, 120, 10}},
                                               {"cylinder", 0.8, {{100, 250}, 150, 40, -80}},
                                               {"sphere", 0.3, {{500, 300}, 60, 60, 0}}};

}  // namespace

TEST_CASE("classifiers give each scene a probability, and no more than 1 together") {
  for (const char* name : {"scene-classifier", "scene-ensemble"}) {
    CAPTURE(name);
    Classifier classifier = make_classifier(name);
    const auto scores = classifier.classify(kFew, {640, 480}, 0.35);
    REQUIRE(scores.has_value());
    REQUIRE(scores->scenes.size() == 4);
    double sum = 0;
    for (const auto& [scene, probability] : scores->scenes) {
      CHECK(probability >= 0);
      sum += probability;
    }
    CHECK(sum <= 1 + 1e-9);
    CHECK(scores->scenes[2].first == "warehouse");
    CHECK((scores->probability > 0) == scores->scene.has_value());
  }
}

TEST_CASE("the order of the primitives does not matter, nor what lies under the threshold") {
  Classifier classifier = make_classifier("scene-classifier");
  const auto all = classifier.classify(kFew, {640, 480}, 0.35);
  const std::vector<geometry::Primitive> turned = {kFew[1], kFew[0]};
  const auto some = classifier.classify(turned, {640, 480}, 0.35);
  REQUIRE(all.has_value());
  REQUIRE(some.has_value());
  CHECK(all->scenes == some->scenes);
}

TEST_CASE("without primitives there is no scene and no network runs") {
  Classifier classifier = make_classifier("scene-ensemble");
  for (const double threshold : {0.0, 0.95}) {
    const auto scores = classifier.classify(
        threshold > 0 ? std::span(kFew) : std::span(kFew).first(0), {640, 480}, threshold);
    REQUIRE(scores.has_value());
    CHECK_FALSE(scores->scene.has_value());
    CHECK(scores->scenes.empty());
  }
}

TEST_CASE("a classifier refuses what it cannot know") {
  Classifier classifier = make_classifier("scene-classifier");
  const std::vector<geometry::Primitive> unknown = {{"pyramid", 0.9, {{1, 1}, 2, 1, 0}}};
  CHECK(classifier.classify(unknown, {640, 480}).error().code() == "unknown_primitive_class");
  CHECK(classifier.classify(kFew, {0, 480}).error().code() == "invalid_image_size");
}

TEST_CASE("a detector is no classifier") {
  CHECK(Classifier::create(test::shipped_model("geon-detector")).error().code() ==
        "model_kind_mismatch");
}
