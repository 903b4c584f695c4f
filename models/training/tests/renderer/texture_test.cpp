// SPDX-License-Identifier: MIT
#include "texture.hpp"

#include <doctest/doctest.h>

using namespace geond::rendering;

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
