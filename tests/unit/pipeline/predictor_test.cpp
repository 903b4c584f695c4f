// SPDX-License-Identifier: MIT
#include "geond/pipeline/predictor.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "plant.hpp"

using namespace geond;
using pipeline::Plant;
using pipeline::Predictor;

namespace {

/// The name of the default model of a kind.
std::string default_of(const Predictor& predictor, core::ModelKind kind) {
  return predictor.catalog().resolve(kind, "").value().name;
}

const std::vector<geometry::Primitive> kCube = {{"cube", 0.9, {{160, 120}, 80, 60, 0}}};
constexpr geometry::ImageSize kPicture{320, 240};

}  // namespace

TEST_CASE("a picture is looked at without a task, and its detector's run is counted") {
  Plant plant;
  Predictor& predictor = plant.pipeline->predictor();
  const std::string detector = default_of(predictor, core::ModelKind::detection);
  CHECK_FALSE(predictor.model(detector)->average_seconds);
  const std::string file = pipeline::room();
  const auto found = predictor.detect(detector, support::bytes_of(file), 0.5);
  REQUIRE(found);
  CHECK(found->image.upright == kPicture);
  CHECK(found->threshold == 0.5);
  CHECK(found->seconds.detect > 0);
  CHECK(predictor.model(detector)->average_seconds);
  CHECK(plant.pipeline->tasks().counts_of_all().value() == tasks::StatusCounts{});
}

TEST_CASE("a detection that cannot be is refused before any network runs") {
  Plant plant;
  Predictor& predictor = plant.pipeline->predictor();
  const std::string detector = default_of(predictor, core::ModelKind::detection);
  const std::string classifier = default_of(predictor, core::ModelKind::classification);
  const std::string file = pipeline::room();
  const auto picture = support::bytes_of(file);
  CHECK(predictor.detect("nobody", picture, {}).error().code() == "model_not_found");
  CHECK(predictor.detect(classifier, picture, {}).error().code() == "wrong_model_kind");
  CHECK(predictor.detect(detector, picture, 1.5).error().code() == "invalid_threshold");
  CHECK(predictor.detect(detector, support::bytes_of("no picture"), {}).error().code() ==
        "unsupported_format");
  CHECK_FALSE(predictor.model(detector)->average_seconds);
}

TEST_CASE("a classifier is asked by its name, or in the version that a task names") {
  Plant plant;
  Predictor& predictor = plant.pipeline->predictor();
  const auto classifier = predictor.catalog().resolve(core::ModelKind::classification, "").value();
  const auto by_name = predictor.classify(classifier.name, kCube, kPicture);
  REQUIRE(by_name);
  CHECK(predictor.model(classifier.name)->average_seconds);
  tasks::ModelReference reference{classifier.id, classifier.name, classifier.version,
                                  classifier.sha256};
  const auto by_reference = predictor.classify(reference, kCube, kPicture, 0);
  REQUIRE(by_reference);
  CHECK(by_reference->scenes == by_name->scenes);
  reference.sha256 = std::string(64, 'f');
  CHECK(predictor.classify(reference, kCube, kPicture, 0).error().code() == "model_unavailable");
}

TEST_CASE("a scene is told of known primitives by a classifier only") {
  Plant plant;
  Predictor& predictor = plant.pipeline->predictor();
  const std::string detector = default_of(predictor, core::ModelKind::detection);
  const std::string classifier = default_of(predictor, core::ModelKind::classification);
  CHECK(predictor.classify("nobody", kCube, kPicture).error().code() == "model_not_found");
  CHECK(predictor.classify(detector, kCube, kPicture).error().code() == "wrong_model_kind");
  const std::vector<geometry::Primitive> unknown = {{"teapot", 0.9, {{1, 1}, 2, 2, 0}}};
  CHECK(predictor.classify(classifier, unknown, kPicture).error().code() ==
        "unknown_primitive_class");
}

TEST_CASE("the default of a kind is another one of the models that are there") {
  Plant plant;
  Predictor& predictor = plant.pipeline->predictor();
  CHECK(predictor.set_default_model("nobody").error().code() == "model_not_found");
  for (const pipeline::AvailableModel& model : predictor.models()) {
    REQUIRE(predictor.set_default_model(model.record.name));
    CHECK(default_of(predictor, model.record.kind) == model.record.name);
  }
}
