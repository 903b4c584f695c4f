// SPDX-License-Identifier: MIT
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "catalogue.hpp"

namespace geond::rendering {

inline constexpr const char* kRenderUsage =
    "geond-render --out DIR --kind loose|built|furnished [--furniture DIR]\n"
    "             [--split train|study|val|test] [--first SEED] [--count N] [--samples RAYS]\n";

// What geond-render is told to do.
struct RenderOptions {
  std::filesystem::path out;
  std::string kind = "built";
  std::filesystem::path furniture;
  Split split = Split::kTrain;
  uint64_t first = 0;
  uint64_t count = 1;
  int samples = 4;
};

// From the arguments behind the program's name. Throws std::runtime_error, which names the flag and
// what it takes.
RenderOptions parse_render_options(const std::vector<std::string>& arguments);

}  // namespace geond::rendering
