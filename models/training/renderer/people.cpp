// SPDX-License-Identifier: MIT
#include "people.hpp"

#include <algorithm>

#include "props.hpp"

namespace geond::rendering {
namespace {

// The share of pictures with people in them, and how many of the seats and of the free places they
// take at most.
constexpr float kPeopled = 0.35f;
constexpr int kMostSeated = 5, kMostStanding = 3;
// Nobody sits nearer to somebody else.
constexpr float kElbowRoom = 30;

// Furniture is not marked yet when people come: what is, are people and strays.
bool is_taken(const Scene& scene, const Spot& seat) {
  return std::any_of(
      scene.instances().begin(), scene.instances().end(), [&](const Instance& other) {
        return scene.is_bystander(other) && (other.position - seat.position).norm() < kElbowRoom;
      });
}

// Seats on tables and shelves are being stored.
std::vector<Spot> free_seats(const Scene& scene, const NotingFurnisher& furnisher) {
  static const std::set<Thing> seats = {Thing::kOfficeChair, Thing::kChair, Thing::kArmchair,
                                        Thing::kSofa};
  std::vector<Spot> spots;
  for (const Instance& instance : scene.instances()) {
    if (instance.position.y() > 1 || !furnisher.was_had_as(instance.model, seats)) continue;
    for (const Spot& seat : seats_of(instance))
      if (!is_taken(scene, seat)) spots.push_back(seat);
  }
  return spots;
}

void seat_people(Scene& scene, const NotingFurnisher& furnisher, Random& random) {
  std::vector<Spot> seats = free_seats(scene, furnisher);
  random.shuffle(seats);
  const int most = std::min(kMostSeated, static_cast<int>(seats.size()));
  const int count = random.between(0, most);
  for (int i = 0; i < count; ++i) sit_down(scene, random, seats[static_cast<size_t>(i)]);
}

}  // namespace

std::vector<Spot> seats_of(const Instance& furniture) {
  const Spot middle = spot_of(furniture);
  const float beside = furniture.model->size.x() / 2 - 45;
  if (beside <= kElbowRoom) return {middle};
  return {{middle.at(beside, 0), middle.yaw}, {middle.at(-beside, 0), middle.yaw}};
}

void sit_down(Scene& scene, Random& random, const Spot& seat) {
  const ModelPtr person = props::seated_person(random);
  scene.mark_bystander(person);
  scene.add(person, seat.position, seat.yaw + random.normal(0.15f));
}

void stand_at(Scene& scene, Random& random, const Spot& spot) {
  const ModelPtr person = props::standing_person(random);
  scene.mark_bystander(person);
  scene.add(person, spot.position, spot.yaw);
}

void look_at_sitter(Scene& scene, Random& random, const Spot& seat, bool from_before) {
  scene.focus = seat.position + Vector3(0, random.uniform(85, 120), 0);
  scene.from_above = false;
  if (from_before) scene.front = seat.yaw;
}

void add_people(Scene& scene, const NotingFurnisher& furnisher, Random& random) {
  if (!random.chance(kPeopled)) return;
  seat_people(scene, furnisher, random);
  const int standing = random.between(0, kMostStanding);
  for (int i = 0; i < standing; ++i) {
    const ModelPtr person = props::standing_person(random);
    scene.mark_bystander(person);
    scene.place_anywhere(random, person, 5);
  }
}

}  // namespace geond::rendering
