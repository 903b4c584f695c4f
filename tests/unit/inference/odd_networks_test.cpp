// SPDX-License-Identifier: MIT
// Networks that load, run, and answer some inputs with what nobody expects.
#include <doctest/doctest.h>

#include <new>
#include <opencv2/dnn.hpp>
#include <opencv2/dnn/layer.details.hpp>

#include "fixtures.hpp"
#include "geond/core/sha256.hpp"
#include "geond/inference/detector.hpp"
#include "geond/inference/model.hpp"
#include "onnx_network.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;
using namespace geond::inference;
using nlohmann::json;
using test::OnnxNetwork;

namespace {

/// One class logit and what makes a box.
constexpr int kChannels = 1 + 8;

/// A detector of cubes that follows the picture, with cells of 32 pixels, around `network`.
core::Result<std::shared_ptr<const Model>> load_detector(const OnnxNetwork& network,
                                                         geometry::ImageSize input) {
  const support::TemporaryDirectory folder;
  const std::string onnx = network.bytes({1, 3, input.height, input.width});
  std::ofstream(folder.path() / "network.onnx", std::ios::binary) << onnx;
  json manifest =
      json::parse(test::read_text(test::source_path("models/geon-detector/model.json")));
  manifest["name"] = "odd";
  manifest["files"] = {{{"path", "network.onnx"}, {"sha256", core::to_hex(core::sha256(onnx))}}};
  manifest["classes"].erase(manifest["classes"].begin() + 1, manifest["classes"].end());
  manifest["input"]["name"] = "x";
  manifest["input"]["width"] = input.width;
  manifest["input"]["height"] = input.height;
  manifest["input"]["follows_picture"] = true;
  manifest["output"]["names"] = {"y"};
  manifest["output"]["strides"] = {32};
  std::ofstream(folder.path() / "model.json") << manifest.dump();
  return Model::load(folder.path());
}

std::string load_code(const OnnxNetwork& network, geometry::ImageSize input) {
  const auto loaded = load_detector(network, input);
  return loaded ? "" : loaded.error().code();
}

core::Result<std::vector<geometry::Primitive>> detect(Detector& detector,
                                                      geometry::ImageSize picture) {
  const cv::Mat grey(picture.height, picture.width, CV_8UC3, cv::Scalar(128, 128, 128));
  return detector.detect(grey, picture);
}

/// A layer that finds no memory when it runs.
class Starving : public cv::dnn::Layer {
 public:
  static cv::Ptr<cv::dnn::Layer> create(cv::dnn::LayerParams& /*parameters*/) {
    return cv::makePtr<Starving>();
  }
  void forward(cv::InputArrayOfArrays /*inputs*/, cv::OutputArrayOfArrays /*outputs*/,
               cv::OutputArrayOfArrays /*internals*/) override {
    throw std::bad_alloc();
  }
};

}  // namespace

// It was probed with one frame, which could be its input's own; then the maps were read past their
// end.
TEST_CASE("a detector that follows the picture but answers with one shape only is refused") {
  for (const geometry::ImageSize input : {geometry::ImageSize{64, 32}, {32, 64}}) {
    CAPTURE(input.width);
    OnnxNetwork network;
    network.convolution(kChannels, {1, 1}, {32, 32});
    CHECK(load_code(network, input) == "");
    network.reshape({1, -1, input.height / 32, input.width / 32});
    CHECK(load_code(network, input) == "model_output_mismatch");
  }
}

TEST_CASE("an output of another shape than the layout's is an error of the run, and not read") {
  // Rows of 32 and 64 pixels become 1 and 2 cells, those of 96 become 2 instead of 3.
  OnnxNetwork network;
  network.convolution(kChannels, {24, 1}, {40, 32});
  const auto model = load_detector(network, {96, 32});
  REQUIRE_MESSAGE(model.has_value(), (model ? "" : model.error().detail()));
  auto detector = Detector::create(*model);
  REQUIRE(detector.has_value());
  CHECK(detect(*detector, {300, 100}).has_value());
  CHECK(detector->frame_for({100, 300}) == geometry::ImageSize{32, 96});
  const auto standing = detect(*detector, {100, 300});
  REQUIRE(standing.has_error());
  CHECK(standing.error().kind() == core::ErrorKind::internal);
  CHECK(standing.error().code() == "model_output_invalid");
  CHECK(standing.error().detail().find("1x9x2x1") != std::string::npos);
}

// One such model in the folder kept the server from starting, and nothing said which.
TEST_CASE("want of memory while a model is tried is an error that names its folder") {
  cv::dnn::LayerFactory::registerLayer("Starving", Starving::create);
  OnnxNetwork network;
  network.convolution(kChannels, {1, 1}, {32, 32}).operation("Starving");
  const auto loaded = load_detector(network, {64, 32});
  cv::dnn::LayerFactory::unregisterLayer("Starving");
  REQUIRE(loaded.has_error());
  CHECK(loaded.error().kind() == core::ErrorKind::unavailable);
  CHECK(loaded.error().code() == "out_of_memory");
  CHECK(loaded.error().detail().starts_with("The model in /"));
}
