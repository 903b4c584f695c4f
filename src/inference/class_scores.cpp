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

double sum_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0);
}

/// There is a positive one.
void divide_by_sum(std::span<double> values) {
  const double sum = sum_of(values);
  for (double& value : values) value /= sum;
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
  divide_by_sum(shares);

  const std::size_t best = index_of_most(shares);
  SceneScores scores = named(shares, classes);
  if (best < classes.size() && shares[best] >= min_probability) choose(scores, best);
  return scores;
}

SceneScores scores_of_ensemble(std::span<const float> logits, std::span<const ClassLabel> classes,
                               const ClassificationSpec& spec) {
  std::vector<double> shares;
  for (const float logit : logits)
    shares.push_back(1 / (1 + std::exp(-static_cast<double>(logit))));
  const double sum = sum_of(shares);
  for (double& share : shares) share /= std::max(1.0, sum);
  shares.push_back(std::max(0.0, 1 - sum));
  for (double& share : shares) share = std::pow(share, 1 / spec.temperature);
  divide_by_sum(shares);

  const double none = shares.back();
  const std::size_t best = index_of_most(std::span(shares).first(classes.size()));
  SceneScores scores = named(shares, classes);
  if (shares[best] >= std::max(spec.min_probability, none)) choose(scores, best);
  return scores;
}

}  // namespace geond::inference
