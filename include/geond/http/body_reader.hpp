// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "geond/core/result.hpp"
#include "geond/http/task.hpp"

namespace geond::http {

/// The body of a request, pulled piece by piece. What is not pulled is never buffered.
class BodyReader {
 public:
  virtual ~BodyReader() = default;

  /// The next bytes (at most 64 KiB), valid until the next read; empty at the end of the body, and
  /// from then on. The first read answers `Expect: 100-continue`.
  ///
  /// Errors, which end the body: too_large `body_too_large` (over the limit, told before a byte is
  /// read if the length was declared), bad_request `broken_chunk` (malformed chunked coding),
  /// bad_request `body_incomplete` (the client went away in the middle), unavailable
  /// `body_timeout` (slower than the minimum rate or the time limit; answered with 408).
  /// Return the error as a problem document; the session closes the connection after it.
  virtual Task<core::Result<std::span<const std::byte>>> read() = 0;

  /// What Content-Length declares, in bytes; nothing for a chunked body. 0 without a body.
  virtual std::optional<std::uint64_t> content_length() const = 0;

  /// Whether the request declares a body that is not certainly empty.
  virtual bool has_body() const = 0;

  /// The most bytes that read() lets through; the route's limit until it is set.
  virtual void set_limit(std::uint64_t bytes) = 0;
  virtual std::uint64_t limit() const = 0;

  /// How long the body may take in all, from the request's head on; without end until it is set.
  virtual void set_time_limit(std::chrono::milliseconds limit) = 0;
};

/// Reads the whole body into a string. Errors: those of BodyReader::read().
Task<core::Result<std::string>> read_text(BodyReader& body);

}  // namespace geond::http
