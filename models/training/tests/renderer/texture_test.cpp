// SPDX-License-Identifier: MIT
#include "texture.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <string>

#include "image_file.hpp"

using namespace geond::rendering;

TEST_CASE("a strip that is scaled down still has a pixel across") {
  const auto path = std::filesystem::temp_directory_path() /
                    ("geond-render-test-" + std::to_string(::getpid()) + ".png");
  for (const auto& [width, height] : {std::pair{512, 1}, std::pair{1, 512}, std::pair{512, 3}}) {
    CAPTURE(width);
    write_grey_png(path, width, height, std::vector<uint8_t>(size_t{512} * 3, 200));
    const auto texture = read_texture(path, 64);
    REQUIRE(texture);
    CHECK(texture->width == std::max(1, width / 8));
    CHECK(texture->height == std::max(1, height / 8));
    CHECK(texture->rgba.size() == size_t{4} * texture->width * texture->height);
    CHECK(texture->texel(0.99f, 0.99f)[0] == 200);
  }
  std::filesystem::remove(path);
}

TEST_CASE("a texture has holes when more than a hundredth of its pixels is see-through") {
  struct Case {
    size_t see_through;
    bool has_holes;
  };
  for (const Case& c : {Case{0, false}, Case{4, false}, Case{5, true}, Case{400, true}}) {
    CAPTURE(c.see_through);
    Texture texture{20, 20, false, std::vector<uint8_t>(4 * 20 * 20, 255)};
    for (size_t i = 0; i < c.see_through; ++i) texture.rgba[4 * i + 3] = 127;
    texture.find_holes();
    CHECK(texture.has_holes == c.has_holes);
  }
}
