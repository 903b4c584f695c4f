// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "connection.hpp"
#include "geond/http/context.hpp"
#include "geond/http/response.hpp"
#include "session_host.hpp"

namespace geond::http {

/// How the response to one request is to be sent.
struct SendOptions {
  Method method = Method::get;
  int minor_version = 1;
  bool keep_alive = false;
  std::string_view request_id;
};

/// Writes one response, each piece against the write deadline.
class ResponseSender final : public StreamWriter {
 public:
  ResponseSender(SessionHost& host, Connection& connection, SendOptions options)
      : host_(host), connection_(connection), options_(options) {}

  /// True if the response was sent as a whole. `context` is what a stream's producer gets and what
  /// files are read through.
  Task<bool> send(Response& response, Context& context);

  /// The same for responses whose body lies in memory.
  Task<bool> send_in_memory(Response& response);

  std::uint64_t bytes_sent() const { return bytes_sent_; }

  Task<bool> write(std::string_view text) override;

 private:
  enum class Coding { none, length, chunked, until_close };

  std::string format_head(const Response& response);
  Task<bool> write_all(std::string_view head, std::string_view body);
  Task<bool> send_file(const std::string& head, FileBody& file, Context& context);
  Task<bool> send_stream(const std::string& head, StreamBody& stream, Context& context);

  SessionHost& host_;
  Connection& connection_;
  SendOptions options_;
  Coding coding_ = Coding::none;
  bool has_body_ = false;  // As sent: not for HEAD, 204 and 304.
  bool broken_ = false;
  std::uint64_t bytes_sent_ = 0;
};

}  // namespace geond::http
