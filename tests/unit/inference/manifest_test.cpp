// SPDX-License-Identifier: MIT
#include "geond/inference/manifest.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "fixtures.hpp"

using namespace geond;
using namespace geond::inference;
using nlohmann::json;

namespace {

json manifest_of(const std::string& model) {
  return json::parse(test::read_text(test::source_path("models/" + model + "/model.json")));
}

/// A change to a good manifest that must be refused, with a piece of the message.
struct Spoiled {
  const char* named;
  std::function<void(json&)> spoil;
};

void check_refused(const json& good, const std::vector<Spoiled>& table) {
  REQUIRE(parse_manifest(good.dump()).has_value());
  for (const Spoiled& row : table) {
    CAPTURE(row.named);
    json spoiled = good;
    row.spoil(spoiled);
    const auto result = parse_manifest(spoiled.dump());
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code() == "manifest_invalid");
    CAPTURE(result.error().detail());
    CHECK(result.error().detail().find(row.named) != std::string::npos);
  }
}

}  // namespace

TEST_CASE("the shipped detector's manifest is read") {
  const auto manifest = parse_manifest(manifest_of("geon-detector").dump());
  REQUIRE(manifest.has_value());
  CHECK(manifest->name == "geon-detector");
  CHECK(manifest->kind() == core::ModelKind::detection);
  CHECK(manifest->is_default);
  CHECK(manifest->classes.front().display_ru == "Конус");
  const auto& spec = std::get<DetectionSpec>(manifest->spec);
  CHECK(spec.input == geometry::ImageSize{640, 480});
  CHECK(spec.strides == std::vector<int>{8, 16, 32});
  CHECK(spec.letterbox == std::array<int, 3>{114, 114, 114});
  CHECK(spec.scale == doctest::Approx(1.0 / 255));
  CHECK(spec.follows_picture);
}

TEST_CASE("a network follows the picture only if its manifest says so") {
  json document = manifest_of("geon-detector");
  document["input"].erase("follows_picture");
  const auto manifest = parse_manifest(document.dump());
  REQUIRE(manifest.has_value());
  CHECK_FALSE(std::get<DetectionSpec>(manifest->spec).follows_picture);
}

TEST_CASE("the shipped classifiers' manifests are read") {
  const auto network = parse_manifest(manifest_of("scene-classifier").dump());
  REQUIRE(network.has_value());
  CHECK(std::get<ClassificationSpec>(network->spec).layout ==
        ClassificationLayout::softmax_with_none);
  const auto ensemble = parse_manifest(manifest_of("scene-ensemble").dump());
  REQUIRE(ensemble.has_value());
  CHECK(std::get<ClassificationSpec>(ensemble->spec).layout ==
        ClassificationLayout::binary_ensemble);
  CHECK(ensemble->files[1].class_name == ensemble->classes[1].name);
}

TEST_CASE("an ensemble has a temperature of 1 unless its manifest says another") {
  json document = manifest_of("scene-ensemble");
  document["output"]["temperature"] = 0.75;
  const auto surer = parse_manifest(document.dump());
  REQUIRE(surer.has_value());
  CHECK(std::get<ClassificationSpec>(surer->spec).temperature == 0.75);

  document["output"].erase("temperature");
  const auto plain = parse_manifest(document.dump());
  REQUIRE(plain.has_value());
  CHECK(std::get<ClassificationSpec>(plain->spec).temperature == 1);
}

TEST_CASE("a classifier of one network has no temperature") {
  check_refused(
      manifest_of("scene-classifier"),
      {{"`output.temperature` is not a key", [](json& m) { m["output"]["temperature"] = 0.75; }}});
}

TEST_CASE("a spoiled detector manifest is refused with the key's name") {
  const std::string other_sha(64, 'a');
  check_refused(
      manifest_of("geon-detector"),
      {{"`name` is missing", [](json& m) { m.erase("name"); }},
       {"`name`", [](json& m) { m["name"] = "Geon Detector"; }},
       {"`name`", [](json& m) { m["name"] = "../etc"; }},
       {"`name`", [](json& m) { m["name"] = std::string(65, 'a'); }},
       {"`version`", [](json& m) { m["version"] = 1; }},
       {"`kind`", [](json& m) { m["kind"] = "segmentation"; }},
       {"`licence`", [](json& m) { m["licence"] = ""; }},
       {"`default`", [](json& m) { m["default"] = "yes"; }},
       {"follows_picture", [](json& m) { m["input"]["follows_picture"] = 1; }},
       {"`author` is not a key", [](json& m) { m["author"] = "somebody"; }},
       {"`input.padding` is not a key", [](json& m) { m["input"]["padding"] = 1; }},
       {"`files`", [](json& m) { m["files"] = json::array(); }},
       {"`files`", [&](json& m) { m["files"].push_back({{"path", "b"}, {"sha256", other_sha}}); }},
       {"`files` names", [](json& m) { m["files"].push_back(m["files"][0]); }},
       {"`files` must not say a class", [](json& m) { m["files"][0]["class"] = "cube"; }},
       {"`files[0].path`", [](json& m) { m["files"][0]["path"] = "../x.onnx"; }},
       {"`files[0].path`", [](json& m) { m["files"][0]["path"] = "/etc/passwd"; }},
       {"`files[0].path`", [](json& m) { m["files"][0]["path"] = ".."; }},
       {"`files[0].path`", [](json& m) { m["files"][0]["path"] = std::string("a\0b", 3); }},
       {"`files[0].sha256`", [](json& m) { m["files"][0]["sha256"] = "ABC"; }},
       {"`files[0]`", [](json& m) { m["files"][0] = "x.onnx"; }},
       {"`input`", [](json& m) { m["input"] = json::array(); }},
       {"`input.width`", [](json& m) { m["input"]["width"] = 16; }},
       {"`input.width`", [](json& m) { m["input"]["width"] = 1e9; }},
       {"`input.height` must be a whole", [](json& m) { m["input"]["height"] = 384.5; }},
       {"`input.height`", [](json& m) { m["input"]["height"] = "384"; }},
       {"`input.scale`", [](json& m) { m["input"]["scale"] = 0; }},
       {"`input.channel_order`", [](json& m) { m["input"]["channel_order"] = "hsv"; }},
       {"`input.mean`", [](json& m) { m["input"]["mean"] = {0, 0}; }},
       {"`input.std`", [](json& m) { m["input"]["std"] = {1, 0, 1}; }},
       {"`input.letterbox`", [](json& m) { m["input"]["letterbox"] = {114, 114, 256}; }},
       {"`input.letterbox`", [](json& m) { m["input"]["letterbox"] = {114, 114, 1.5}; }},
       {"`output.layout`", [](json& m) { m["output"]["layout"] = "yolo"; }},
       {"`output.names`", [](json& m) { m["output"]["names"] = {"p8", "p8", "p32"}; }},
       {"`output.strides`", [](json& m) { m["output"]["strides"] = {8, 16}; }},
       {"`output.strides` must divide", [](json& m) { m["output"]["strides"] = {8, 16, 48}; }},
       {"`output.nms_iou`", [](json& m) { m["output"]["nms_iou"] = 0; }},
       {"`classes` names `cube` twice", [](json& m) { m["classes"][0]["name"] = "cube"; }},
       {"`classes[1].name`", [](json& m) { m["classes"][1]["name"] = "<b>"; }},
       {"`classes[1].display.ru`", [](json& m) { m["classes"][1]["display"].erase("ru"); }},
       {"`thresholds.default`", [](json& m) { m["thresholds"]["default"] = 0.01; }},
       {"`thresholds.default`", [](json& m) { m["thresholds"]["default"] = 1.1; }},
       {"`thresholds.candidates`", [](json& m) { m["thresholds"]["candidates"] = 0; }}});
}

TEST_CASE("a spoiled classifier manifest is refused with the key's name") {
  check_refused(
      manifest_of("scene-ensemble"),
      {{"`files` must hold one file a class", [](json& m) { m["files"].erase(1); }},
       {"`files` must hold one file a class", [](json& m) { m["files"][1].erase("class"); }},
       {"`files` must hold one file a class", [](json& m) { m["files"][1]["class"] = "office"; }},
       {"`files` must hold one file", [](json& m) { m["output"]["layout"] = "softmax-with-none"; }},
       {"`output.temperature`", [](json& m) { m["output"]["temperature"] = 0; }},
       {"`classes` must not name a scene `none`",
        [](json& m) { m["classes"][0]["name"] = m["files"][0]["class"] = "none"; }},
       {"`input.features`", [](json& m) { m["input"]["features"] = "primitives-v2"; }},
       {"`input.slots`", [](json& m) { m["input"]["slots"] = 0; }},
       {"`input.slots`", [](json& m) { m["input"]["slots"] = -64; }},
       {"`input.primitive_classes`", [](json& m) { m["input"]["primitive_classes"] = {1, 2}; }},
       {"`output.names`", [](json& m) { m["output"]["names"] = {"scene"}; }},
       {"`thresholds.min_probability`", [](json& m) { m["thresholds"]["min_probability"] = 2; }}});
}

TEST_CASE("text that is no manifest at all is refused") {
  struct Case {
    std::string text;
    const char* named;
  };
  std::string twice = manifest_of("geon-detector").dump();
  twice.insert(1, R"("name":"other",)");
  const Case cases[] = {
      {"", "JSON"},
      {"{", "JSON"},
      {"[]", "object"},
      {"null", "object"},
      {"{\"name\": \"\xff\"}", "JSON"},
      {twice, "`name` twice"},
      {std::string(100'000, '['), "nested"},
      {R"({"name":)" + std::string(40, '[') + std::string(40, ']') + "}", "nested"},
      {std::string((1U << 20U) + 1, ' '), "1 MiB"},
      {"{}", "`name` is missing"},
  };
  for (const Case& row : cases) {
    CAPTURE(row.named);
    const auto result = parse_manifest(row.text);
    REQUIRE_FALSE(result.has_value());
    CHECK(result.error().code() == "manifest_invalid");
    CHECK(result.error().detail().find(row.named) != std::string::npos);
  }
}
