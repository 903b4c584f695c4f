// SPDX-License-Identifier: MIT
#include "layouts.hpp"

#include <doctest/doctest.h>

#include "camera.hpp"
#include "tracer.hpp"

using namespace geond::rendering;

namespace {

constexpr int kWidth = 512, kHeight = 384;

bool shows(const Camera& camera, const Vector3& point) {
  const auto at = camera.project(point);
  return at && at->x() >= 0 && at->x() < kWidth && at->y() >= 0 && at->y() < kHeight;
}

// Of points 16 pixels apart, how many show a thing.
int points_on_things(const Tracer& tracer, const Camera& camera) {
  int seen = 0;
  for (int y = 8; y < kHeight; y += 16)
    for (int x = 8; x < kWidth; x += 16) {
      const Vector3 direction = camera.direction(static_cast<float>(x), static_cast<float>(y));
      seen += tracer.identify(camera.eye(), direction).part > 0;
    }
  return seen;
}

}  // namespace

TEST_CASE("a still life is what its picture is of: in it, and not small") {
  BuiltFurnisher furnisher;
  int shown = 0, large = 0;
  constexpr int kScenes = 100, kHundredth = kWidth * kHeight / 16 / 16 / 100;
  for (uint64_t seed = 0; seed < kScenes; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Scene scene;
    decorate(scene.room, random);
    set_out_still_life(scene, furnisher, random);
    REQUIRE(scene.focus);
    REQUIRE(!scene.instances().empty());
    const Tracer tracer(scene);
    const Camera camera = choose_camera(scene, tracer, true, kWidth, kHeight, random);
    shown += shows(camera, *scene.focus);
    large += points_on_things(tracer, camera) > kHundredth;
  }
  CHECK(shown >= 95);
  CHECK(large >= 85);
}

TEST_CASE("houses stand on their ground, and something of them is in the picture") {
  for (uint64_t seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Scene scene;
    decorate(scene.room, random);
    build_houses(scene, random);
    REQUIRE(scene.room.enclosure == Enclosure::kOutdoors);
    REQUIRE(!scene.instances().empty());
    for (const Instance& instance : scene.instances()) CHECK(instance.position.y() >= 0);
    const Tracer tracer(scene);
    const Camera camera = choose_camera(scene, tracer, true, kWidth, kHeight, random);
    CHECK(points_on_things(tracer, camera) >= 5);
  }
}
