// SPDX-License-Identifier: MIT
#pragma once
#include <optional>
#include <vector>

#include "furnisher.hpp"
#include "scene.hpp"

// What layouts of any kind do again and again.
namespace geond::rendering {

using Things = std::vector<Thing>;

// Where something turned by `yaw` looks, on the floor.
Vector3 facing(float yaw);
float quarter_turn(Random& random);

// A room whose sides are between `least` and `most` long.
void shape_room(Scene& scene, Random& random, float least, float most);
// Lights under the ceiling and up to two windows.
void light_room(Scene& scene, Random& random);
// The sun and no walls where it is outdoors, else as light_room.
void light_place(Scene& scene, Random& random, bool outdoors);
// `least` to `most` of the things on the floor, anywhere.
void scatter(Scene& scene, Furnisher& furnisher, Random& random, const Things& things, int least,
             int most);
// Up to `most` of the things along the walls.
void line_walls(Scene& scene, Furnisher& furnisher, Random& random, const Things& things, int most);
// Up to `most` of the things on top of `base`.
void load(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base,
          const Things& things, int most);
// Every one of the things on top of `base`, as long as there is room.
void dress(Scene& scene, Furnisher& furnisher, Random& random, const Instance& base,
           const Things& things);

// A place on the floor that looks somewhere: groups are laid out from it, so many centimetres to
// its right and before it.
struct Spot {
  Vector3 position = Vector3::Zero();
  float yaw = 0;
  Vector3 at(float right, float forward, float up = 0) const;
};

Spot spot_of(const Instance& instance);
// Near the middle of the room, in line with its walls.
Spot middle_spot(const Scene& scene, Random& random);
// The middle of a wall (0..3), looking into the room.
Spot wall_spot(const Scene& scene, int wall);
float wall_length(const Scene& scene, int wall);
// The `index`th of `count` places side by side is so far right of their middle.
float place_of(int index, int count, float step);
// A wall that has no window, where there is one.
int blank_wall(const Scene& scene, Random& random);
// At the spot, turned by `turn` against it, if that is free. A copy: instances move.
std::optional<Instance> put(Scene& scene, const ModelPtr& model, const Spot& spot, float right,
                            float forward, float turn = 0);
// On a wall, its lower edge at `height`, if no window, shelf or cupboard is there; it takes no
// floor.
std::optional<Instance> hang(Scene& scene, const ModelPtr& model, const Spot& wall, float right,
                             float height);
// One that is at most so wide and deep, as long as a few tries find such.
ModelPtr get_within(Furnisher& furnisher, Random& random, Thing thing, float width, float depth);
// Things side by side along a wall, from `from` to at most `to` centimetres right of its middle.
std::vector<Instance> line_up(Scene& scene, Furnisher& furnisher, Random& random, const Spot& wall,
                              float from, float to, const Things& things);
// Seats round a table, looking at it; each of those that fit is there with the chance `taken`.
void seat_round(Scene& scene, Random& random, const Instance& table, const ModelPtr& chair,
                float taken);
// The same on the same, `count` in all as long as the ceiling is higher.
void stack(Scene& scene, Random& random, const ModelPtr& model, const Spot& spot, float right,
           float forward, int count);

}  // namespace geond::rendering
