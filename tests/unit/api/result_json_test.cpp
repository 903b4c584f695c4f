// SPDX-License-Identifier: MIT
#include "geond/api/result_json.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "geond/http/json.hpp"
#include "primitive_input.hpp"

using namespace geond;
using geometry::Primitive;
using nlohmann::json;

TEST_CASE("a result is written as the design shows it") {
  const std::vector<Primitive> primitives = {{"cube", 0.93, {{384, 510.2}, 288.4, 276.1, 0}},
                                             {"cone", 0.2, {{1, 1}, 1, 1, 0}}};
  const std::vector<std::pair<std::string, double>> scenes = {{"office", 0.91}, {"greenhouse", 0}};
  const json document = api::result_json({1200, 1200}, {"office", 0.91, scenes}, 0.35, primitives);
  CHECK(document["image"] == json{{"width", 1200}, {"height", 1200}});
  CHECK(document["scene"] == "office");
  CHECK(document["scenes"]["office"] == 0.91);
  REQUIRE(document["primitives"].size() == 1);
  const json& cube = document["primitives"][0];
  CHECK(cube["class"] == "cube");
  CHECK(cube["center"] == json{384.0, 510.2});
  CHECK(cube["size"] == json{288.4, 276.1});
  CHECK(cube["corners"][0][0].get<double>() == doctest::Approx((384 - 144.2) / 1200).epsilon(1e-6));
  CHECK(cube["corners"][2][1].get<double>() ==
        doctest::Approx((510.2 + 138.05) / 1200).epsilon(1e-6));
}

TEST_CASE("a picture without a geon has a result: no primitives, scene null") {
  const json document = api::result_json({10, 10}, {}, 0.35, {});
  CHECK(document["scene"].is_null());
  CHECK(document["scene_probability"].is_null());
  CHECK(document["scenes"] == json::object());
  CHECK(document["primitives"] == json::array());
}

TEST_CASE("a rotation that rounds up to 90 degrees stays in its range") {
  const json document = api::to_json(Primitive{"cube", 1, {{5, 5}, 4, 2, 89.999999}}, {10, 10});
  CHECK(document["rotation"] == -90.0);
}

TEST_CASE("the primitives of a result can be sent as they are") {
  const json result =
      api::result_json({1200, 800}, {}, 0,
                       std::vector<Primitive>{{"cube", 0.93, {{384, 510.2}, 288.4, 276.1, 2.5}}});
  const auto input =
      api::read_primitives({{"image", result["image"]}, {"primitives", result["primitives"]}});
  REQUIRE(input.has_value());
  CHECK(input->picture == geometry::ImageSize{1200, 800});
  REQUIRE(input->primitives.size() == 1);
  CHECK(input->primitives[0].box.rotation == 2.5);
}

TEST_CASE("bad primitives are refused with the place of each fault") {
  struct Row {
    const char* body;
    const char* field;
  };
  for (const Row& row : {
           Row{"[]", "body"},
           Row{R"({"primitives": []})", "image"},
           Row{R"({"image": {"width": 0, "height": 5}, "primitives": []})", "image/width"},
           Row{R"({"image": {"width": 5, "height": 5}})", "primitives"},
           Row{R"({"image": {"width": 5, "height": 5}, "primitives": [1]})", "primitives/0"},
           Row{R"({"image": {"width": 5, "height": 5}, "primitives": [{"class": "cube",
                "probability": 1.5, "center": [1, 1], "size": [1, 1], "rotation": 0}]})",
               "primitives/0/probability"},
           Row{R"({"image": {"width": 5, "height": 5}, "primitives": [{"class": "cube",
                "probability": 1, "center": [1, 1], "size": [-1, 1], "rotation": 0}]})",
               "primitives/0/size"},
           Row{R"({"image": {"width": 5, "height": 5}, "primitives": [{"class": "cube",
                "probability": 1, "center": [1, 1], "size": [1, 1], "rotation": 0, "x": 1}]})",
               "primitives/0/x"},
           Row{R"({"image": {"width": 5, "height": 5}, "primitives": [], "threshold": 1})",
               "threshold"},
       }) {
    CAPTURE(row.body);
    const auto input = api::read_primitives(*http::parse_json(row.body));
    REQUIRE(input.has_error());
    REQUIRE_FALSE(input.error().fields().empty());
    CHECK(input.error().fields()[0].field == row.field);
  }
}
