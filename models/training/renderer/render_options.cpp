// SPDX-License-Identifier: MIT
#include "render_options.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace geond::rendering {
namespace {

constexpr std::array<std::string_view, 3> kKinds = {"loose", "built", "furnished"};

std::string kind_named(const std::string& name) {
  if (std::find(kKinds.begin(), kKinds.end(), name) == kKinds.end())
    throw std::runtime_error("--kind is loose, built or furnished, not " + name);
  return name;
}

Split split_named(const std::string& name) {
  const auto found = std::find(kSplitNames.begin(), kSplitNames.end(), name);
  if (found == kSplitNames.end())
    throw std::runtime_error("--split is train, study, val or test, not " + name);
  return static_cast<Split>(found - kSplitNames.begin());
}

template <typename Number>
Number number(const std::string& flag, const std::string& text, Number least) {
  Number value = 0;
  const char* end = text.data() + text.size();
  const auto [read, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || read != end || value < least)
    throw std::runtime_error(flag + " is a number from " + std::to_string(least) + " to " +
                             std::to_string(std::numeric_limits<Number>::max()) + ", not " + text);
  return value;
}

void set(RenderOptions& options, const std::string& flag, const std::string& value) {
  if (flag == "--out")
    options.out = value;
  else if (flag == "--kind")
    options.kind = kind_named(value);
  else if (flag == "--furniture")
    options.furniture = value;
  else if (flag == "--split")
    options.split = split_named(value);
  else if (flag == "--first")
    options.first = number<uint64_t>(flag, value, 0);
  else if (flag == "--count")
    options.count = number<uint64_t>(flag, value, 1);
  else if (flag == "--samples")
    options.samples = number<int>(flag, value, 1);
  else
    throw std::runtime_error("unknown flag " + flag + "\n" + kRenderUsage);
}

}  // namespace

RenderOptions parse_render_options(const std::vector<std::string>& arguments) {
  RenderOptions options;
  for (size_t i = 0; i + 1 < arguments.size(); i += 2) set(options, arguments[i], arguments[i + 1]);
  if (arguments.size() % 2 != 0)
    throw std::runtime_error("nothing follows " + arguments.back() + "\n" + kRenderUsage);
  if (options.out.empty())
    throw std::runtime_error(std::string("--out is missing\n") + kRenderUsage);
  if (options.kind == "furnished" && options.furniture.empty())
    throw std::runtime_error(
        "--kind furnished needs --furniture, a folder that geond-import has filled");
  return options;
}

}  // namespace geond::rendering
