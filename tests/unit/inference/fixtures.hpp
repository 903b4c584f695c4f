// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "geond/geometry/primitive.hpp"
#include "geond/inference/model.hpp"

namespace geond::test {

inline std::filesystem::path source_path(const std::string& below) {
  return std::filesystem::path(GEOND_SOURCE_DIR) / below;
}

inline std::string read_text(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline nlohmann::json golden(const std::string& name) {
  return nlohmann::json::parse(read_text(source_path("tests/data/golden/" + name)));
}

/// A model of the repository.
inline std::shared_ptr<const inference::Model> shipped_model(const std::string& name) {
  auto model = inference::Model::load(source_path("models/" + name));
  REQUIRE_MESSAGE(model.has_value(), (model ? "" : model.error().detail()));
  return *model;
}

/// A box or primitive as the golden files write it.
inline geometry::Primitive primitive_of(const nlohmann::json& document) {
  geometry::Primitive primitive;
  primitive.class_name = document.at("class");
  primitive.probability = document.at("probability");
  primitive.box.center = {document.at("center")[0], document.at("center")[1]};
  primitive.box.width = document.at("size")[0];
  primitive.box.height = document.at("size")[1];
  primitive.box.rotation = document.at("rotation");
  return primitive;
}

/// Whether the numbers agree to 1e-4, which is what the golden files hold.
inline void check_close(double actual, double expected) {
  CHECK(actual == doctest::Approx(expected).epsilon(1e-4).scale(1));
}

inline void check_close(const geometry::RotatedBox& actual, const geometry::RotatedBox& expected) {
  check_close(actual.center.x, expected.center.x);
  check_close(actual.center.y, expected.center.y);
  check_close(actual.width, expected.width);
  check_close(actual.height, expected.height);
  check_close(actual.rotation, expected.rotation);
}

}  // namespace geond::test
