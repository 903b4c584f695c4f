// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/http/body_reader.hpp"
#include "geond/http/request.hpp"
#include "geond/http/task.hpp"

namespace geond::http {

/// Bounds of a multipart body; the size of the whole is the BodyReader's limit.
struct MultipartLimits {
  std::size_t max_parts = 1000;
  std::size_t max_header_bytes = 8 * 1024;  ///< Of one part.
};

/// The head of one part of a form.
struct MultipartPart {
  std::string name;                      ///< Of the form field; empty if the part has none.
  std::optional<std::string> file_name;  ///< As sent (RFC 5987's `filename*` decoded). Only to
                                         ///< show: never a path.
  std::string content_type;              ///< `text/plain` if the part has none.
  Headers headers;
};

/// Reads `multipart/form-data` (RFC 7578) part by part, without buffering a part.
///
///     auto form = MultipartReader::open(request);
///     while (true) {
///       auto part = co_await form->next_part();   // Result<optional<MultipartPart>>
///       if (!part) co_return make_problem(part.error(), request);
///       if (!*part) break;
///       ... co_await form->read() until empty ...
///     }
class MultipartReader {
 public:
  /// Errors: unsupported_media `unsupported_content_type` (not multipart/form-data), bad_request
  /// `bad_multipart` (no or a malformed boundary).
  static core::Result<MultipartReader> open(Request& request, MultipartLimits limits = {});
  static core::Result<MultipartReader> open(BodyReader& body, std::string_view content_type,
                                            MultipartLimits limits = {});

  MultipartReader(MultipartReader&&) noexcept;
  MultipartReader& operator=(MultipartReader&&) noexcept;
  ~MultipartReader();

  /// Skips what is left of the current part and reads the head of the next; nothing after the last.
  /// Errors: bad_request `bad_multipart` (malformed, or ends before its closing boundary),
  /// too_large `too_many_parts`, too_large `part_headers_too_large`, those of BodyReader::read().
  Task<core::Result<std::optional<MultipartPart>>> next_part();

  /// The next bytes of the current part, valid until the next call; empty at its end.
  /// Errors: as next_part().
  Task<core::Result<std::span<const std::byte>>> read();

  /// The rest of the current part as text. Errors: as next_part(); too_large `field_too_large`
  /// over `max_bytes`.
  Task<core::Result<std::string>> read_text(std::size_t max_bytes);

 private:
  class Parser;
  explicit MultipartReader(std::unique_ptr<Parser> parser);
  std::unique_ptr<Parser> parser_;
};

/// Whether the request's content type is multipart/form-data.
bool is_multipart(const Request& request);

}  // namespace geond::http
