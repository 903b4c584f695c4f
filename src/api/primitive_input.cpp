// SPDX-License-Identifier: MIT
#include "primitive_input.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "input_reader.hpp"

namespace geond::api {
namespace {

using nlohmann::json;

constexpr int kMaxSide = 1'000'000;      // pixels
constexpr double kMaxPlace = 4'000'000;  // a box may lie outside of the picture, but not anywhere
constexpr std::size_t kMaxPrimitives = 300;

}  // namespace

core::Result<PrimitiveInput> read_primitives(const json& body) {
  PrimitiveInput input;
  ObjectReader reader(body);
  if (const json* image = reader.object("image")) {
    ObjectReader size(*image, "image/");
    input.picture.width = static_cast<int>(size.integer("width", 1, kMaxSide));
    input.picture.height = static_cast<int>(size.integer("height", 1, kMaxSide));
    reader.adopt(std::move(size));
  }
  if (const json* primitives = reader.array("primitives", 0, kMaxPrimitives)) {
    for (std::size_t at = 0; at < primitives->size(); ++at) {
      ObjectReader row((*primitives)[at], fmt::format("primitives/{}/", at));
      geometry::Primitive primitive;
      primitive.class_name = row.text("class", 1, 64, Need::required);
      primitive.probability = row.number("probability", 0, 1);
      const auto [x, y] = row.pair("center", -kMaxPlace, kMaxPlace);
      const auto [width, height] = row.positive_pair("size", kMaxPlace);
      primitive.box =
          geometry::canonical({{x, y}, width, height, row.number("rotation", -360, 360)});
      row.ignore("corners");
      input.primitives.push_back(std::move(primitive));
      reader.adopt(std::move(row));
    }
  }
  if (auto read = reader.finish(); !read) return read.error();
  return input;
}

}  // namespace geond::api
