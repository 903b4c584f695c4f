// SPDX-License-Identifier: MIT
#include "geond/http/response.hpp"

#include <utility>

namespace geond::http {

Response Response::empty(int status) {
  Response response;
  response.status = status;
  return response;
}

Response Response::text(std::string text, std::string_view content_type, int status) {
  Response response;
  response.status = status;
  response.headers.add("Content-Type", content_type);
  response.body = std::move(text);
  return response;
}

Response Response::json(std::string json, int status) {
  return text(std::move(json), "application/json", status);
}

Response Response::file(core::FileDescriptor file, std::uint64_t size,
                        std::string_view content_type) {
  Response response;
  response.headers.add("Content-Type", content_type);
  FileBody body;
  body.file = std::move(file);
  body.size = size;
  response.body = std::move(body);
  return response;
}

Response Response::stream(std::string_view content_type, StreamProducer producer) {
  Response response;
  response.headers.add("Content-Type", content_type);
  if (content_type.starts_with("text/event-stream")) {
    response.headers.add("Cache-Control", "no-store");
    // Proxies of nginx's kind would hold events back until their buffer is full.
    response.headers.add("X-Accel-Buffering", "no");
  }
  StreamBody body;
  body.is_endless = content_type.starts_with("text/event-stream");
  body.producer = std::move(producer);
  response.body = std::move(body);
  return response;
}

Response Response::redirect(std::string_view location, int status) {
  Response response = empty(status);
  response.headers.add("Location", location);
  return response;
}

Response&& Response::with(std::string_view name, std::string_view value) && {
  headers.set(name, value);
  return std::move(*this);
}

std::string_view status_reason(int status) {
  struct Row {
    int status;
    std::string_view reason;
  };
  static constexpr std::array<Row, 39> kRows{{{100, "Continue"},
                                              {200, "OK"},
                                              {201, "Created"},
                                              {202, "Accepted"},
                                              {204, "No Content"},
                                              {206, "Partial Content"},
                                              {301, "Moved Permanently"},
                                              {302, "Found"},
                                              {303, "See Other"},
                                              {304, "Not Modified"},
                                              {307, "Temporary Redirect"},
                                              {308, "Permanent Redirect"},
                                              {400, "Bad Request"},
                                              {401, "Unauthorized"},
                                              {403, "Forbidden"},
                                              {404, "Not Found"},
                                              {405, "Method Not Allowed"},
                                              {406, "Not Acceptable"},
                                              {408, "Request Timeout"},
                                              {409, "Conflict"},
                                              {410, "Gone"},
                                              {411, "Length Required"},
                                              {412, "Precondition Failed"},
                                              {413, "Content Too Large"},
                                              {414, "URI Too Long"},
                                              {415, "Unsupported Media Type"},
                                              {416, "Range Not Satisfiable"},
                                              {417, "Expectation Failed"},
                                              {422, "Unprocessable Content"},
                                              {426, "Upgrade Required"},
                                              {428, "Precondition Required"},
                                              {429, "Too Many Requests"},
                                              {431, "Request Header Fields Too Large"},
                                              {500, "Internal Server Error"},
                                              {501, "Not Implemented"},
                                              {503, "Service Unavailable"},
                                              {504, "Gateway Timeout"},
                                              {505, "HTTP Version Not Supported"},
                                              {507, "Insufficient Storage"}}};
  for (const Row& row : kRows) {
    if (row.status == status) return row.reason;
  }
  return "Unknown";
}

}  // namespace geond::http
