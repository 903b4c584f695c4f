// SPDX-License-Identifier: MIT
// Renders labelled pictures: NAME.jpg, NAME.mask.png and NAME.json (see geond_training/dataset.py).
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

#include "camera.hpp"
#include "catalogue.hpp"
#include "develop.hpp"
#include "image_file.hpp"
#include "labels.hpp"
#include "layouts.hpp"
#include "tracer.hpp"
#include "whole_file.hpp"

namespace {

using namespace geond::rendering;

struct Options {
  std::filesystem::path out;
  std::string kind = "built";
  std::filesystem::path furniture;
  Split split = Split::kTrain;
  uint64_t first = 0;
  uint64_t count = 1;
  int samples = 4;
};

// No split has as many pictures: from here on the seeds of those for study are their own.
constexpr uint64_t kFirstStudied = 1'000'000'000;

constexpr const char* kUsage =
    "geond-render --out DIR --kind loose|built|furnished [--furniture DIR]\n"
    "             [--split train|study|val|test] [--first SEED] [--count N] [--samples RAYS]\n";

std::string_view name_of(Split split) {
  return kSplitNames[static_cast<size_t>(split)];
}

Split split_named(std::string_view name) {
  const auto found = std::find(kSplitNames.begin(), kSplitNames.end(), name);
  if (found == kSplitNames.end())
    throw std::runtime_error("--split is train, study, val or test, not " + std::string(name));
  return static_cast<Split>(found - kSplitNames.begin());
}

Options parse(int argc, char** argv) {
  Options options;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i], value = argv[i + 1];
    if (flag == "--out")
      options.out = value;
    else if (flag == "--kind")
      options.kind = value;
    else if (flag == "--furniture")
      options.furniture = value;
    else if (flag == "--split")
      options.split = split_named(value);
    else if (flag == "--first")
      options.first = std::stoull(value);
    else if (flag == "--count")
      options.count = std::stoull(value);
    else if (flag == "--samples")
      options.samples = std::stoi(value);
    else
      throw std::runtime_error("unknown flag " + flag);
  }
  if (options.out.empty() || argc % 2 == 0) throw std::runtime_error(kUsage);
  return options;
}

std::pair<int, int> picture_size(Random& random) {
  static const std::vector<std::pair<int, int>> sizes = {{512, 384}, {512, 384}, {512, 384},
                                                         {512, 384}, {512, 336}, {512, 288},
                                                         {416, 416}, {384, 512}, {336, 512}};
  return random.pick(sizes);
}

void write_labels(const std::filesystem::path& path, const Options& options, SceneKind scene,
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

uint64_t seed_for(const Options& options, uint64_t number) {
  const uint64_t stream = options.kind == "loose" ? 1 : options.kind == "built" ? 2 : 3;
  const uint64_t apart = options.split == Split::kStudy ? kFirstStudied : 0;
  return (apart + number) * 8 + stream * 2 + (is_taught(options.split) ? 0 : 1);
}

// Each of the four scenes in turn; loose geons make none.
SceneKind scene_for(const Options& options, uint64_t number) {
  return options.kind == "loose" ? SceneKind::kNone : static_cast<SceneKind>(number % 4);
}

void render(const Options& options, Furnisher& furnisher, uint64_t number) {
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
  const Options options = parse(argc, argv);
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
