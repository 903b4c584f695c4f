// SPDX-License-Identifier: MIT
// JSON bodies: what is taken in can be written out and read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string_view>

#include "geond/http/json.hpp"

using namespace geond::http;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = parse_json(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!value) return 0;
  const auto again = parse_json(dump_json(*value));
  if (!again || *again != *value) std::abort();
  return 0;
}
