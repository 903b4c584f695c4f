// SPDX-License-Identifier: MIT
#include <algorithm>

#include "prop_kit.hpp"
#include "props.hpp"

namespace geond::rendering::props {
namespace {

Pattern cardboard(Random& random) {
  Pattern pattern;
  pattern.first = Vector3(0.45f, 0.28f, 0.14f) * random.uniform(0.6f, 1.45f);
  pattern.first.z() *= random.uniform(0.7f, 1.5f);
  pattern.second = random.chance(0.8f) ? Vector3(Vector3::Constant(0.05f)) : vivid_colour(random);
  pattern.kind = random.chance(0.65f) ? PatternKind::kPrint : PatternKind::kPlain;
  pattern.period = random.uniform(8, 30);
  return pattern;
}

// A carton with its tape and perhaps a label, all one part.
void add_carton(PropKit& kit, const Vector3& base, const Vector3& size, int board, int tape) {
  Random& random = kit.random();
  const int part = kit.add(cube_at(base, size.x(), size.y(), size.z()), board);
  const size_t first = kit.mesh().triangles.size();
  if (random.chance(0.6f))
    kit.add(cube_at(base + Vector3(0, -0.1f, 0), size.x() + 0.3f, size.y() + 0.3f,
                    std::min(6.0f, size.z() / 4)),
            tape);
  if (random.chance(0.4f))
    kit.add(cube_at(base + Vector3(random.uniform(-0.25f, 0.25f) * size.x(),
                                   random.uniform(0.2f, 0.6f) * size.y(), 0),
                    size.x() * 0.3f, size.y() * 0.25f, size.z() + 0.4f),
            tape);
  for (size_t i = first; i < kit.mesh().triangles.size(); ++i) kit.mesh().triangles[i].part = part;
  kit.mesh().parts.resize(static_cast<size_t>(part) + 1);
}

void add_drum(PropKit& kit, const Vector3& base, float radius, float height, int body) {
  const int part = kit.add(cylinder_at(base, radius, height), body);
  const size_t first = kit.mesh().triangles.size();
  for (int i = 1; i <= 2; ++i)
    kit.add(
        cylinder_at(base + Vector3(0, height * static_cast<float>(i) / 3 - 1, 0), radius + 0.8f, 2),
        body);
  for (size_t i = first; i < kit.mesh().triangles.size(); ++i) kit.mesh().triangles[i].part = part;
  kit.mesh().parts.resize(static_cast<size_t>(part) + 1);
}

// Boards of a pallet: too thin and too many to be worth a label.
void add_pallet(PropKit& kit, float width, float depth) {
  const int wood = kit.random().chance(0.8f) ? kit.wood(40) : kit.plain(vivid_colour(kit.random()));
  for (int i = 0; i < 6; ++i)
    kit.add(cube_at(Vector3(0, 12, (static_cast<float>(i) + 0.5f) * depth / 6 - depth / 2), width,
                    2, depth / 6 - 4),
            wood, PartRole::kUnsure);
  for (int i = -1; i <= 1; ++i)
    kit.add(cube_at(Vector3(static_cast<float>(i) * (width / 2 - 5), 0, 0), 10, 12, depth), wood,
            PartRole::kUnsure);
}

}  // namespace

ModelPtr carton(Random& random, float size) {
  PropKit kit(random);
  const int board =
      kit.surface(random.chance(0.85f) ? cardboard(random) : random_pattern(random, size));
  const int tape = kit.plain(muted_colour(random, 0.3f, 0.7f), 0.1f, 60);
  add_carton(
      kit, Vector3::Zero(),
      size * Vector3(random.uniform(0.6f, 1), random.uniform(0.4f, 1), random.uniform(0.6f, 1)),
      board, tape);
  return kit.finish();
}

ModelPtr loaded_pallet(Random& random) {
  PropKit kit(random);
  add_pallet(kit, 120, 100);
  if (random.chance(0.25f)) {
    const int body = kit.patterned(60);
    for (int i = 0; i < 4; ++i)
      if (random.chance(0.85f))
        add_drum(kit, Vector3(i & 1 ? 29.0f : -29.0f, 14, i & 2 ? 25.0f : -25.0f), 24, 86, body);
    return kit.finish();
  }
  const int columns = random.between(1, 4), rows = random.between(1, 3),
            levels = random.between(1, 5);
  const float width = 118.0f / static_cast<float>(columns),
              depth = 98.0f / static_cast<float>(rows), height = random.uniform(18, 45);
  const Pattern base = cardboard(random);
  const int tape = kit.plain(muted_colour(random, 0.3f, 0.7f), 0.1f, 60);
  for (int level = 0; level < levels; ++level)
    for (int i = 0; i < columns; ++i)
      for (int j = 0; j < rows; ++j) {
        if (level == levels - 1 && random.chance(0.25f)) continue;
        Pattern board = base;
        board.first *= random.uniform(0.8f, 1.2f);
        const Vector3 foot((static_cast<float>(i) + 0.5f) * width - 59 + random.normal(0.6f),
                           14 + static_cast<float>(level) * height,
                           (static_cast<float>(j) + 0.5f) * depth - 49 + random.normal(0.6f));
        add_carton(kit, foot, Vector3(width - 1.5f, height - 0.4f, depth - 1.5f),
                   kit.surface(board), tape);
      }
  return kit.finish();
}

ModelPtr carton_wall(Random& random) {
  PropKit kit(random);
  const int stacks = random.between(3, 8);
  const bool on_pallets = random.chance(0.6f);
  float x = 0;
  for (int s = 0; s < stacks; ++s) {
    const float width = random.uniform(28, 65), height = random.uniform(20, 50),
                depth = random.uniform(35, 70);
    const Pattern base = cardboard(random);
    const int tape = kit.plain(muted_colour(random, 0.3f, 0.7f), 0.1f, 60);
    const int levels = random.between(1, std::max(1, static_cast<int>(200 / height)));
    const int columns = random.between(1, 3);
    for (int c = 0; c < columns; ++c) {
      const int own_levels = std::max(1, levels - random.below(2));
      for (int level = 0; level < own_levels; ++level) {
        Pattern board = base;
        board.first *= random.uniform(0.9f, 1.1f);
        add_carton(
            kit,
            Vector3(x + width / 2, (on_pallets ? 14.0f : 0.0f) + static_cast<float>(level) * height,
                    random.normal(1.5f)),
            Vector3(width - 0.8f, height - 0.5f, depth), kit.surface(board), tape);
      }
      x += width;
    }
    x += random.chance(0.3f) ? random.uniform(2, 15) : 0;
    if (x > 380) break;
  }
  if (on_pallets) {
    const int wood = random.chance(0.6f) ? kit.wood(40) : kit.plain(vivid_colour(random));
    for (float at = 0; at < x - 20; at += 110)
      kit.add(cube_at(Vector3(at + 52, 0, 5), 104, 13, 60), wood, PartRole::kUnsure);
  }
  return kit.finish();
}

ModelPtr rack(Random& random, float height) {
  PropKit kit(random);
  const Vector3 upright_colour =
      random.chance(0.5f) ? Vector3(0.02f, 0.08f, 0.35f) : vivid_colour(random);
  const int upright = kit.plain(upright_colour, 0.05f, 30),
            beam = kit.plain(vivid_colour(random), 0.05f, 30), deck = kit.wood(60);
  const float bay = random.uniform(130, 270), depth = random.uniform(60, 110);
  const int bays = random.between(1, 4), levels = random.between(2, 5);
  const float step = std::min(height / static_cast<float>(levels), random.uniform(60, 140));
  const float half = static_cast<float>(bays) * bay / 2;
  for (int i = 0; i <= bays; ++i)
    for (int side = -1; side <= 1; side += 2)
      kit.add(cube_at(Vector3(static_cast<float>(i) * bay - half, 0,
                              static_cast<float>(side) * depth / 2),
                      8, step * static_cast<float>(levels), 8),
              upright, PartRole::kUnsure);
  const float fullness = random.uniform(0.35f, 1.0f);
  for (int level = 0; level < levels; ++level)
    for (int i = 0; i < bays; ++i) {
      const float y = static_cast<float>(level) * step + 8,
                  middle = (static_cast<float>(i) + 0.5f) * bay - half;
      for (int side = -1; side <= 1; side += 2)
        kit.add(
            cube_at(Vector3(middle, y - 8, static_cast<float>(side) * depth / 2), bay - 8, 9, 4),
            beam, PartRole::kUnsure);
      kit.add(cube_at(Vector3(middle, y - 1, 0), bay - 8, 2, depth - 6), deck, PartRole::kUnsure);
      const Pattern base = cardboard(random);
      const int tape = kit.plain(muted_colour(random, 0.3f, 0.7f));
      float x = middle - bay / 2 + 8;
      while (x < middle + bay / 2 - 24) {
        const float width = random.uniform(18, 75),
                    tall = random.uniform(15, std::max(16.0f, std::min(65.0f, step - 22))),
                    deep = random.uniform(0.5f, 0.9f) * depth;
        if (x + width > middle + bay / 2 - 6) break;
        const Vector3 foot(x + width / 2, y + 1, random.uniform(-4, 4));
        if (random.chance(fullness)) {
          if (random.chance(0.12f)) {
            add_drum(kit, foot, std::min(width, deep) / 2, tall, kit.patterned(width));
          } else {
            Pattern board = random.chance(0.8f) ? base : random_pattern(random, width);
            board.first *= random.uniform(0.8f, 1.2f);
            const int surface = kit.surface(board);
            add_carton(kit, foot, Vector3(width, tall, deep), surface, tape);
            if (random.chance(0.35f) && 2 * tall < step - 14)
              add_carton(kit, foot + Vector3(0, tall, 0), Vector3(width, tall, deep), surface,
                         tape);
          }
        }
        x += width + random.uniform(0.5f, 12);
      }
    }
  return kit.finish();
}

ModelPtr drum(Random& random) {
  PropKit kit(random);
  add_drum(kit, Vector3::Zero(), random.uniform(18, 32), random.uniform(45, 92), kit.patterned(80));
  return kit.finish();
}

ModelPtr tyre_stack(Random& random) {
  PropKit kit(random);
  const float radius = random.uniform(25, 48), tube = radius * random.uniform(0.24f, 0.37f);
  const int rubber = kit.plain(Vector3::Constant(random.uniform(0.015f, 0.07f)), 0.03f, 20),
            count = random.between(1, 5);
  for (int i = 0; i < count; ++i)
    kit.add(torus_at(Vector3(random.normal(1.5f), tube * static_cast<float>(2 * i + 1),
                             random.normal(1.5f)),
                     radius, tube),
            rubber);
  return kit.finish();
}

ModelPtr traffic_cone(Random& random) {
  PropKit kit(random);
  const float height = random.uniform(35, 80);
  Pattern body;
  body.kind = random.chance(0.6f) ? PatternKind::kStripes : PatternKind::kPlain;
  body.first = Vector3(0.8f, 0.15f, 0.02f) * random.uniform(0.6f, 1.1f);
  body.second = Vector3::Constant(0.8f);
  body.direction = Vector3::UnitY();
  body.period = height / random.uniform(2, 4);
  kit.add(cube_at(Vector3::Zero(), height * 0.55f, 3, height * 0.55f), kit.dark());
  kit.add(cone_at(Vector3(0, 3, 0), height * 0.2f, height * random.uniform(0.01f, 0.05f), height),
          kit.surface(body));
  return kit.finish();
}

ModelPtr ladder(Random& random) {
  PropKit kit(random);
  const int metal = kit.metal();
  const float height = random.uniform(150, 260);
  for (int side = -1; side <= 1; side += 2)
    kit.add(cube_at(Vector3(static_cast<float>(side) * 22, 0, 0), 5, height, 3), metal,
            PartRole::kUnsure);
  for (float y = 25; y < height - 10; y += 28)
    kit.add(cube_at(Vector3(0, y, 0), 42, 3, 3), metal, PartRole::kUnsure);
  kit.mesh().transform(turn_about_x(random.uniform(0.1f, 0.3f)), Vector3::Zero());
  return kit.finish();
}

}  // namespace geond::rendering::props
