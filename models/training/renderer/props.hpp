// SPDX-License-Identifier: MIT
#pragma once
#include "model.hpp"
#include "random.hpp"

// Things built of geons alone. Each call makes another: sizes, proportions and surfaces vary.
namespace geond::rendering::props {

ModelPtr desk(Random& random);
ModelPtr office_chair(Random& random);
ModelPtr filing_cabinet(Random& random);
ModelPtr bookcase(Random& random);
ModelPtr monitor(Random& random);
ModelPtr laptop(Random& random);
ModelPtr keyboard(Random& random);
ModelPtr bin(Random& random);
ModelPtr mug(Random& random);
ModelPtr book_stack(Random& random);
ModelPtr sofa(Random& random);
ModelPtr armchair(Random& random);
ModelPtr coffee_table(Random& random);
ModelPtr dining_table(Random& random);
ModelPtr chair(Random& random);
ModelPtr sideboard(Random& random);
ModelPtr television(Random& random);
ModelPtr vase(Random& random);
ModelPtr fruit_bowl(Random& random);
ModelPtr floor_lamp(Random& random);
ModelPtr table_lamp(Random& random);
ModelPtr hanging_lamp(Random& random);
ModelPtr ball(Random& random, float radius);
ModelPtr ring_toy(Random& random);
// A pot with leaves, or with foliage of spheres and cones; the leaves are no geons.
ModelPtr potted_plant(Random& random, float height);
ModelPtr rug(Random& random);
ModelPtr picture_frame(Random& random);
ModelPtr door(Random& random);
ModelPtr carton(Random& random, float size);
// Cartons or drums on a pallet, close together.
ModelPtr loaded_pallet(Random& random);
// A block of stacked cartons, several kinds side by side, as against a wall.
ModelPtr carton_wall(Random& random);
ModelPtr rack(Random& random, float height);
ModelPtr drum(Random& random);
ModelPtr tyre_stack(Random& random);
ModelPtr traffic_cone(Random& random);
ModelPtr ladder(Random& random);
ModelPtr hose_coil(Random& random);
ModelPtr watering_can(Random& random);
ModelPtr plant_bench(Random& random, float length);
ModelPtr plant_bed(Random& random, float length);
ModelPtr glasshouse_frame(Random& random, const Vector3& room);
ModelPtr pouf(Random& random);
ModelPtr basket(Random& random);
ModelPtr fireplace(Random& random);
ModelPtr speaker(Random& random);
ModelPtr piano(Random& random);
ModelPtr aquarium(Random& random);
ModelPtr side_table(Random& random);
ModelPtr bar_stool(Random& random);
ModelPtr counter(Random& random, float length);
ModelPtr window_seat(Random& random, float length);
ModelPtr toy_tower(Random& random);
ModelPtr coffee_machine(Random& random);
ModelPtr work_table(Random& random, float length);
ModelPtr glass_screen(Random& random, float length, float height);
ModelPtr copier(Random& random);
ModelPtr server_rack(Random& random);
ModelPtr flip_chart(Random& random);
ModelPtr drawing_board(Random& random);
ModelPtr folder_row(Random& random);
ModelPtr paper_rolls(Random& random);
// A box of some make: a partition, a counter, a shelf on the wall.
ModelPtr block(Random& random, const Vector3& size);
// What something hangs on; never labelled.
ModelPtr cord(Random& random, float length);
// People of any looks; never labelled. Who sits faces +z, feet before the seat's middle, which is
// the model's origin.
ModelPtr standing_person(Random& random);
ModelPtr seated_person(Random& random);
// A house with rows of windows, `size` outside.
ModelPtr house(Random& random, const Vector3& size);
ModelPtr parked_car(Random& random);
ModelPtr street_lamp(Random& random);
// One of these, a plant in a pot or a loose geon: what stands before houses.
ModelPtr at_the_kerb(Random& random);
// What lies about where one works with a laptop.
ModelPtr telephone(Random& random);
ModelPtr notebook(Random& random);
ModelPtr mouse(Random& random);
ModelPtr papers(Random& random);
// Loose solids, and things that nearly are some (vases, letters, stars, people).
ModelPtr loose_geon(Random& random, float size);
ModelPtr near_geon(Random& random, float size);
// A loose geon with that chance, else a thing that nearly is one.
ModelPtr solid(Random& random, float size, float geon_chance);

}  // namespace geond::rendering::props
