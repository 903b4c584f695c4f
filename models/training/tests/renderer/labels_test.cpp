// SPDX-License-Identifier: MIT
#include "labels.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tracer.hpp"

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

constexpr int kSeenWidth = 320, kSeenHeight = 240;
// Of what stands at z = 0.
constexpr float kSeenFocal = 300, kAway = 150;

Camera rolled(float roll) {
  return Camera(Vector3(0, 20, kAway), -Vector3::UnitZ(), roll, kSeenFocal, 0, kSeenWidth,
                kSeenHeight);
}

// The label of one solid in an empty room, the middle of its base at `base`; the picture is bright
// wherever the solid is.
ObjectLabel label_seen(const Geon& geon, const Vector3& base, const Camera& camera) {
  Mesh mesh;
  mesh.add_geon(geon, mesh.add_surface(Pattern{}));
  Scene scene;
  scene.add(finish_model(std::move(mesh)), base, 0);
  const Tracer tracer(scene);
  const auto pixels = static_cast<size_t>(kSeenWidth) * kSeenHeight;
  IdentityMap map{kSeenWidth, kSeenHeight, std::vector<int>(pixels, 0),
                  std::vector<float>(pixels, 1e30f)};
  std::vector<uint8_t> rgb(3 * pixels, 0);
  for (size_t i = 0; i < pixels; ++i) {
    const Hit hit =
        tracer.identify(camera.eye(), camera.direction(static_cast<float>(i % kSeenWidth) + 0.5f,
                                                       static_cast<float>(i / kSeenWidth) + 0.5f));
    map.part[i] = hit.part;
    map.distance[i] = hit.distance;
    if (hit.part > 0) std::fill_n(rgb.begin() + 3 * static_cast<ptrdiff_t>(i), 3, uint8_t{255});
  }
  return label_objects(scene, camera, map, rgb).at(0);
}

// How far two directions of a line are apart, in [0, pi / 2].
float between(float first, float second) {
  return std::fabs(std::remainder(first - second, std::numbers::pi_v<float>));
}

float direction_of(const Vector3& from, const Vector3& to) {
  return std::atan2(to.y() - from.y(), to.x() - from.x());
}

}  // namespace

TEST_CASE("a cube's box is the least rectangle around what is seen of it") {
  for (const float roll : {0.0f, 0.3f, -0.7f}) {
    CAPTURE(roll);
    const Camera camera = rolled(roll);
    // A board that is seen from the front: its front face is all there is to see.
    const ObjectLabel label =
        label_seen(cube_at(Vector3::Zero(), 60, 20, 2), Vector3(0, 10, -1), camera);
    const float scale = kSeenFocal / kAway;
    const bool upright = label.width < label.height;
    CHECK(std::max(label.width, label.height) == doctest::Approx(60 * scale).epsilon(0.03));
    CHECK(std::min(label.width, label.height) == doctest::Approx(20 * scale).epsilon(0.06));
    const float angle = label.angle + (upright ? std::numbers::pi_v<float> / 2 : 0);
    const float side = direction_of(*camera.project({-30, 10, 0}), *camera.project({30, 10, 0}));
    CHECK(between(angle, side) < 0.03f);
    CHECK(label.x == doctest::Approx(kSeenWidth / 2.0).epsilon(0.01));
    CHECK(label.y == doctest::Approx(kSeenHeight / 2.0).epsilon(0.01));
    CHECK(label.visible > 0.97f);
    CHECK(label.agreement > 0.97f);
  }
}

TEST_CASE("a cone's box lies along its axis, however slender it is") {
  for (const float roll : {0.0f, 0.3f, -0.7f})
    for (const float radius : {8.0f, 20.0f, 32.0f}) {
      CAPTURE(roll);
      CAPTURE(radius);
      const Camera camera = rolled(roll);
      const ObjectLabel label =
          label_seen(cone_at(Vector3::Zero(), radius, 0, 40), Vector3(0, 0, -40), camera);
      const float axis = direction_of(*camera.project({0, 0, -40}), *camera.project({0, 40, -40}));
      CHECK(between(label.angle, axis) < 0.01f);
      CHECK(label.height == doctest::Approx(2 * radius * kSeenFocal / (kAway + 40)).epsilon(0.06));
    }
}

TEST_CASE("a cone of which only the wide end is seen does not tell its class") {
  // Lies on its side, the wide end towards the camera.
  const auto lying = [](float top_radius) {
    Geon geon = cone_at(Vector3(0, -20, 0), 30, top_radius, 40);
    geon.axes.col(1) = -Vector3::UnitZ();
    geon.axes.col(2) = Vector3::UnitY();
    return geon;
  };
  const Camera camera = rolled(0);
  CHECK_FALSE(label_seen(lying(0), Vector3(0, 20, 0), camera).clear);
  CHECK_FALSE(label_seen(lying(15), Vector3(0, 20, 0), camera).clear);
  Geon turned = lying(0);
  turned.axes.col(1) = Vector3::UnitZ();
  turned.axes.col(0) = -Vector3::UnitX();
  CHECK(label_seen(turned, Vector3(0, 20, 0), camera).clear);
  // Stands upside down: seen from above, and from where the picture's edge cuts the side away.
  const Geon standing = cone_at(Vector3::Zero(), 10, 30, 40);
  const auto from = [](float height) {
    return Camera(Vector3(0, height, kAway), -Vector3::UnitZ(), 0, kSeenFocal, 0, kSeenWidth,
                  kSeenHeight);
  };
  CHECK(label_seen(standing, Vector3::Zero(), from(60)).clear);
  CHECK_FALSE(label_seen(standing, Vector3::Zero(), from(88)).clear);
}

TEST_CASE("a sphere's box is upright, also where the picture's edge draws it out") {
  for (const float roll : {0.0f, 0.4f})
    for (const Vector3& centre : {Vector3(0, 20, 0), Vector3(50, 40, 0)}) {
      CAPTURE(roll);
      const ObjectLabel label =
          label_seen(sphere_at(Vector3::Zero(), 12), centre - Vector3(0, 12, 0), rolled(roll));
      CHECK(label.angle == 0.0f);
      CHECK(label.width == doctest::Approx(24 * kSeenFocal / kAway).epsilon(0.15));
    }
}

TEST_CASE("what is outside the picture counts as hidden, however far the solid reaches") {
  for (const int board_width : {32, 64, 100, 128, 200, 400, 2000, 20000}) {
    CAPTURE(board_width);
    const ObjectLabel label = label_of_board(board_width);
    const double share = std::min(1.0, static_cast<double>(kWidth) / board_width);
    CHECK(label.visible == doctest::Approx(share).epsilon(0.02));
    CHECK(label.agreement == doctest::Approx(1));
  }
}
