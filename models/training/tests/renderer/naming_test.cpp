// SPDX-License-Identifier: MIT
#include "naming.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace geond::rendering;

TEST_CASE("things are plants and cloth by whole words of their names") {
  struct Case {
    std::string name;
    bool plant, cloth;
  };
  for (const Case& c : {Case{"Little plant", true, false}, Case{"Orchids", true, false},
                        Case{"High hedge", true, false}, Case{"Christmas tree", true, false},
                        Case{"Flower box", true, false}, Case{"Japanese lantern", false, false},
                        Case{"Stone lantern", false, false}, Case{"Street lamp", false, false},
                        Case{"Wedge", false, false}, Case{"Oriental rug", false, true},
                        Case{"Drugs", false, false}, Case{"Shower curtain", false, true},
                        Case{"Towel", false, true}, Case{"Towel rack", false, false},
                        Case{"Paper towel holder", false, false}, Case{"", false, false}}) {
    CAPTURE(c.name);
    CHECK(is_plant(c.name) == c.plant);
    CHECK(is_cloth(c.name) == c.cloth);
  }
}
