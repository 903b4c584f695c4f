// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <variant>

#include "geond/core/file_descriptor.hpp"
#include "geond/http/request.hpp"
#include "geond/http/task.hpp"

namespace geond::http {

class Context;

/// The writing end of a streaming response.
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;

  /// Sends the text now and waits until the kernel has taken it. False if the client is gone, or
  /// took longer than the write deadline: return from the producer then. One write at a time.
  virtual Task<bool> write(std::string_view text) = 0;
};

/// Makes the body of a streaming response. Called once, on the session's executor; the stream ends
/// when it returns. The function object outlives the coroutine. If it throws, the connection is
/// cut, so that the client sees that the body is not whole.
using StreamProducer = std::function<Task<void>(StreamWriter& writer, Context& context)>;

struct EmptyBody {};
/// Text that outlives the response, e.g. an embedded file.
struct StaticBody {
  std::string_view text;
};
/// The first `size` bytes of a regular file. Sent in pieces; never held in memory as a whole.
struct FileBody {
  core::FileDescriptor file;
  std::uint64_t size = 0;
};
struct StreamBody {
  StreamProducer producer;
  bool is_endless = false;  ///< Ends only with its client: also when that merely sends no more.
};
using Body = std::variant<EmptyBody, std::string, StaticBody, FileBody, StreamBody>;

/// What a handler answers. Content-Length or chunked coding, Connection, X-Request-Id and
/// the security headers are the session's: do not set them. A header that the handler does set
/// (e.g. Content-Security-Policy) replaces the session's.
struct Response {
  int status = 200;
  Headers headers;
  Body body;
  /// What the log is told beside the request id; never sent. make_problem() puts the detail of
  /// internal errors here.
  std::string log_detail;
  /// The stable code of a problem document, for the access log.
  std::string problem_code;

  /// No body.
  static Response empty(int status = 204);
  static Response text(std::string text,
                       std::string_view content_type = "text/plain; charset=utf-8",
                       int status = 200);
  /// `json` is a serialised document; sent as `application/json`.
  static Response json(std::string json, int status = 200);
  static Response file(core::FileDescriptor file, std::uint64_t size,
                       std::string_view content_type);
  /// For `text/event-stream` the response is endless and also gets `Cache-Control: no-store` and
  /// `X-Accel-Buffering: no`.
  static Response stream(std::string_view content_type, StreamProducer producer);
  /// 303 for POST -> GET, or another 3xx. `location` must be a valid header value.
  static Response redirect(std::string_view location, int status = 303);

  /// Sets a header; returns itself for chaining.
  Response&& with(std::string_view name, std::string_view value) &&;
};

/// The reason phrase of a status, e.g. `Not Found`; `Unknown` if it has none.
std::string_view status_reason(int status);

}  // namespace geond::http
