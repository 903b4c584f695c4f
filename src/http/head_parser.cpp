// SPDX-License-Identifier: MIT
#include "head_parser.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>

#include "tokens.hpp"

namespace geond::http {
namespace {

namespace beast = boost::beast::http;
using core::Error;
using core::ErrorKind;

Error malformed(std::string detail) {
  return Error(ErrorKind::bad_request, "malformed_head", std::move(detail));
}

Error bad_framing(std::string detail) {
  return Error(ErrorKind::bad_request, "bad_framing", std::move(detail));
}

Error too_large() {
  return Error(ErrorKind::bad_request, "headers_too_large",
               "The request's headers are larger than this server takes.");
}

Error target_too_long() {
  return Error(ErrorKind::bad_request, "target_too_long",
               "The request's target is longer than this server takes.");
}

struct RequestLine {
  std::string_view method;
  std::string_view target;
  int minor_version = 1;
};

core::Result<RequestLine> parse_request_line(std::string_view line, const Limits& limits) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || last == first || line.find(' ', first + 1) != last) {
    return malformed("The request line must be: method, target, version, with one space between.");
  }
  RequestLine parsed{line.substr(0, first), line.substr(first + 1, last - first - 1), 1};
  const std::string_view version = line.substr(last + 1);
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          tokens::is_digit(version[5]) && version[6] == '.' &&
                          tokens::is_digit(version[7]);
  if (!is_version) return malformed("The request line must end in HTTP/1.1 or HTTP/1.0.");
  if (!tokens::is_token(parsed.method)) return malformed("The method is no token.");
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return Error(ErrorKind::bad_request, "version_not_supported",
                 "This server speaks HTTP/1.1 and HTTP/1.0.");
  }
  parsed.minor_version = version.back() - '0';
  if (parsed.target.size() > limits.max_target_bytes) return target_too_long();
  if (!parse_method(parsed.method)) {
    return Error(ErrorKind::bad_request, "method_not_implemented",
                 "This server knows GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS.");
  }
  return parsed;
}

/// Lets Beast take the head apart.
core::Result<Headers> parse_fields(std::string_view head, const Limits& limits) {
  beast::request_parser<beast::empty_body> parser;
  parser.header_limit(static_cast<std::uint32_t>(limits.max_head_bytes));
  parser.body_limit(boost::none);
  boost::system::error_code error;
  parser.put(boost::asio::const_buffer(head.data(), head.size()), error);
  // need_more: the head is there and a body is announced.
  if (error && error != beast::error::need_more) {
    return malformed("The request's head cannot be read: " + error.message() + ".");
  }
  if (!parser.is_header_done()) return malformed("The request's head is not whole.");
  Headers headers;
  for (const auto& field : parser.get()) {
    const std::string_view name(field.name_string().data(), field.name_string().size());
    if (!tokens::is_token(name)) return malformed("A header's name is no token.");
    headers.add(name, std::string_view(field.value().data(), field.value().size()));
  }
  if (headers.fields().size() > limits.max_header_count) return too_large();
  return headers;
}

/// Fields that make two requests of one if two readers choose differently.
core::Result<void> check_singletons(const Headers& headers) {
  static constexpr std::array<std::string_view, 4> kSingle{"Authorization", "Content-Type",
                                                           "Expect", "Origin"};
  for (const std::string_view name : kSingle) {
    if (headers.all(name).size() > 1) {
      return Error(ErrorKind::bad_request, "duplicate_header",
                   "The header " + std::string(name) + " may be sent once only.");
    }
  }
  return core::ok();
}

/// Whether it may be a host and a port; no user information, which only deceives.
bool is_host(std::string_view text) {
  const auto is_fine = [](char c) {
    return c > 0x20 && c < 0x7F &&
           std::string_view("\"#,/<>?@\\^`{|}").find(c) == std::string_view::npos;
  };
  return !text.empty() && std::all_of(text.begin(), text.end(), is_fine);
}

core::Result<void> read_host(RequestHead& head) {
  const auto hosts = head.headers.all("Host");
  const bool may_lack = head.minor_version == 0;
  const bool is_right = hosts.empty() ? may_lack : hosts.size() == 1 && is_host(hosts[0]);
  if (!is_right) {
    return Error(ErrorKind::bad_request, "bad_host",
                 "Send exactly one Host header that holds a host and, where needed, a port.");
  }
  if (!hosts.empty()) head.host = std::string(hosts[0]);
  return core::ok();
}

/// The scheme and `://` of a target in absolute form, of those this server speaks; or nothing.
std::string_view scheme_of(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    const std::string_view begin = target.substr(0, scheme.size());
    if (equals_ignoring_case(begin, scheme)) return begin;
  }
  return {};
}

/// Reads the target in its three forms: a path, a whole address (what proxies are sent), or `*`.
core::Result<void> read_target(RequestHead& head, std::string_view text) {
  if (text == "*" && head.method == Method::options) {
    head.target.path = "*";
    return core::ok();
  }
  std::string path;  // Lives as long as `text` may point to it.
  if (const std::string_view scheme = scheme_of(text); !scheme.empty()) {
    text.remove_prefix(scheme.size());
    const std::string_view authority = text.substr(0, text.find_first_of("/?"));
    if (!is_host(authority)) {
      return Error(ErrorKind::bad_request, "bad_target",
                   "An address as the request target must hold a host and, where needed, a port, "
                   "and no user name.");
    }
    // Whatever Host says besides: RFC 9112 wants it ignored then.
    head.host = std::string(authority);
    text.remove_prefix(authority.size());
    if (!text.starts_with('/')) text = path.assign("/").append(text);
  }
  auto target = parse_target(text);
  if (!target) return target.error();
  head.target = std::move(*target);
  return core::ok();
}

core::Result<std::uint64_t> parse_length(std::string_view text) {
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool all_digits = std::all_of(text.begin(), text.end(), tokens::is_digit);
  // Beyond 2^62 sums of lengths could overflow; nobody sends that much.
  if (text.empty() || !all_digits || error != std::errc{} || end != text.data() + text.size() ||
      length > (std::uint64_t{1} << 62)) {
    return bad_framing("Content-Length must be one decimal number.");
  }
  return length;
}

core::Result<void> judge_framing(RequestHead& head) {
  const auto encodings = head.headers.all("Transfer-Encoding");
  const auto lengths = head.headers.all("Content-Length");
  if (!encodings.empty()) {
    if (head.minor_version == 0) {
      return bad_framing("HTTP/1.0 has no Transfer-Encoding; send a Content-Length.");
    }
    if (!lengths.empty()) {
      return bad_framing("Send either Transfer-Encoding or Content-Length, not both.");
    }
    if (encodings.size() != 1 || !equals_ignoring_case(encodings[0], "chunked")) {
      return bad_framing("The only Transfer-Encoding that this server reads is: chunked.");
    }
    head.framing = BodyFraming::chunked;
    return core::ok();
  }
  if (lengths.empty()) return core::ok();
  if (lengths.size() != 1) return bad_framing("Content-Length may be sent once only.");
  const auto length = parse_length(lengths[0]);
  if (!length) return length.error();
  head.content_length = *length;
  head.framing = *length == 0 ? BodyFraming::none : BodyFraming::length;
  return core::ok();
}

core::Result<void> read_connection_fields(RequestHead& head) {
  head.keep_alive = head.minor_version == 1;
  const std::string options = head.headers.joined("Connection");
  for (const std::string_view option : tokens::split(options, ',')) {
    if (equals_ignoring_case(option, "close")) {
      head.keep_alive = false;
      break;
    }
    if (equals_ignoring_case(option, "keep-alive")) head.keep_alive = true;
  }
  // HTTP/1.0 knows no expectations.
  const auto expect = head.headers.get("Expect");
  if (!expect || head.minor_version == 0) return core::ok();
  if (!equals_ignoring_case(*expect, "100-continue")) {
    return Error(ErrorKind::bad_request, "expectation_failed",
                 "The only expectation that this server knows is: 100-continue.");
  }
  head.expects_continue = true;
  return core::ok();
}

}  // namespace

core::Result<void> HeadScanner::check_size(std::size_t size) const {
  // Method and version beside the target.
  constexpr std::size_t kLineExtra = 64;
  if (!has_request_line_ && size > limits_.max_target_bytes + kLineExtra) return target_too_long();
  if (size > limits_.max_head_bytes) return too_large();
  return core::ok();
}

core::Result<std::optional<std::size_t>> HeadScanner::scan(std::string_view bytes) {
  for (; at_ < bytes.size(); ++at_) {
    const char c = bytes[at_];
    if (at_ == line_begin_ && has_request_line_ && (c == ' ' || c == '\t')) {
      return malformed("A header may not be folded over several lines.");
    }
    if (c == '\r') {
      if (at_ + 1 == bytes.size()) break;  // Look at it again with its successor.
      if (bytes[at_ + 1] != '\n') return malformed("A line must end in CR LF.");
      const bool is_empty = at_ == line_begin_;
      at_ += 1;
      line_begin_ = at_ + 1;
      if (is_empty && !has_request_line_) return malformed("The request line is empty.");
      has_request_line_ = true;
      if (is_empty) {
        const auto fits = check_size(line_begin_);
        if (!fits) return fits.error();
        return std::optional<std::size_t>(line_begin_);
      }
    } else if (tokens::is_control(c)) {
      if (at_ == 0 && c == 0x16) {
        return malformed("This port speaks plain HTTP, not HTTPS: use http:// in the address.");
      }
      return malformed("A line of the head holds a control character or a bare line feed.");
    }
  }
  const auto fits = check_size(bytes.size());
  if (!fits) return fits.error();
  return std::optional<std::size_t>();
}

core::Result<RequestHead> parse_head(std::string_view bytes, const Limits& limits) {
  const std::size_t line_end = std::min(bytes.find("\r\n"), bytes.size());
  const auto line = parse_request_line(bytes.substr(0, line_end), limits);
  if (!line) return line.error();
  auto headers = parse_fields(bytes, limits);
  if (!headers) return headers.error();

  RequestHead head;
  head.method = *parse_method(line->method);
  head.method_text = std::string(line->method);
  head.minor_version = line->minor_version;
  head.headers = std::move(*headers);
  const auto hosted = read_host(head);
  if (!hosted) return hosted.error();
  const auto framed = judge_framing(head);
  if (!framed) return framed.error();
  const auto single = check_singletons(head.headers);
  if (!single) return single.error();
  const auto targeted = read_target(head, line->target);
  if (!targeted) return targeted.error();
  const auto connected = read_connection_fields(head);
  if (!connected) return connected.error();
  return head;
}

}  // namespace geond::http
