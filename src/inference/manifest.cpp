#include "geond/inference/manifest.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "json_object.hpp"

namespace geond::inference {
namespace {

constexpr std::size_t kMaxText = 1024 * 1024;
constexpr int kMaxSide = 4096;
constexpr std::size_t kMaxClasses = 256;

constexpr std::string_view kNameRule =
    "must be 1 to 64 lower-case letters, digits, '-', '_' and '.', beginning with a letter or "
    "digit";

bool is_name(std::string_view text) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  return !text.empty() && text.size() <= 64 && plain(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return plain(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_sha256(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

/// A name inside the model's folder: nothing that leads out of it.
bool is_plain_file_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.find('/') == std::string_view::npos &&
         text.find('\\') == std::string_view::npos && text.find('\0') == std::string_view::npos;
}

/// A text that must be one of a few.
template <class Value>
Value choice(JsonObject& object, const char* key,
             std::initializer_list<std::pair<std::string_view, Value>> choices) {
  const std::string text = object.text(key);
  std::string names;
  for (const auto& [name, value] : choices) {
    if (text == name) return value;
    names += (names.empty() ? "" : ", ") + std::string(name);
  }
  object.complain(key, "must be one of: " + names);
  return choices.begin()->second;
}

std::vector<ModelFile> read_files(JsonObject& root, Complaint& complaint) {
  std::vector<ModelFile> files;
  std::set<std::string> paths;
  for (const JsonObject::Element& element : root.list("files", 1, kMaxClasses)) {
    JsonObject object(element.value, element.path, complaint);
    ModelFile file;
    file.path = object.text("path");
    if (!is_plain_file_name(file.path)) {
      object.complain("path", "must be the name of a file in the model's own folder");
    }
    if (!paths.insert(file.path).second) object.complain("path", "is there twice");
    file.sha256 = object.text("sha256");
    if (!is_sha256(file.sha256)) {
      object.complain("sha256", "must be 64 lower-case hexadecimal digits");
    }
    if (object.has("class")) file.class_name = object.text("class");
    object.finish();
    files.push_back(std::move(file));
  }
  return files;
}

std::vector<ClassLabel> read_classes(JsonObject& root, Complaint& complaint) {
  std::vector<ClassLabel> classes;
  std::set<std::string> names;
  for (const JsonObject::Element& element : root.list("classes", 1, kMaxClasses)) {
    JsonObject object(element.value, element.path, complaint);
    ClassLabel label;
    label.name = object.text("name");
    if (!is_name(label.name)) object.complain("name", kNameRule);
    if (!names.insert(label.name).second) object.complain("name", "is there twice");
    JsonObject display = object.object("display");
    label.display_en = display.text("en");
    label.display_ru = display.has("ru") ? display.text("ru") : label.display_en;
    display.finish();
    object.finish();
    classes.push_back(std::move(label));
  }
  return classes;
}

void read_detection_input(JsonObject& root, DetectionSpec& spec) {
  JsonObject input = root.object("input");
  spec.input_name = input.text("name");
  spec.input.width = input.integer("width", 32, kMaxSide);
  spec.input.height = input.integer("height", 32, kMaxSide);
  spec.channel_order = choice<ChannelOrder>(
      input, "channel_order", {{"bgr", ChannelOrder::bgr}, {"rgb", ChannelOrder::rgb}});
  spec.scale = input.number("scale", 1e-6, 1e6);
  const std::vector<double> mean = input.numbers("mean", 3, -1e6, 1e6);
  const std::vector<double> std = input.numbers("std", 3, 1e-6, 1e6);
  const std::vector<double> letterbox = input.numbers("letterbox", 3, 0, 255);
  for (std::size_t channel = 0; channel < 3; ++channel) {
    spec.mean[channel] = mean[channel];
    spec.std[channel] = std[channel];
    spec.letterbox[channel] = static_cast<int>(letterbox[channel]);
    if (spec.letterbox[channel] != letterbox[channel]) {
      input.complain("letterbox", "must be three whole numbers");
    }
  }
  input.finish();
}

void read_detection_output(JsonObject& root, DetectionSpec& spec) {
  JsonObject output = root.object("output");
  spec.layout = choice<DetectionLayout>(output, "layout",
                                        {{"geon-rotated-v1", DetectionLayout::geon_rotated_v1}});
  spec.output_names = output.texts("names", 1, 8);
  for (const double stride : output.numbers("strides", spec.output_names.size(), 1, 256)) {
    const int whole = static_cast<int>(stride);
    if (whole != stride || spec.input.width % whole != 0 || spec.input.height % whole != 0) {
      output.complain("strides", "must be whole numbers that divide the input's width and height");
    }
    spec.strides.push_back(whole);
  }
  spec.nms_iou = output.number("nms_iou", 0.01, 1);
  output.finish();
}

DetectionSpec read_detection(JsonObject& root, const Manifest& manifest) {
  DetectionSpec spec;
  read_detection_input(root, spec);
  read_detection_output(root, spec);
  JsonObject thresholds = root.object("thresholds");
  spec.candidates_threshold = thresholds.number("candidates", 0.001, 1);
  spec.default_threshold = thresholds.number("default", spec.candidates_threshold, 1);
  thresholds.finish();
  if (manifest.files.size() > 1 ||
      (!manifest.files.empty() && !manifest.files.front().class_name.empty())) {
    root.complain("files", "must be one file without \"class\" for a detection model");
  }
  return spec;
}

/// An ensemble has one file for each class, every other model one file in all.
void check_classifier_files(JsonObject& root, const Manifest& manifest,
                            ClassificationLayout layout) {
  if (layout == ClassificationLayout::softmax_with_none) {
    if (manifest.files.size() != 1 || !manifest.files.front().class_name.empty()) {
      root.complain("files", "must be one file without \"class\" for layout softmax-with-none");
    }
    return;
  }
  std::set<std::string> told;
  for (const ModelFile& file : manifest.files) told.insert(file.class_name);
  std::set<std::string> classes;
  for (const ClassLabel& label : manifest.classes) classes.insert(label.name);
  if (told != classes || manifest.files.size() != classes.size()) {
    root.complain("files", "must have one file with \"class\" for each of \"classes\"");
  }
}

ClassificationSpec read_classification(JsonObject& root, const Manifest& manifest) {
  ClassificationSpec spec;
  JsonObject input = root.object("input");
  spec.input_name = input.text("name");
  choice<int>(input, "features", {{"primitives-v1", 1}});
  spec.slots = input.integer("slots", 1, 1024);
  spec.primitive_classes = input.texts("primitive_classes", 1, kMaxClasses);
  const std::set<std::string> distinct(spec.primitive_classes.begin(),
                                       spec.primitive_classes.end());
  if (distinct.size() != spec.primitive_classes.size()) {
    input.complain("primitive_classes", "has a name twice");
  }
  input.finish();
  JsonObject output = root.object("output");
  spec.layout =
      choice<ClassificationLayout>(output, "layout",
                                   {{"softmax-with-none", ClassificationLayout::softmax_with_none},
                                    {"binary-ensemble", ClassificationLayout::binary_ensemble}});
  spec.output_name = output.text("name");
  output.finish();
  JsonObject thresholds = root.object("thresholds");
  spec.min_probability = thresholds.number("min_probability", 0, 1);
  thresholds.finish();
  check_classifier_files(root, manifest, spec.layout);
  return spec;
}

}  // namespace

std::string_view kind_name(ModelKind kind) {
  return kind == ModelKind::detection ? "detection" : "classification";
}

core::Result<Manifest> parse_manifest(std::string_view text) {
  Complaint complaint;
  if (text.size() > kMaxText) complaint.add("", "it is longer than 1 MiB");
  if (complaint.error()) return *complaint.error();
  const core::Result<nlohmann::json> document = parse_json(text);
  if (!document) return document.error();

  JsonObject root(*document, "", complaint);
  Manifest manifest;
  manifest.name = root.text("name");
  if (!is_name(manifest.name)) root.complain("name", kNameRule);
  manifest.version = root.text("version");
  manifest.licence = root.text("licence");
  manifest.source = root.text("source", 2000);
  manifest.description = root.text("description", 2000);
  const auto kind = choice<ModelKind>(
      root, "kind",
      {{"detection", ModelKind::detection}, {"classification", ModelKind::classification}});
  manifest.files = read_files(root, complaint);
  manifest.classes = read_classes(root, complaint);
  if (kind == ModelKind::detection) {
    manifest.spec = read_detection(root, manifest);
  } else {
    manifest.spec = read_classification(root, manifest);
  }
  if (root.has("default")) manifest.is_default = root.boolean("default");
  root.finish();
  if (complaint.error()) return *complaint.error();
  return manifest;
}

}  // namespace geond::inference
