// SPDX-License-Identifier: MIT
// The chunked coding: the same body, however the bytes arrive, and never more data than input.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "chunk_decoder.hpp"

using namespace geond::http;

namespace {

struct Outcome {
  std::string body;
  bool failed = false;
  bool done = false;
  std::size_t consumed = 0;

  bool operator==(const Outcome&) const = default;
};

Outcome decode(std::string_view bytes, std::size_t piece) {
  Outcome outcome;
  ChunkDecoder decoder;
  std::size_t end = 0;
  while (!decoder.is_done() && end < bytes.size()) {
    end = std::min(end + piece, bytes.size());
    while (outcome.consumed < end && !decoder.is_done()) {
      const auto step = decoder.decode(bytes.substr(outcome.consumed, end - outcome.consumed));
      if (!step) {
        outcome.failed = true;
        outcome.consumed = 0;
        return outcome;
      }
      if (step->consumed == 0) std::abort();
      outcome.consumed += step->consumed;
      outcome.body += step->data;
    }
  }
  outcome.done = decoder.is_done();
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const Outcome whole = decode(bytes, size + 1);
  if (whole.body.size() > size) std::abort();
  if (!(decode(bytes, 1) == whole) || !(decode(bytes, 7) == whole)) std::abort();
  return 0;
}
