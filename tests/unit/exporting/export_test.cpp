// SPDX-License-Identifier: MIT
#include "geond/exporting/export.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace geond;
using namespace geond::exporting;

namespace {

const std::vector<std::string> kClasses = {"cone", "cube"};

AnnotatedImage picture() {
  return {"room.jpg",
          {200, 100},
          "office",
          {{"cube", 0.75, {{100, 50}, 40, 20, 0}}, {"cone", 0.5, {{20, 20}, 10, 10, -45}}}};
}

}  // namespace

TEST_CASE("formats go by name only") {
  for (const auto format :
       {ExportFormat::csv, ExportFormat::yolo_obb, ExportFormat::dota, ExportFormat::coco}) {
    CHECK(*parse_export_format(format_name(format)) == format);
    CHECK_FALSE(media_type(format).empty());
    CHECK(file_extension(format).front() == '.');
  }
  CHECK(parse_export_format("CSV").error().code() == "unknown_export_format");
  CHECK(parse_export_format("").error().code() == "unknown_export_format");
}

TEST_CASE("CSV has a line a primitive under a header line") {
  CHECK(*export_annotations(ExportFormat::csv, picture(), kClasses) ==
        "file,image_width,image_height,scene,class,probability,center_x,center_y,width,height,"
        "rotation\r\n"
        "room.jpg,200,100,office,cube,0.750000,100.000,50.000,40.000,20.000,0.000\r\n"
        "room.jpg,200,100,office,cone,0.500000,20.000,20.000,10.000,10.000,-45.000\r\n");
}

TEST_CASE("a file name cannot break out of its CSV field, nor become a formula") {
  struct Case {
    const char* name;
    const char* field;
  };
  const Case cases[] = {{"a,b.png", "\"a,b.png\","},
                        {"a\"b.png", "\"a\"\"b.png\","},
                        {"a\r\nb.png", "\"a\r\nb.png\","},
                        {"=HYPERLINK(1)", "'=HYPERLINK(1),"},
                        {"@x", "'@x,"}};
  for (const Case& row : cases) {
    CAPTURE(row.name);
    AnnotatedImage image = picture();
    image.file_name = row.name;
    const std::string text = *export_annotations(ExportFormat::csv, image, kClasses);
    CHECK(text.substr(text.find("\r\n") + 2).starts_with(row.field));
  }
}

TEST_CASE("YOLO has the class's index and the corners as shares of the picture") {
  const std::string text = *export_annotations(ExportFormat::yolo_obb, picture(), kClasses);
  CHECK(
      text.starts_with("1 0.400000 0.400000 0.600000 0.400000 0.600000 0.600000 0.400000 "
                       "0.600000\n0 "));
}

TEST_CASE("DOTA has the corners in pixels, the class and a difficulty of 0") {
  const std::string text = *export_annotations(ExportFormat::dota, picture(), kClasses);
  CHECK(text.starts_with("80.00 40.00 120.00 40.00 120.00 60.00 80.00 60.00 cube 0\n"));
  CHECK(text.ends_with(" cone 0\n"));
}

TEST_CASE("COCO has pictures, annotations and categories that refer to each other") {
  const auto document =
      nlohmann::json::parse(*export_annotations(ExportFormat::coco, picture(), kClasses));
  CHECK(document["images"].size() == 1);
  CHECK(document["images"][0]["id"] == 1);
  CHECK(document["images"][0]["scene"] == "office");
  CHECK(document["categories"][1] == nlohmann::json{{"id", 2}, {"name", "cube"}});
  REQUIRE(document["annotations"].size() == 2);
  const auto& first = document["annotations"][0];
  CHECK(first["category_id"] == 2);
  CHECK(first["bbox"] == nlohmann::json{80.0, 40.0, 40.0, 20.0});
  CHECK(first["segmentation"][0].size() == 8);
  CHECK(first["area"] == 800);
  CHECK(first["score"] == 0.75);
  CHECK(document["annotations"][1]["image_id"] == 1);
  CHECK(document["annotations"][1]["id"] == 2);
}

TEST_CASE("a picture without primitives is a valid empty list") {
  const AnnotatedImage empty = {"empty.png", {9, 9}, {}, {}};
  CHECK(export_annotations(ExportFormat::yolo_obb, empty, kClasses)->empty());
  CHECK(export_annotations(ExportFormat::dota, empty, kClasses)->empty());
  CHECK(export_annotations(ExportFormat::csv, empty, kClasses)->ends_with("rotation\r\n"));
  const auto coco = nlohmann::json::parse(*export_annotations(ExportFormat::coco, empty, kClasses));
  CHECK(coco.at("annotations").empty());
  CHECK_FALSE(coco["images"][0].contains("scene"));
}

TEST_CASE("a file name that is no UTF-8 does not spoil the document") {
  AnnotatedImage image = picture();
  image.file_name = "\xff.png";
  const auto text = export_annotations(ExportFormat::coco, image, kClasses);
  REQUIRE(text.has_value());
  CHECK(nlohmann::json::accept(*text));
}

TEST_CASE("what cannot be exported is refused") {
  AnnotatedImage odd = picture();
  odd.primitives[1].class_name = "pyramid";
  for (const auto format : {ExportFormat::yolo_obb, ExportFormat::dota, ExportFormat::coco}) {
    CHECK(export_annotations(format, odd, kClasses).error().code() == "unknown_primitive_class");
  }
  // CSV writes names, not places in the vocabulary.
  CHECK(export_annotations(ExportFormat::csv, odd, {})->find("pyramid") != std::string::npos);
}
