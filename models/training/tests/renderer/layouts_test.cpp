// SPDX-License-Identifier: MIT
#include "layouts.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "arranging.hpp"
#include "camera.hpp"
#include "props.hpp"
#include "tracer.hpp"

using namespace geond::rendering;

namespace {

constexpr int kWidth = 512, kHeight = 384, kPoints = kWidth * kHeight / 16 / 16;

bool shows(const Camera& camera, const Vector3& point) {
  const auto at = camera.project(point);
  return at && at->x() >= 0 && at->x() < kWidth && at->y() >= 0 && at->y() < kHeight;
}

// Of points 16 pixels apart, how many show a part of which that is so.
template <typename Predicate>
int points_on(const Tracer& tracer, const Camera& camera, const Predicate& is_meant) {
  int seen = 0;
  for (int y = 8; y < kHeight; y += 16)
    for (int x = 8; x < kWidth; x += 16) {
      const Vector3 direction = camera.direction(static_cast<float>(x), static_cast<float>(y));
      const int part = tracer.identify(camera.eye(), direction).part;
      seen += part > 0 && is_meant(part);
    }
  return seen;
}

int points_on_things(const Tracer& tracer, const Camera& camera) {
  return points_on(tracer, camera, [](int /*part*/) { return true; });
}

// Furnishes so many scenes with `arrange` and hands each with its tracer and camera to `look`.
template <typename Arrange, typename Look>
void for_each_scene(uint64_t scenes, const Arrange& arrange, const Look& look) {
  for (uint64_t seed = 0; seed < scenes; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    Scene scene;
    decorate(scene.room, random);
    arrange(scene, random);
    REQUIRE(!scene.instances().empty());
    const Tracer tracer(scene);
    look(scene, tracer, choose_camera(scene, tracer, true, kWidth, kHeight, random));
  }
}

// Of all things, only people are put together of so many parts without a label.
bool is_person(const Model& model) {
  const std::vector<Part>& parts = model.mesh.parts;
  return parts.size() > 30 && std::none_of(parts.begin(), parts.end(), [](const Part& part) {
           return part.role == PartRole::kGeon;
         });
}

}  // namespace

TEST_CASE("a still life is what its picture is of: in it, and not small") {
  BuiltFurnisher furnisher;
  int shown = 0, large = 0;
  const auto arrange = [&](Scene& scene, Random& random) {
    set_out_still_life(scene, furnisher, random);
  };
  for_each_scene(100, arrange, [&](const Scene& scene, const Tracer& tracer, const Camera& camera) {
    REQUIRE(scene.focus);
    shown += shows(camera, *scene.focus);
    large += points_on_things(tracer, camera) > kPoints / 100;
  });
  CHECK(shown >= 95);
  CHECK(large >= 85);
}

TEST_CASE("houses stand on their ground, and something of them is in the picture") {
  for_each_scene(60, build_houses,
                 [](const Scene& scene, const Tracer& tracer, const Camera& camera) {
                   REQUIRE(scene.room.enclosure == Enclosure::kOutdoors);
                   for (const Instance& instance : scene.instances())
                     CHECK(instance.position.y() >= 0);
                   CHECK(points_on_things(tracer, camera) >= 5);
                 });
}

TEST_CASE("a portrait shows people, mostly in the face") {
  BuiltFurnisher furnisher;
  int shown = 0, fronts = 0, in_the_face = 0;
  const auto arrange = [&](Scene& scene, Random& random) { pose_people(scene, furnisher, random); };
  for_each_scene(100, arrange, [&](const Scene& scene, const Tracer& tracer, const Camera& camera) {
    REQUIRE(scene.focus);
    const int on_people = points_on(
        tracer, camera, [&](int part) { return is_person(*scene.instance_of(part).model); });
    shown += on_people > kPoints / 20;
    if (!scene.front) return;
    ++fronts;
    in_the_face += (camera.eye() - *scene.focus).dot(facing(*scene.front)) > 0;
  });
  CHECK(shown >= 85);
  CHECK(fronts >= 60);
  CHECK(in_the_face >= fronts * 9 / 10);
}

TEST_CASE("nothing of a person has a label") {
  for (uint64_t seed = 0; seed < 40; ++seed) {
    CAPTURE(seed);
    Random random(seed);
    CHECK(is_person(*props::standing_person(random)));
    CHECK(is_person(*props::seated_person(random)));
  }
}
