// SPDX-License-Identifier: MIT
#include "labels.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace geond::rendering;

namespace {

constexpr int kWidth = 64, kHeight = 48, kBoardHeight = 20;
// At this distance and focal length a centimetre is a pixel.
constexpr float kFocal = 100;

IdentityMap map_of_board(int board_width) {
  IdentityMap map{kWidth, kHeight, std::vector<int>(size_t{kWidth} * kHeight, 0),
                  std::vector<float>(size_t{kWidth} * kHeight, 1e30f)};
  const int columns = std::min(kWidth, board_width);
  for (int y = (kHeight - kBoardHeight) / 2; y < (kHeight + kBoardHeight) / 2; ++y)
    for (int x = (kWidth - columns) / 2; x < (kWidth + columns) / 2; ++x) {
      const size_t index = static_cast<size_t>(y) * kWidth + x;
      map.part[index] = 1;
      map.distance[index] = kFocal;
    }
  return map;
}

// Of a board in front of the camera, as wide as told, its middle in the picture's.
ObjectLabel label_of_board(int board_width) {
  Mesh mesh;
  mesh.add_geon(cube_at(Vector3::Zero(), static_cast<float>(board_width), kBoardHeight, 2),
                mesh.add_surface(Pattern{}));
  Scene scene;
  scene.add(finish_model(std::move(mesh)), Vector3::Zero(), 0);
  const Camera camera(Vector3(0, kBoardHeight / 2.0f, kFocal + 1), -Vector3::UnitZ(), 0, kFocal, 0,
                      kWidth, kHeight);
  const std::vector<uint8_t> rgb(size_t{3} * kWidth * kHeight, 0);
  return label_objects(scene, camera, map_of_board(board_width), rgb).at(0);
}

}  // namespace

TEST_CASE("what is outside the picture counts as hidden, however far the solid reaches") {
  for (const int board_width : {32, 64, 100, 128, 200, 400, 2000, 20000}) {
    CAPTURE(board_width);
    const ObjectLabel label = label_of_board(board_width);
    const double share = std::min(1.0, static_cast<double>(kWidth) / board_width);
    CHECK(label.visible == doctest::Approx(share).epsilon(0.02));
    CHECK(label.agreement == doctest::Approx(1));
  }
}
