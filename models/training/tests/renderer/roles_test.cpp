// SPDX-License-Identifier: MIT
#include "roles.hpp"

#include <doctest/doctest.h>

using namespace geond::rendering;

namespace {

// Something 40 cm wide and 100 cm high.
ObjDescription named(const char* name) {
  ObjDescription description;
  description.name = name;
  description.size = Vector3(40, 100, 40);
  return description;
}

// The role of a part of this shape, given what assign_parts() would have said of it.
PartRole role_of(const char* name, const Geon& shape, PartRole by_shape) {
  Mesh mesh;
  mesh.add_geon(shape, mesh.add_surface(Pattern{}), by_shape);
  adjust_roles(mesh, named(name));
  return mesh.parts.front().role;
}

const Geon kPot = cylinder_at(Vector3::Zero(), 12, 25);
const Geon kStem = cylinder_at(Vector3::Zero(), 2, 50);
const Geon kCrown = sphere_at(Vector3(0, 70, 0), 25);
const Geon kBauble = sphere_at(Vector3(10, 70, 0), 3);

}  // namespace

TEST_CASE("foliage is no geon, whatever fits its clumps") {
  CHECK(role_of("Ficus", kCrown, PartRole::kGeon) == PartRole::kNegative);
  CHECK(role_of("Ficus", kCrown, PartRole::kUnsure) == PartRole::kNegative);
  CHECK(role_of("Ficus", kStem, PartRole::kGeon) == PartRole::kNegative);
  CHECK(role_of("Ficus", kStem, PartRole::kUnsure) == PartRole::kNegative);
}

TEST_CASE("a plant's pot is a geon where one fits, and unsure where none does") {
  CHECK(role_of("Ficus", kPot, PartRole::kGeon) == PartRole::kGeon);
  CHECK(role_of("Ficus", kPot, PartRole::kUnsure) == PartRole::kUnsure);
  const Geon hanging = cylinder_at(Vector3(0, 60, 0), 12, 25);
  CHECK(role_of("Ficus", hanging, PartRole::kUnsure) == PartRole::kNegative);
  const Geon saucer = cylinder_at(Vector3::Zero(), 12, 2);
  CHECK(role_of("Ficus", saucer, PartRole::kUnsure) == PartRole::kNegative);
}

TEST_CASE("fruit and baubles are spheres at any height of a tree") {
  CHECK(role_of("Christmas tree", kBauble, PartRole::kGeon) == PartRole::kGeon);
  CHECK(role_of("Christmas tree", cube_at(Vector3(10, 70, 0), 6, 6, 6), PartRole::kGeon) ==
        PartRole::kNegative);
}

TEST_CASE("cloth is no geon, and what is thin teaches nothing") {
  CHECK(role_of("Oriental rug", kPot, PartRole::kGeon) == PartRole::kNegative);
  CHECK(role_of("Coat rack", kStem, PartRole::kGeon) == PartRole::kUnsure);
  CHECK(role_of("Coat rack", kPot, PartRole::kGeon) == PartRole::kGeon);
}

TEST_CASE("of many alike the largest keep their labels") {
  Mesh mesh;
  const int surface = mesh.add_surface(Pattern{});
  for (int i = 0; i < 20; ++i)
    mesh.add_geon(sphere_at(Vector3(0, 50, 0), 5 + static_cast<float>(i)), surface);
  adjust_roles(mesh, named("Balls"));
  for (size_t i = 0; i < mesh.parts.size(); ++i)
    CHECK(mesh.parts[i].role == (i < 8 ? PartRole::kUnsure : PartRole::kGeon));
}
