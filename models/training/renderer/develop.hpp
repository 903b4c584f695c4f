// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <vector>

#include "camera.hpp"
#include "labels.hpp"

namespace geond::rendering {

// Renders a scene: RGB bytes, and what each pixel shows.
struct Photograph {
  IdentityMap map;
  std::vector<uint8_t> rgb;
};

// `samples` rays a pixel, joined by an edge-avoiding a-trous filter (Dammertz et al. 2010), then
// exposed for the median and toned with a random curve, white balance and noise.
Photograph take_photograph(const Tracer& tracer, const Camera& camera, int width, int height,
                           int samples, Random& random);

}  // namespace geond::rendering
