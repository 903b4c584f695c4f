// SPDX-License-Identifier: MIT
#include "geond/inference/manifest.hpp"

#include <algorithm>
#include <set>

#include "geond/core/sha256.hpp"
#include "json_reader.hpp"

namespace geond::inference {
namespace {

constexpr std::size_t kMaxClasses = 1000;
constexpr std::size_t kMaxFiles = 1000;
constexpr std::size_t kMaxName = 64;
constexpr double kMaxPixelFactor = 1e6;

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_name(std::string_view text, std::string_view also) {
  return !text.empty() && is_lower_or_digit(text.front()) && std::ranges::all_of(text, [&](char c) {
    return is_lower_or_digit(c) || also.find(c) != std::string_view::npos;
  });
}

/// A name that cannot lead out of the model's folder.
bool is_plain_file_name(std::string_view text) {
  return !text.empty() && text.size() <= 255 && text.front() != '.' &&
         std::ranges::none_of(text, [](char c) {
           return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
         });
}

std::string read_class_name(JsonReader& reader, std::string_view key) {
  std::string name = reader.text(key, kMaxName);
  if (!name.empty() && !is_name(name, "-_")) {
    reader.refuse(key, "must be lower-case letters, digits, `-` and `_`");
  }
  return name;
}

ModelFile read_file(JsonReader& reader) {
  ModelFile file;
  file.path = reader.text("path");
  if (!file.path.empty() && !is_plain_file_name(file.path)) {
    reader.refuse("path", "must be a plain file name inside the model's folder");
  }
  file.sha256 = reader.text("sha256");
  if (!file.sha256.empty() && !core::is_sha256(file.sha256)) {
    reader.refuse("sha256", "must be 64 lower-case hexadecimal digits");
  }
  if (reader.has("class")) file.class_name = read_class_name(reader, "class");
  return file;
}

ClassLabel read_class(JsonReader& reader) {
  ClassLabel label;
  label.name = read_class_name(reader, "name");
  JsonReader display = reader.object("display");
  label.display_en = display.text("en", kMaxName);
  label.display_ru = display.text("ru", 2 * kMaxName);
  display.finish();
  return label;
}

/// Refuses a second use of a name in a list.
template <class Items, class Name>
void check_distinct(JsonReader& root, std::string_view key, const Items& items, Name name) {
  std::set<std::string> seen;
  for (const auto& item : items) {
    if (!seen.insert(name(item)).second) {
      root.refuse(key, "names `" + name(item) + "` twice");
    }
  }
}

void read_common(JsonReader& root, Manifest& manifest) {
  manifest.name = root.text("name", kMaxName);
  if (!manifest.name.empty() && !is_name(manifest.name, "-_.")) {
    root.refuse("name", "must be lower-case letters, digits, `-`, `_` and `.`");
  }
  manifest.version = root.text("version", kMaxName);
  manifest.licence = root.text("licence");
  manifest.source = root.text("source");
  manifest.description = root.text("description");
  manifest.is_default = root.boolean("default");
  root.objects("files", kMaxFiles,
               [&](JsonReader& file) { manifest.files.push_back(read_file(file)); });
  root.objects("classes", kMaxClasses,
               [&](JsonReader& label) { manifest.classes.push_back(read_class(label)); });
  check_distinct(root, "files", manifest.files, [](const ModelFile& file) { return file.path; });
  check_distinct(root, "classes", manifest.classes,
                 [](const ClassLabel& label) { return label.name; });
}

/// A network for everything: one file, which is no class's own.
void check_one_file(JsonReader& root, const Manifest& manifest) {
  if (manifest.files.size() != 1) {
    root.refuse("files", "must hold one file in this layout");
  } else if (!manifest.files.front().class_name.empty()) {
    root.refuse("files", "must not say a class in this layout");
  }
}

void check_file_a_class(JsonReader& root, const Manifest& manifest) {
  std::multiset<std::string> of_files;
  std::multiset<std::string> of_classes;
  for (const ModelFile& file : manifest.files) of_files.insert(file.class_name);
  for (const ClassLabel& label : manifest.classes) of_classes.insert(label.name);
  if (of_files != of_classes) {
    root.refuse("files", "must hold one file a class, each with its `class`, in this layout");
  }
}

template <std::size_t kCount>
std::array<double, kCount> read_channels(JsonReader& reader, std::string_view key,
                                         JsonReader::Range range) {
  const std::vector<double> values = reader.numbers(key, kCount, range);
  std::array<double, kCount> result{};
  std::ranges::copy(values, result.begin());
  return result;
}

void read_detection_input(JsonReader input, DetectionSpec& spec) {
  spec.input_name = input.text("name");
  spec.input.width = input.integer("width", {32, 4096});
  spec.input.height = input.integer("height", {32, 4096});
  if (input.has("follows_picture")) spec.follows_picture = input.boolean("follows_picture");
  const std::string order = input.text("channel_order");
  spec.channel_order = order == "rgb" ? ChannelOrder::rgb : ChannelOrder::bgr;
  if (order != "rgb" && order != "bgr") input.refuse("channel_order", "must be `bgr` or `rgb`");
  spec.scale = input.number("scale", {1e-6, kMaxPixelFactor});
  spec.mean = read_channels<3>(input, "mean", {-kMaxPixelFactor, kMaxPixelFactor});
  spec.std = read_channels<3>(input, "std", {1e-6, kMaxPixelFactor});
  const std::array<double, 3> letterbox = read_channels<3>(input, "letterbox", {0, 255});
  for (std::size_t channel = 0; channel < letterbox.size(); ++channel) {
    if (letterbox[channel] != static_cast<int>(letterbox[channel])) {
      input.refuse("letterbox", "must hold whole numbers");
    }
    spec.letterbox[channel] = static_cast<int>(letterbox[channel]);
  }
  input.finish();
}

void read_detection_output(JsonReader output, DetectionSpec& spec) {
  if (output.text("layout") != "geon-rotated-v1") {
    output.refuse("layout", "must be `geon-rotated-v1` for a detector");
  }
  spec.output_names = output.texts("names", 16);
  for (const double stride : output.numbers("strides", 0, {1, 1024})) {
    if (stride != static_cast<int>(stride)) output.refuse("strides", "must hold whole numbers");
    spec.strides.push_back(static_cast<int>(stride));
  }
  if (spec.strides.size() != spec.output_names.size()) {
    output.refuse("strides", "must be as many as `names`");
  }
  for (const int stride : spec.strides) {
    if (spec.input.width % stride != 0 || spec.input.height % stride != 0) {
      output.refuse("strides", "must divide the input's width and height");
    }
  }
  spec.nms_iou = output.number("nms_iou", {0.01, 1});
  output.finish();
}

DetectionSpec read_detection(JsonReader& root, const Manifest& manifest) {
  DetectionSpec spec;
  read_detection_input(root.object("input"), spec);
  read_detection_output(root.object("output"), spec);
  JsonReader thresholds = root.object("thresholds");
  spec.candidates_threshold = thresholds.number("candidates", {0.001, 1});
  spec.default_threshold = thresholds.number("default", {0, 1});
  if (spec.default_threshold < spec.candidates_threshold) {
    thresholds.refuse("default", "must not be below `candidates`");
  }
  thresholds.finish();
  check_one_file(root, manifest);
  return spec;
}

/// A scene of that name could not be told from none.
void check_scene_names(JsonReader& root, const Manifest& manifest) {
  if (std::ranges::find(manifest.classes, kNoScene, &ClassLabel::name) != manifest.classes.end()) {
    root.refuse("classes",
                "must not name a scene `none`: that is the word for no scene; give it another");
  }
}

ClassificationSpec read_classification(JsonReader& root, const Manifest& manifest) {
  ClassificationSpec spec;
  check_scene_names(root, manifest);
  JsonReader input = root.object("input");
  spec.input_name = input.text("name");
  if (input.text("features") != "primitives-v1") {
    input.refuse("features", "must be `primitives-v1`");
  }
  spec.slots = input.integer("slots", {1, 1024});
  spec.primitive_classes = input.texts("primitive_classes", kMaxClasses);
  input.finish();

  JsonReader output = root.object("output");
  const std::string layout = output.text("layout");
  spec.output_name = output.text("name");
  if (layout == "binary-ensemble") {
    spec.layout = ClassificationLayout::binary_ensemble;
    if (output.has("temperature")) spec.temperature = output.number("temperature", {0.1, 10});
    check_file_a_class(root, manifest);
  } else if (layout == "softmax-with-none") {
    check_one_file(root, manifest);
  } else {
    output.refuse("layout", "must be `softmax-with-none` or `binary-ensemble` for a classifier");
  }
  output.finish();

  JsonReader thresholds = root.object("thresholds");
  spec.min_probability = thresholds.number("min_probability", {0, 1});
  thresholds.finish();
  return spec;
}

}  // namespace

core::Result<Manifest> parse_manifest(std::string_view text) {
  const core::Result<nlohmann::json> document = parse_strictly(text);
  if (!document) return document.error();
  ManifestFault fault;
  JsonReader root(*document, "", fault);
  Manifest manifest;
  read_common(root, manifest);
  const std::string kind = root.text("kind");
  if (kind == "detection") {
    manifest.spec = read_detection(root, manifest);
  } else if (kind == "classification") {
    manifest.spec = read_classification(root, manifest);
  } else {
    root.refuse("kind", "must be `detection` or `classification`");
  }
  root.finish();
  if (fault.error()) return *fault.error();
  return manifest;
}

}  // namespace geond::inference
