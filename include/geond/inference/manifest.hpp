// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "geond/core/model_kind.hpp"
#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"

namespace geond::inference {

/// No scene has this name: the list of tasks takes it for "no scene was recognised".
inline constexpr std::string_view kNoScene = "none";

/// A name of a vocabulary, and what people see for it.
struct ClassLabel {
  /// Lower-case letters, digits, `-` and `_`. In a detector `sphere` means more than itself: see
  /// DetectionLayout::geon_rotated_v1.
  std::string name;
  std::string display_en;  ///< English; not empty.
  std::string display_ru;  ///< Russian; not empty.
};

/// A file of a model.
struct ModelFile {
  std::string path;        ///< A plain file name inside the model's folder.
  std::string sha256;      ///< 64 lower-case hexadecimal digits.
  std::string class_name;  ///< The scene that this network of an ensemble tells; else empty.
};

enum class ChannelOrder { bgr, rgb };
enum class DetectionLayout {
  /// See RotatedMap. A class named `sphere` looks the same however it is turned, so its boxes stand
  /// upright: what the network says of their angle is rounded to a quarter turn. That goes by the
  /// name alone, in imported models as well; one whose boxes of such a class lean needs another
  /// name for it.
  geon_rotated_v1,
};
enum class ClassificationLayout { softmax_with_none, binary_ensemble };

/// What a detector takes and gives. A pixel enters the network as (value * scale - mean) / std.
struct DetectionSpec {
  std::string input_name;
  geometry::ImageSize input;  ///< Pixels, 32 to 4096; every stride must divide both sides.
  /// The network takes any multiples of its strides: a picture gets the frame of its own
  /// proportions, of no more pixels than `input` (see frame_for). False unless the manifest says
  /// so.
  bool follows_picture = false;
  ChannelOrder channel_order = ChannelOrder::bgr;
  double scale = 1.0 / 255;
  std::array<double, 3> mean{};        ///< In `channel_order`.
  std::array<double, 3> std{1, 1, 1};  ///< In `channel_order`; positive.
  std::array<int, 3> letterbox{};      ///< 0 to 255, in `channel_order`.
  DetectionLayout layout = DetectionLayout::geon_rotated_v1;
  std::vector<std::string> output_names;  ///< One a stride.
  std::vector<int> strides;               ///< Pixels of the input a cell.
  double nms_iou = 0.45;                  ///< (0, 1].
  double default_threshold = 0.35;        ///< [candidates_threshold, 1].
  double candidates_threshold = 0.05;     ///< Below this nothing is reported; (0, 1].
};

/// What a scene classifier takes (features `primitives-v1`) and gives.
struct ClassificationSpec {
  std::string input_name;
  int slots = 64;                              ///< Primitives that fit in the input; 1 to 1024.
  std::vector<std::string> primitive_classes;  ///< The vocabulary it was made for, in its order.
  ClassificationLayout layout = ClassificationLayout::softmax_with_none;
  std::string output_name;
  /// Of what the members of an ensemble answer together; 0.1 to 10, 1 unless the manifest says so
  /// (see scores_of_ensemble).
  double temperature = 1;
  double min_probability = 0.5;  ///< Below this no scene is named; [0, 1].
};

/// A model's `model.json`.
struct Manifest {
  std::string name;  ///< 1 to 64 lower-case letters, digits, `-`, `_`, `.`; unique among models.
  std::string version;
  std::string licence;
  std::string source;
  std::string description;
  std::vector<ModelFile> files;
  std::vector<ClassLabel> classes;  ///< In the order of the network's outputs.
  bool is_default = false;
  std::variant<DetectionSpec, ClassificationSpec> spec;

  core::ModelKind kind() const {
    return std::holds_alternative<DetectionSpec>(spec) ? core::ModelKind::detection
                                                       : core::ModelKind::classification;
  }
};

/// Reads a manifest strictly: a key that is missing, unknown or twice there, a wrong type or a
/// value out of range is an error that names the key. At most 1 MiB of text.
/// Errors: invalid_argument `manifest_invalid`.
core::Result<Manifest> parse_manifest(std::string_view text);

}  // namespace geond::inference
