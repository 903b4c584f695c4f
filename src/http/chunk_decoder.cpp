// SPDX-License-Identifier: MIT
#include "chunk_decoder.hpp"

#include <algorithm>

#include "tokens.hpp"

namespace geond::http {
namespace {

/// Of all extensions and trailers of one body together.
constexpr std::size_t kMaxOverhead = 16 * 1024;
/// Enough for 2^60 bytes, and no sum of it overflows.
constexpr unsigned kMaxSizeDigits = 15;

}  // namespace

core::Result<ChunkDecoder::Step> ChunkDecoder::decode(std::string_view input) {
  Step step;
  while (step.consumed < input.size() && state_ != State::done) {
    if (state_ == State::data) {
      const auto length =
          static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size() - step.consumed));
      step.data = input.substr(step.consumed, length);
      step.consumed += length;
      left_ -= length;
      if (left_ == 0) state_ = State::data_cr;
      return step;
    }
    if (!take(input[step.consumed])) {
      return core::Error(core::ErrorKind::bad_request, "broken_chunk",
                         "The body's chunked coding is malformed.");
    }
    ++step.consumed;
  }
  return step;
}

/// Takes one byte outside of data; false if it may not stand there.
bool ChunkDecoder::take(char c) {
  const auto expect = [this, c](char wanted, State next) {
    state_ = next;
    return c == wanted;
  };
  switch (state_) {
    case State::size_start:
    case State::size:
      return take_size(c);
    case State::extension:
      return take_line(c, State::extension, State::size_end);
    case State::size_end:
      return expect('\n', left_ == 0 ? State::trailer_start : State::data);
    case State::data_cr:
      return expect('\r', State::data_lf);
    case State::data_lf:
      return expect('\n', State::size_start);
    case State::trailer_start:
      if (c == '\r') return expect('\r', State::end_lf);
      return tokens::is_token_char(c) && take_line(c, State::trailer, State::trailer_end);
    case State::trailer:
      return take_line(c, State::trailer, State::trailer_end);
    case State::trailer_end:
      return expect('\n', State::trailer_start);
    case State::end_lf:
      return expect('\n', State::done);
    case State::data:
    case State::done:
      break;
  }
  return false;
}

bool ChunkDecoder::take_size(char c) {
  if (state_ == State::size_start) {
    left_ = 0;
    digits_ = 0;
  }
  const int digit = tokens::hex_value(c);
  if (digit >= 0) {
    state_ = State::size;
    left_ = left_ * 16 + static_cast<std::uint64_t>(digit);
    return ++digits_ <= kMaxSizeDigits;
  }
  if (digits_ == 0) return false;
  if (c == '\r') {
    state_ = State::size_end;
    return true;
  }
  state_ = State::extension;
  return c == ';' && count_overhead();
}

/// Takes one byte of a line that is dropped.
bool ChunkDecoder::take_line(char c, State line, State end) {
  if (c == '\r') {
    state_ = end;
    return true;
  }
  state_ = line;
  return !tokens::is_control(c) && count_overhead();
}

bool ChunkDecoder::count_overhead() {
  return ++overhead_ <= kMaxOverhead;
}

}  // namespace geond::http
