// SPDX-License-Identifier: MIT
#include "result_text.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace geond;

// A file could be named so that its line coloured a terminal, or that it looked like two files.
TEST_CASE("a picture's name gives a terminal no orders and forges no line; JSON keeps it") {
  const std::string name = "a\x1b[31m\nb.jpg: \xc2\x9bno scene\x7f\xe9";
  const cli::PictureResult result{.image = {4, 3}, .threshold = 0.5, .scene = {}, .primitives = {}};
  CHECK(cli::to_text(name, result) ==
        R"(a\u001b[31m\u000ab.jpg: \u009bno scene\u007f\xE9: no scene, 0 geons)"
        "\n");
  const auto document = nlohmann::json::parse(cli::to_json_line(name, result));
  CHECK(document["image"]["file"] == "a\x1b[31m\nb.jpg: \xc2\x9bno scene\x7f\\xE9");
}
