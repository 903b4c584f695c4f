// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "geond/core/result.hpp"

namespace geond::http {

/// Decodes the chunked coding (RFC 9112, 7.1), strictly: CR LF only, sizes of hexadecimal digits,
/// extensions and trailers bounded and dropped.
class ChunkDecoder {
 public:
  /// What one step made of its input.
  struct Step {
    std::size_t consumed = 0;  ///< Bytes of the input that are done with.
    std::string_view data;     ///< Part of the consumed input that belongs to the body.
  };

  /// Takes the next bytes; stops after one stretch of data. A step that consumes everything without
  /// data needs more input. Errors: bad_request `broken_chunk`; the decoder is of no use then.
  core::Result<Step> decode(std::string_view input);

  /// Whether the last chunk and the trailers have been read.
  bool is_done() const { return state_ == State::done; }

 private:
  enum class State {
    size_start,
    size,
    extension,
    size_end,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer,
    trailer_end,
    end_lf,
    done
  };

  bool take(char c);
  bool take_size(char c);
  bool take_line(char c, State line, State end);
  bool count_overhead();

  State state_ = State::size_start;
  std::uint64_t left_ = 0;    // Of the chunk.
  unsigned digits_ = 0;       // Of the chunk's size.
  std::size_t overhead_ = 0;  // Bytes of extensions and trailers so far.
};

}  // namespace geond::http
