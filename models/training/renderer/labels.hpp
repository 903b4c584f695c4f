// SPDX-License-Identifier: MIT
#pragma once
#include <string>
#include <vector>

#include "camera.hpp"
#include "scene.hpp"

namespace geond::rendering {

// What each pixel shows: a running part number (0 the room) and how far it is.
struct IdentityMap {
  int width = 0;
  int height = 0;
  std::vector<int> part;
  std::vector<float> distance;
};

struct ObjectLabel {
  GeonClass geon_class = GeonClass::kCube;
  // Centre, width, height in pixels; angle in radians, clockwise on the screen from the x axis.
  float x = 0, y = 0, width = 0, height = 0, angle = 0;
  // Share of the solid's whole silhouette that is seen.
  float visible = 0;
  // Overlap of the visible pixels with the solid's silhouette less what hides it: 1 where the
  // picture shows just that solid, low where the fit is poor (open shelves, cut tops).
  float agreement = 0;
  // Whether what is seen tells the class: not so for a frustum between cone and cylinder, nor for a
  // cone of which little but its wide end is seen.
  bool clear = true;
  // Share of its outline at which the picture shows an edge.
  float outlined = 1;
};

// A label for every geon of which a few pixels are seen, in order of parts. `rgb` is the finished
// picture.
std::vector<ObjectLabel> label_objects(const Scene& scene, const Camera& camera,
                                       const IdentityMap& map, const std::vector<uint8_t>& rgb);

// 0 background, 128 a thing that no geon fits, 255 a geon.
std::vector<uint8_t> label_mask(const Scene& scene, const IdentityMap& map);

}  // namespace geond::rendering
