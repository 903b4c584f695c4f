// SPDX-License-Identifier: MIT
#include "class_scores.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

namespace geond::inference {
namespace {

SceneScores named(std::span<const double> reported, std::span<const ClassLabel> classes) {
  SceneScores scores;
  for (std::size_t index = 0; index < classes.size(); ++index) {
    scores.scenes.emplace_back(classes[index].name, reported[index]);
  }
  return scores;
}

void choose(SceneScores& scores, std::size_t index) {
  scores.scene = scores.scenes[index].first;
  scores.probability = scores.scenes[index].second;
}

std::size_t index_of_most(std::span<const double> values) {
  return static_cast<std::size_t>(std::ranges::max_element(values) - values.begin());
}

}  // namespace

SceneScores scores_of_softmax(std::span<const float> logits, std::span<const ClassLabel> classes,
                              double min_probability) {
  const double most = *std::ranges::max_element(logits);
  std::vector<double> shares;
  for (const float logit : logits) shares.push_back(std::exp(logit - most));
  const double sum = std::accumulate(shares.begin(), shares.end(), 0.0);
  for (double& share : shares) share /= sum;

  const std::size_t best = index_of_most(shares);
  SceneScores scores = named(shares, classes);
  if (best < classes.size() && shares[best] >= min_probability) choose(scores, best);
  return scores;
}

SceneScores scores_of_ensemble(std::span<const float> logits, std::span<const ClassLabel> classes,
                               double min_probability) {
  std::vector<double> probabilities;
  for (const float logit : logits) {
    probabilities.push_back(1 / (1 + std::exp(-static_cast<double>(logit))));
  }
  const double sum = std::accumulate(probabilities.begin(), probabilities.end(), 0.0);
  for (double& probability : probabilities) probability /= std::max(1.0, sum);
  const double none = std::max(0.0, 1 - sum);

  const std::size_t best = index_of_most(probabilities);
  SceneScores scores = named(probabilities, classes);
  if (probabilities[best] >= std::max(min_probability, none)) choose(scores, best);
  return scores;
}

}  // namespace geond::inference
