// SPDX-License-Identifier: MIT
#include "render_options.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace geond::rendering;

TEST_CASE("what the renderer is told is taken as it is said") {
  const RenderOptions options = parse_render_options(
      {"--out", "there", "--kind", "furnished", "--furniture", "chairs", "--split", "study",
       "--first", "18446744073709551615", "--count", "7", "--samples", "1"});
  CHECK(options.out == "there");
  CHECK(options.kind == "furnished");
  CHECK(options.furniture == "chairs");
  CHECK(options.split == Split::kStudy);
  CHECK(options.first == 18446744073709551615U);
  CHECK(options.count == 7);
  CHECK(options.samples == 1);
  CHECK(parse_render_options({"--out", "there"}).kind == "built");
}

TEST_CASE("what makes no sense is refused with the flag and what it takes") {
  struct Case {
    std::vector<std::string> arguments;
    const char* message;
  };
  for (const Case& c :
       {Case{{}, "--out is missing"}, Case{{"--out"}, "nothing follows --out"},
        Case{{"--out", "x", "--kind", "lose"}, "--kind is loose, built or furnished, not lose"},
        Case{{"--out", "x", "--kind", "furnished"}, "--kind furnished needs --furniture"},
        Case{{"--out", "x", "--split", "all"}, "--split is train, study, val or test, not all"},
        Case{{"--out", "x", "--samples", "0"}, "--samples is a number from 1 to 2147483647, not 0"},
        Case{{"--out", "x", "--count", "abc"}, "--count is a number from 1"},
        Case{{"--out", "x", "--count", "3x"}, "not 3x"},
        Case{{"--out", "x", "--first", "-1"}, "--first is a number from 0"},
        Case{{"--out", "x", "--rays", "4"}, "unknown flag --rays"}}) {
    CAPTURE(c.message);
    CHECK_THROWS_WITH_AS(parse_render_options(c.arguments), doctest::Contains(c.message),
                         std::runtime_error);
  }
}
