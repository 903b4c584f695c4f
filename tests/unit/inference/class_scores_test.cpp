// SPDX-License-Identifier: MIT
#include "class_scores.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <vector>

using namespace geond::inference;
using doctest::Approx;

namespace {

const std::vector<ClassLabel> kScenes = {{"office", "Office", "Офис"},
                                         {"warehouse", "Warehouse", "Склад"}};

float logit(double probability) {
  return static_cast<float>(std::log(probability / (1 - probability)));
}

/// An ensemble that names what has this probability.
ClassificationSpec at_least(double min_probability) {
  ClassificationSpec spec;
  spec.min_probability = min_probability;
  return spec;
}

}  // namespace

TEST_CASE("softmax names the scene that beats none and is probable enough") {
  const std::vector<float> sure = {2, 0, 0};
  const SceneScores scores = scores_of_softmax(sure, kScenes, 0.5);
  CHECK(scores.scene == "office");
  CHECK(scores.probability == Approx(std::exp(2) / (std::exp(2) + 2)));
  REQUIRE(scores.scenes.size() == 2);
  CHECK(scores.scenes[1].first == "warehouse");
  CHECK(scores.scenes[1].second == Approx(1 / (std::exp(2) + 2)));
}

TEST_CASE("softmax names no scene where none wins or nothing is probable enough") {
  const std::vector<float> none = {2, 0, 3};
  CHECK_FALSE(scores_of_softmax(none, kScenes, 0.1).scene.has_value());
  const std::vector<float> close = {0.1F, 0, 0};
  CHECK_FALSE(scores_of_softmax(close, kScenes, 0.5).scene.has_value());
  CHECK(scores_of_softmax(close, kScenes, 0.5).probability == 0);
}

TEST_CASE("softmax stands large logits") {
  const std::vector<float> large = {3e38F, -3e38F, 0};
  CHECK(scores_of_softmax(large, kScenes, 0.5).probability == 1);
}

TEST_CASE("an ensemble's probabilities are scaled down to a sum of 1") {
  const std::vector<float> both = {logit(0.9), logit(0.6)};
  const SceneScores scores = scores_of_ensemble(both, kScenes, at_least(0.5));
  CHECK(scores.scene == "office");
  CHECK(scores.probability == Approx(0.6));
  CHECK(scores.scenes[1].second == Approx(0.4));
}

TEST_CASE("an ensemble names no scene that is less probable than none of them") {
  const std::vector<float> doubtful = {logit(0.4), logit(0.1)};
  CHECK_FALSE(scores_of_ensemble(doubtful, kScenes, at_least(0.3)).scene.has_value());
  const std::vector<float> likely = {logit(0.5), logit(0.2)};
  CHECK(scores_of_ensemble(likely, kScenes, at_least(0.3)).scene == "office");
  // 0.8 of it is scaled down to 0.44: what counts is what is reported.
  const std::vector<float> both = {logit(0.8), logit(0.999)};
  CHECK_FALSE(scores_of_ensemble(both, kScenes, at_least(0.6)).scene.has_value());
}

TEST_CASE("an ensemble that is sure of nothing names no scene") {
  const std::vector<float> unsure = {logit(0.3), logit(0.4)};
  const SceneScores scores = scores_of_ensemble(unsure, kScenes, at_least(0.5));
  CHECK_FALSE(scores.scene.has_value());
  CHECK(scores.scenes[0].second == Approx(0.3));
}

TEST_CASE("an ensemble's temperature changes how sure it is, and not what it says") {
  ClassificationSpec spec = at_least(0.3);
  spec.temperature = 0.5;
  const std::vector<float> likely = {logit(0.6), logit(0.1)};
  const SceneScores scores = scores_of_ensemble(likely, kScenes, spec);
  CHECK(scores.scene == "office");
  // Squares of 0.6, 0.1 and the 0.3 that they leave, over their sum.
  CHECK(scores.probability == Approx(0.36 / 0.46));
  CHECK(scores.scenes[1].second == Approx(0.01 / 0.46));

  const std::vector<float> doubtful = {logit(0.4), logit(0.1)};
  CHECK_FALSE(scores_of_ensemble(doubtful, kScenes, spec).scene.has_value());
}
