// SPDX-License-Identifier: MIT
#pragma once
#include <map>
#include <optional>
#include <vector>

#include "arranging.hpp"

// The sixth manner: rooms made by rules. A room is divided into zones, each zone serves a purpose,
// and each purpose is a small grammar of what stands where. The tables are the scenes' own.
namespace geond::rendering {

// What people who keep such a room are like; drawn once per room.
struct Household {
  // 0 to 1: how much lies about, how much stands there, how often the same model is repeated.
  float clutter, density, sameness;
  // How crooked things stand, in radians.
  float noise;
  // Below 0 they like low furniture, above 0 high.
  int stature;
  // How often what has a chance is there: 0 never, 1 as the grammar says.
  float lamps, plants, pictures, books;
};

Household draw_household(Random& random);

// Furniture as one household buys it: many of a kind or each another, low or high.
class HouseholdFurnisher : public Furnisher {
 public:
  HouseholdFurnisher(Furnisher& shop, const Household& household)
      : shop_(shop), household_(household) {}
  ModelPtr get(Thing thing, Random& random) override;

 private:
  ModelPtr choose(Thing thing, Random& random);

  Furnisher& shop_;
  const Household& household_;
  std::map<Thing, ModelPtr> usual_;
};

// A thing from the furnisher, or one made for the purpose.
struct Kind {
  using Maker = ModelPtr (*)(Random&);
  Kind(Thing named) : thing(named) {}
  Kind(Maker maker) : made(maker) {}
  Thing thing = Thing::kTrinket;
  Maker made = nullptr;
};
using Kinds = std::vector<Kind>;

// Which part of a top; the front is where one sits.
enum class Half { kBack, kFront, kAnywhere };

struct Lying {
  Kinds kinds;
  float chance;
  int least, most;
  Half half = Half::kAnywhere;
};

// Where a companion is, seen from its anchor.
enum class Side {
  kBefore,   // facing it
  kBehind,   // looking at its back
  kBeside,   // in line with it, right or left
  kFlank,    // before it and to one side, looking across
  kRound,    // seats on all sides
  kOver,     // under the ceiling
  kOnWall,   // on the wall above it
  kBeneath,  // a rug
};

struct Companion {
  Kinds kinds;
  Side side;
  float chance;
  int least = 1, most = 1;
  // The gap between the two.
  float near = 5, far = 25;
  std::vector<Lying> lying = {};
};

enum class Repeat { kOnce, kRow, kRows, kBackToBack, kFaceToFace, kRing, kEll };

struct Cluster {
  Kinds anchors;
  // Against the back of its zone, or in the middle.
  bool at_back;
  std::vector<Repeat> repeats;
  float chance;
  std::vector<Lying> lying;
  std::vector<Companion> companions;
  // Higher ones are no anchor: nothing can be seen that lies on them.
  float highest = 400;
};

// What a zone is for.
struct Purpose {
  // How likely it is for the main zone, for the others, and in a near view.
  float main, other, near;
  // The first is what a near view looks at.
  std::vector<Cluster> clusters;
};

struct RoomRules {
  std::vector<Purpose> purposes;
  float least, most;
  // Near views need small rooms, so that something else is behind the thing.
  float least_near, most_near;
  Things along_walls, about, on_sills;
};

void arrange_by_rules(const RoomRules& rules, Scene& scene, Furnisher& furnisher, Random& random);

// A rectangle of the floor: the spot is the middle of its back, looking into it.
struct Zone {
  Spot spot;
  float width, depth;
  bool walled;
};

// The zones of a room, the main one first.
std::vector<Zone> divide(const Scene& scene, Random& random);
Zone whole_room(const Scene& scene, Random& random);

// Everything that carrying out a grammar needs.
struct Work {
  Scene& scene;
  HouseholdFurnisher& furnisher;
  Random& random;
  const Household& household;
};

ModelPtr make(Work& work, const Kind& kind);
// Lays, stands and hangs what belongs to an anchor.
void furnish_group(Work& work, const Cluster& cluster, const Instance& anchor, const Zone& zone);

// So far right of the middle of the zone's back, and before it.
struct Slot {
  float right, forward, turn;
};

// Where the anchors of the cluster stand, for one of this size.
std::vector<Slot> slots_for(const Cluster& cluster, const Zone& zone, const Vector3& size,
                            Random& random);

void arrange_zoned_office(Scene& scene, Furnisher& furnisher, Random& random);
void arrange_zoned_livingroom(Scene& scene, Furnisher& furnisher, Random& random);

}  // namespace geond::rendering
