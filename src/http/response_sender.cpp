// SPDX-License-Identifier: MIT
#include "response_sender.hpp"

#include <fmt/format.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <optional>
#include <system_error>

#include "tokens.hpp"

namespace geond::http {
namespace {

constexpr std::size_t kPieceBytes = 64 * 1024;

/// IMF-fixdate (RFC 9110, 5.6.7).
std::string format_date(core::Timestamp time) {
  namespace chrono = std::chrono;
  static constexpr std::array<const char*, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                    "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = chrono::floor<chrono::days>(time);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(chrono::floor<chrono::seconds>(time - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays.at(chrono::weekday(day).c_encoding()), unsigned{date.day()},
                     kMonths.at(unsigned{date.month()} - 1), int{date.year()},
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

/// A value that a handler built from what a client sent must not end the line.
void append_header(std::string& head, std::string_view name, std::string_view value) {
  head += name;
  head += ": ";
  for (const char c : value) head += tokens::is_control(c) ? ' ' : c;
  head += "\r\n";
}

std::uint64_t body_size(const Body& body) {
  if (const auto* text = std::get_if<std::string>(&body)) return text->size();
  if (const auto* text = std::get_if<StaticBody>(&body)) return text->text.size();
  if (const auto* file = std::get_if<FileBody>(&body)) return file->size;
  return 0;
}

/// What of it is in memory already; nothing if the disk would have to be waited for, or the file
/// system cannot tell: read_file() says then what there is.
std::optional<std::size_t> read_cached(int descriptor, std::span<char> into, std::uint64_t offset) {
  const iovec piece{into.data(), into.size()};
  const ssize_t count = ::preadv2(descriptor, &piece, 1, static_cast<off_t>(offset), RWF_NOWAIT);
  if (count <= 0) return std::nullopt;
  return static_cast<std::size_t>(count);
}

/// Errors: internal `file_unreadable`.
core::Result<std::size_t> read_file(int descriptor, std::span<char> into, std::uint64_t offset) {
  while (true) {
    const ssize_t count = ::pread(descriptor, into.data(), into.size(), static_cast<off_t>(offset));
    if (count > 0) return static_cast<std::size_t>(count);
    if (count < 0 && errno == EINTR) continue;
    return core::Error(core::ErrorKind::internal, "file_unreadable",
                       count == 0 ? "The file is shorter than announced."
                                  : std::generic_category().message(errno));
  }
}

}  // namespace

std::string ResponseSender::format_head(const Response& response) {
  const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
  const bool is_stream = std::holds_alternative<StreamBody>(response.body);
  has_body_ = !bodiless && options_.method != Method::head;
  coding_ = bodiless                      ? Coding::none
            : !is_stream                  ? Coding::length
            : options_.minor_version == 1 ? Coding::chunked
                                          : Coding::until_close;

  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\n", response.status, status_reason(response.status));
  append_header(head, "Date", format_date(host_.clock.now()));
  for (const auto& [name, value] : response.headers.fields()) append_header(head, name, value);
  const auto add_default = [&](std::string_view name, std::string_view value) {
    if (!value.empty() && !response.headers.contains(name)) append_header(head, name, value);
  };
  add_default("X-Request-Id", options_.request_id);
  add_default("X-Content-Type-Options", "nosniff");
  // Another port of the host is the same site, so a picture there comes with the cookie.
  add_default("Cross-Origin-Resource-Policy", "same-origin");
  add_default("Referrer-Policy", "no-referrer");
  add_default("Content-Security-Policy", host_.config.content_security_policy);
  add_default("Cache-Control",
              response.headers.contains("ETag") ? "private, no-cache" : "no-store");
  if (coding_ == Coding::length) {
    append_header(head, "Content-Length", std::to_string(body_size(response.body)));
  } else if (coding_ == Coding::chunked) {
    append_header(head, "Transfer-Encoding", "chunked");
  }
  const bool keeps = options_.keep_alive && coding_ != Coding::until_close;
  if (!keeps) {
    append_header(head, "Connection", "close");
  } else if (options_.minor_version == 0) {
    append_header(head, "Connection", "keep-alive");
  }
  return head += "\r\n";
}

Task<bool> ResponseSender::write_all(std::string_view head, std::string_view body) {
  do {
    const std::string_view piece = body.substr(0, kPieceBytes);
    const auto deadline = std::chrono::steady_clock::now() + host_.config.timeouts.write;
    const IoResult result = co_await connection_.write(head, piece, deadline);
    bytes_sent_ += result.bytes;
    if (!result.is_ok()) {
      broken_ = true;
      co_return false;
    }
    head = {};
    body.remove_prefix(piece.size());
  } while (!body.empty());
  co_return true;
}

Task<bool> ResponseSender::send(Response& response, Context& context) {
  bool sent = false;
  auto* file = std::get_if<FileBody>(&response.body);
  auto* stream = std::get_if<StreamBody>(&response.body);
  if (file == nullptr && stream == nullptr) {
    sent = co_await send_in_memory(response);
    co_return sent;
  }
  const std::string head = format_head(response);
  if (!has_body_) {
    sent = co_await write_all(head, {});
  } else if (file != nullptr) {
    sent = co_await send_file(head, *file, context);
  } else {
    sent = co_await send_stream(head, *stream, context);
  }
  co_return sent;
}

Task<bool> ResponseSender::send_in_memory(Response& response) {
  const std::string head = format_head(response);
  std::string_view body;
  if (const auto* text = std::get_if<std::string>(&response.body)) body = *text;
  if (const auto* text = std::get_if<StaticBody>(&response.body)) body = text->text;
  const bool sent = co_await write_all(head, has_body_ ? body : std::string_view());
  co_return sent;
}

Task<bool> ResponseSender::send_file(const std::string& head, FileBody& file, Context& context) {
  std::string piece;
  std::string_view pending_head = head;
  std::uint64_t offset = 0;
  do {
    piece.resize(
        static_cast<std::size_t>(std::min<std::uint64_t>(kPieceBytes, file.size - offset)));
    if (!piece.empty()) {
      const int descriptor = file.file.get();
      std::optional<std::size_t> count = read_cached(descriptor, piece, offset);
      if (!count) {
        const auto read = [descriptor, &piece, offset] {
          return read_file(descriptor, piece, offset);
        };
        const core::Result<std::size_t> waited = co_await context.run_blocking_unrefused(read);
        if (!waited) {
          host_.logger.error("A file could not be sent", {{"request_id", options_.request_id},
                                                          {"why", waited.error().detail()}});
          co_return false;
        }
        count = *waited;
      }
      piece.resize(*count);
    }
    const bool sent = co_await write_all(pending_head, piece);
    if (!sent) co_return false;
    pending_head = {};
    offset += piece.size();
  } while (offset < file.size);
  co_return true;
}

Task<bool> ResponseSender::send_stream(const std::string& head, StreamBody& stream,
                                       Context& context) {
  const bool begun = co_await write_all(head, {});
  if (!begun) co_return false;
  co_await stream.producer(*this, context);
  if (broken_) co_return false;
  if (coding_ != Coding::chunked) co_return true;
  const bool ended = co_await write_all("0\r\n\r\n", {});
  co_return ended;
}

Task<bool> ResponseSender::write(std::string_view text) {
  if (broken_) co_return false;
  while (!text.empty()) {
    const std::string_view piece = text.substr(0, kPieceBytes);
    text.remove_prefix(piece.size());
    bool sent = false;
    if (coding_ == Coding::chunked) {
      const std::string chunk = fmt::format("{:x}\r\n{}\r\n", piece.size(), piece);
      sent = co_await write_all(chunk, {});
    } else {
      sent = co_await write_all(piece, {});
    }
    if (!sent) co_return false;
  }
  co_return true;
}

}  // namespace geond::http
