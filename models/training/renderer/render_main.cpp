// SPDX-License-Identifier: MIT
// Renders labelled pictures: NAME.jpg, NAME.mask.png and NAME.json (see geond_training/dataset.py).
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "camera.hpp"
#include "catalogue.hpp"
#include "develop.hpp"
#include "image_file.hpp"
#include "labels.hpp"
#include "layouts.hpp"
#include "render_options.hpp"
#include "tracer.hpp"
#include "whole_file.hpp"

namespace {

using namespace geond::rendering;

// No split has as many pictures: from here on the seeds of those for study are their own.
constexpr uint64_t kFirstStudied = 1'000'000'000;

std::string_view name_of(Split split) {
  return kSplitNames[static_cast<size_t>(split)];
}

std::pair<int, int> picture_size(Random& random) {
  static const std::vector<std::pair<int, int>> sizes = {{512, 384}, {512, 384}, {512, 384},
                                                         {512, 384}, {512, 336}, {512, 288},
                                                         {416, 416}, {384, 512}, {336, 512}};
  return random.pick(sizes);
}

void write_labels(const std::filesystem::path& path, const RenderOptions& options, SceneKind scene,
                  int width, int height, const std::vector<ObjectLabel>& labels) {
  WholeFile file(path);
  std::ostream& stream = file.stream();
  stream << "{\"kind\":\"" << options.kind << "\",\"scene\":\""
         << kSceneNames[static_cast<int>(scene)] << "\",\"split\":\"" << name_of(options.split)
         << "\",\"width\":" << width << ",\"height\":" << height << ",\"objects\":[";
  for (size_t i = 0; i < labels.size(); ++i) {
    const ObjectLabel& l = labels[i];
    char line[256];
    std::snprintf(line, sizeof line,
                  "%s\n{\"class\":\"%s\",\"box\":[%.2f,%.2f,%.2f,%.2f,%.5f],\"visible\":%.3f,"
                  "\"agreement\":%.3f,\"clear\":%s,\"outlined\":%.3f}",
                  i ? "," : "", std::string(kGeonNames[static_cast<int>(l.geon_class)]).c_str(),
                  l.x, l.y, l.width, l.height, l.angle, l.visible, l.agreement,
                  l.clear ? "true" : "false", l.outlined);
    stream << line;
  }
  stream << "]}\n";
  file.finish();
}

uint64_t seed_for(const RenderOptions& options, uint64_t number) {
  const uint64_t stream = options.kind == "loose" ? 1 : options.kind == "built" ? 2 : 3;
  const uint64_t apart = options.split == Split::kStudy ? kFirstStudied : 0;
  return (apart + number) * 8 + stream * 2 + (is_taught(options.split) ? 0 : 1);
}

// Each of the four scenes in turn; loose geons make none.
SceneKind scene_for(const RenderOptions& options, uint64_t number) {
  return options.kind == "loose" ? SceneKind::kNone : static_cast<SceneKind>(number % 4);
}

void render(const RenderOptions& options, Furnisher& furnisher, uint64_t number) {
  char name[64];
  std::snprintf(name, sizeof name, "%s_%s_%06llu", std::string(name_of(options.split)).c_str(),
                options.kind.c_str(), static_cast<unsigned long long>(number));
  const std::filesystem::path stem = options.out / name, labels_path = stem.string() + ".json";
  if (std::filesystem::exists(labels_path)) return;
  Random random(seed_for(options, number));
  Scene scene;
  const SceneKind kind = scene_for(options, number);
  (options.split == Split::kTest ? furnish_for_test : furnish)(scene, kind, furnisher, random);
  const auto [width, height] = picture_size(random);
  const Tracer tracer(scene);
  const Camera camera =
      choose_camera(scene, tracer, kind == SceneKind::kNone, width, height, random);
  const Photograph photograph =
      take_photograph(tracer, camera, width, height, options.samples, random);
  write_jpeg(stem.string() + ".jpg", width, height, photograph.rgb, 93);
  write_grey_png(stem.string() + ".mask.png", width, height, label_mask(scene, photograph.map));
  // The labels come last: their presence says that the picture is complete.
  write_labels(labels_path, options, kind, width, height,
               label_objects(scene, camera, photograph.map, photograph.rgb));
}

}  // namespace

int main(int argc, char** argv) try {
  const RenderOptions options = parse_render_options({argv + 1, argv + argc});
  std::filesystem::create_directories(options.out);
  std::unique_ptr<Catalogue> catalogue;
  std::unique_ptr<Furnisher> furnisher = std::make_unique<BuiltFurnisher>();
  if (!options.furniture.empty() || options.kind == "furnished") {
    catalogue = std::make_unique<Catalogue>(options.furniture, options.split);
    shelve_pictures(catalogue->pictures());
  }
  if (options.kind == "furnished") furnisher = std::make_unique<CatalogueFurnisher>(*catalogue);
  for (uint64_t i = 0; i < options.count; ++i) render(options, *furnisher, options.first + i);
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << "geond-render: " << error.what() << "\n";
  return EXIT_FAILURE;
}
