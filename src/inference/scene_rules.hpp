#pragma once

#include <algorithm>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

namespace geond::inference {

/// Probabilities of logits that exclude each other; they sum to 1. Not empty.
inline std::vector<double> softmax(std::span<const double> logits) {
  const double highest = *std::max_element(logits.begin(), logits.end());
  std::vector<double> result;
  for (const double logit : logits) result.push_back(std::exp(logit - highest));
  const double sum = std::accumulate(result.begin(), result.end(), 0.0);
  for (double& value : result) value /= sum;
  return result;
}

/// Probabilities of binary models that know nothing of each other: sigmoids, divided by their sum
/// where it is above 1.
inline std::vector<double> ensemble_probabilities(std::span<const double> logits) {
  std::vector<double> result;
  for (const double logit : logits) result.push_back(1 / (1 + std::exp(-logit)));
  const double sum = std::max(1.0, std::accumulate(result.begin(), result.end(), 0.0));
  for (double& value : result) value /= sum;
  return result;
}

}  // namespace geond::inference
