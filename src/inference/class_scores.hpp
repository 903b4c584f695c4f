// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "geond/inference/classifier.hpp"
#include "geond/inference/manifest.hpp"

namespace geond::inference {

/// Layout `softmax-with-none`: a logit a class and one more, the last, for "none of these". A
/// scene is named when it beats "none" and reaches `min_probability`.
SceneScores scores_of_softmax(std::span<const float> logits, std::span<const ClassLabel> classes,
                              double min_probability);

/// Layout `binary-ensemble`: a logit of each class by itself. The sigmoids are divided by their sum
/// where that is above 1; what they leave to 1 is the share of "none of these". These shares are
/// raised to 1 / `temperature` and divided by their sum, as a softmax's logits would be divided by
/// it (Guo et al. 2017): their order stays, how sure they are changes. A scene is named when it is
/// not below the share of "none of these" and reaches `min_probability`.
SceneScores scores_of_ensemble(std::span<const float> logits, std::span<const ClassLabel> classes,
                               const ClassificationSpec& spec);

}  // namespace geond::inference
