// SPDX-License-Identifier: MIT
#include "geond/http/multipart.hpp"

#include <algorithm>
#include <utility>

#include "geond/http/media_type.hpp"
#include "tokens.hpp"

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;

Error malformed(std::string detail) {
  return Error(ErrorKind::bad_request, "bad_multipart", std::move(detail));
}

/// RFC 2046, 5.1.1, with the few more characters that clients in the field use.
bool is_boundary(std::string_view text) {
  return !text.empty() && text.size() <= 70 && text.back() != ' ' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return tokens::is_token_char(c) ||
                  std::string_view("()+,/:=? ").find(c) != std::string_view::npos;
         });
}

/// `UTF-8''na%C3%AFve.jpg` (RFC 5987) as text; nothing if it is malformed or another charset.
std::optional<std::string> decode_extended(std::string_view text) {
  const std::size_t first = text.find('\'');
  const std::size_t second = first == std::string_view::npos ? first : text.find('\'', first + 1);
  if (second == std::string_view::npos || !equals_ignoring_case(text.substr(0, first), "utf-8")) {
    return std::nullopt;
  }
  std::string decoded;
  if (!tokens::percent_decode(text.substr(second + 1), tokens::Plus::literal, decoded)) {
    return std::nullopt;
  }
  return decoded;
}

/// Browsers write `"` and the ends of lines in names as %22, %0D and %0A, and nothing else (WHATWG
/// HTML, multipart/form-data encoding algorithm).
std::string undo_browser_escapes(std::string text) {
  for (const auto& [escape, character] : {std::pair("%22", "\""), {"%0D", "\r"}, {"%0A", "\n"}}) {
    for (std::size_t at = text.find(escape); at != std::string::npos;
         at = text.find(escape, at + 1)) {
      text.replace(at, 3, character);
    }
  }
  return text;
}

core::Result<void> read_disposition(std::string_view value, MultipartPart& part) {
  const auto elements = tokens::split(value, ';');
  if (elements.empty() || !equals_ignoring_case(elements[0], "form-data")) {
    return malformed("Each part of a form needs Content-Disposition: form-data; name=\"...\".");
  }
  std::optional<std::string> extended;
  for (std::size_t at = 1; at < elements.size(); ++at) {
    tokens::Parameter parameter = tokens::parse_parameter(elements[at]);
    if (parameter.name == "name") {
      part.name = tokens::printable_utf8(undo_browser_escapes(std::move(parameter.value)));
    } else if (parameter.name == "filename") {
      part.file_name = tokens::printable_utf8(undo_browser_escapes(std::move(parameter.value)));
    } else if (parameter.name == "filename*") {
      extended = decode_extended(parameter.value);
    }
  }
  if (extended) part.file_name = tokens::printable_utf8(*extended);
  return core::ok();
}

/// `text` are the part's header lines, each with its CR LF.
core::Result<MultipartPart> parse_part_head(std::string_view text) {
  MultipartPart part;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find("\r\n"), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 2, text.size()));
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !tokens::is_token(line.substr(0, colon))) {
      return malformed("A header of a part is malformed.");
    }
    const std::string_view value = tokens::trim(line.substr(colon + 1));
    if (std::any_of(value.begin(), value.end(), tokens::is_control))
      return malformed("A header of a part holds a control character.");
    part.headers.add(line.substr(0, colon), value);
  }
  if (part.headers.all("Content-Disposition").size() > 1) {
    return malformed("A part has two Content-Disposition headers.");
  }
  part.content_type = std::string(part.headers.get_or("Content-Type", "text/plain"));
  const auto named = read_disposition(part.headers.get_or("Content-Disposition", ""), part);
  if (!named) return named.error();
  return part;
}

}  // namespace

/// Keeps a window of the body: what has come and not yet been given away.
class MultipartReader::Parser {
 public:
  Parser(BodyReader& body, std::string_view boundary, MultipartLimits limits)
      : body_(body), limits_(limits), delimiter_("\r\n--" + std::string(boundary)) {
    // The first boundary may be the body's very first bytes, without a line before it.
    window_ = "\r\n";
  }

  Task<core::Result<std::optional<MultipartPart>>> next_part();
  Task<core::Result<std::span<const std::byte>>> read();

 private:
  enum class State { content, at_boundary, finished };

  std::string_view unread() const { return std::string_view(window_).substr(at_); }
  /// Appends the body's next bytes to the window. An error if there are none.
  Task<core::Result<void>> fill();
  Task<core::Result<void>> fill_to(std::size_t size);
  Task<core::Result<void>> skip_content();
  /// Reads what stands behind a boundary: true if another part follows.
  Task<core::Result<bool>> read_boundary_tail();
  Task<core::Result<std::size_t>> find_head_end();
  Task<core::Result<void>> read_epilogue();

  BodyReader& body_;
  MultipartLimits limits_;
  std::string delimiter_;
  std::string window_;
  std::size_t at_ = 0;  // What lies before in the window has been given away.
  std::size_t parts_ = 0;
  State state_ = State::content;  // The preamble is skipped like the content of a part.
};

Task<core::Result<void>> MultipartReader::Parser::fill() {
  const auto piece = co_await body_.read();
  if (!piece) co_return piece.error();
  if (piece->empty()) co_return malformed("The form ends before its closing boundary.");
  window_.erase(0, at_);
  at_ = 0;
  window_.append(reinterpret_cast<const char*>(piece->data()), piece->size());
  co_return core::ok();
}

Task<core::Result<void>> MultipartReader::Parser::fill_to(std::size_t size) {
  while (unread().size() < size) {
    const core::Result<void> filled = co_await fill();
    if (!filled) co_return filled.error();
  }
  co_return core::ok();
}

Task<core::Result<std::span<const std::byte>>> MultipartReader::Parser::read() {
  using Bytes = std::span<const std::byte>;
  while (state_ == State::content) {
    const std::string_view rest = unread();
    const std::size_t found = rest.find(delimiter_);
    if (found == 0) {
      at_ += delimiter_.size();
      state_ = State::at_boundary;
      break;
    }
    // Without a boundary in sight, the last bytes may be the beginning of one.
    const std::size_t sure = found != std::string_view::npos ? found
                             : rest.size() < delimiter_.size()
                                 ? 0
                                 : rest.size() - delimiter_.size() + 1;
    if (sure > 0) {
      at_ += sure;
      co_return Bytes(reinterpret_cast<const std::byte*>(rest.data()), sure);
    }
    const core::Result<void> filled = co_await fill();
    if (!filled) co_return filled.error();
  }
  co_return Bytes();
}

Task<core::Result<void>> MultipartReader::Parser::skip_content() {
  while (true) {
    const auto piece = co_await read();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return core::ok();
  }
}

Task<core::Result<bool>> MultipartReader::Parser::read_boundary_tail() {
  core::Result<void> filled = co_await fill_to(2);
  if (!filled) co_return filled.error();
  if (unread().starts_with("--")) co_return false;
  // Transport padding (RFC 2046, 5.1.1).
  std::size_t padding = 0;
  while (unread().starts_with(' ') || unread().starts_with('\t')) {
    ++at_;
    if (++padding > limits_.max_header_bytes) co_return malformed("A boundary's line is too long.");
    filled = co_await fill_to(2);
    if (!filled) co_return filled.error();
  }
  if (!unread().starts_with("\r\n")) {
    co_return malformed("Something stands behind a boundary on the same line.");
  }
  // The line's end stays in the window, so that "no headers" and "no content" look like the rest.
  co_return true;
}

/// How many bytes of the window the head takes, from the CR LF behind the boundary up to, but
/// without, the CR LF of the empty line.
Task<core::Result<std::size_t>> MultipartReader::Parser::find_head_end() {
  std::size_t searched = 0;
  while (true) {
    const std::size_t found = unread().find("\r\n\r\n", searched);
    if (found != std::string_view::npos && found <= limits_.max_header_bytes) co_return found + 2;
    if (unread().size() > limits_.max_header_bytes) {
      co_return Error(ErrorKind::too_large, "part_headers_too_large",
                      "The headers of a part of the form are too large.");
    }
    searched = unread().size() < 3 ? 0 : unread().size() - 3;
    const core::Result<void> filled = co_await fill();
    if (!filled) co_return filled.error();
  }
}

/// So that the connection can be used again.
Task<core::Result<void>> MultipartReader::Parser::read_epilogue() {
  state_ = State::finished;
  while (true) {
    const auto piece = co_await body_.read();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return core::ok();
  }
}

Task<core::Result<std::optional<MultipartPart>>> MultipartReader::Parser::next_part() {
  using Found = std::optional<MultipartPart>;
  if (state_ == State::finished) co_return Found();
  const core::Result<void> skipped = co_await skip_content();
  if (!skipped) co_return skipped.error();
  const core::Result<bool> another = co_await read_boundary_tail();
  if (!another) co_return another.error();
  if (!*another) {
    const core::Result<void> ended = co_await read_epilogue();
    if (!ended) co_return ended.error();
    co_return Found();
  }
  if (++parts_ > limits_.max_parts) {
    co_return Error(ErrorKind::too_large, "too_many_parts",
                    "The form has more than " + std::to_string(limits_.max_parts) + " parts.");
  }
  const core::Result<std::size_t> head_end = co_await find_head_end();
  if (!head_end) co_return head_end.error();
  // Without headers the head is the one CR LF that the search began with.
  core::Result<MultipartPart> part =
      parse_part_head(unread().substr(2, std::max<std::size_t>(*head_end, 2) - 2));
  if (!part) co_return part.error();
  at_ += *head_end;
  // A part without content may use the empty line's CR LF for its boundary (RFC 2046, 5.1.1).
  const core::Result<void> filled = co_await fill_to(delimiter_.size());
  if (!filled) co_return filled.error();
  if (!unread().starts_with(delimiter_)) at_ += 2;
  state_ = State::content;
  co_return Found(std::move(*part));
}

core::Result<MultipartReader> MultipartReader::open(Request& request, MultipartLimits limits) {
  return open(request.body(), request.headers.get_or("Content-Type", ""), limits);
}

core::Result<MultipartReader> MultipartReader::open(BodyReader& body, std::string_view content_type,
                                                    MultipartLimits limits) {
  const auto media = parse_media_type(content_type);
  if (!media || media->type != "multipart/form-data") {
    return Error(ErrorKind::unsupported_media, "unsupported_content_type",
                 "Send a form with the content type multipart/form-data.");
  }
  const auto boundary = media->parameters.get("boundary");
  if (!boundary || media->parameters.count("boundary") != 1 || !is_boundary(*boundary)) {
    return malformed(
        "The content type multipart/form-data needs a boundary of 1 to 70 characters.");
  }
  return MultipartReader(std::make_unique<Parser>(body, *boundary, limits));
}

MultipartReader::MultipartReader(std::unique_ptr<Parser> parser) : parser_(std::move(parser)) {}
MultipartReader::MultipartReader(MultipartReader&&) noexcept = default;
MultipartReader& MultipartReader::operator=(MultipartReader&&) noexcept = default;
MultipartReader::~MultipartReader() = default;

Task<core::Result<std::optional<MultipartPart>>> MultipartReader::next_part() {
  return parser_->next_part();
}

Task<core::Result<std::span<const std::byte>>> MultipartReader::read() {
  return parser_->read();
}

Task<core::Result<std::string>> MultipartReader::read_text(std::size_t max_bytes) {
  std::string text;
  while (true) {
    const auto piece = co_await parser_->read();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return text;
    if (piece->size() > max_bytes - text.size()) {
      co_return Error(
          ErrorKind::too_large, "field_too_large",
          "A field of the form is longer than " + std::to_string(max_bytes) + " bytes.");
    }
    text.append(reinterpret_cast<const char*>(piece->data()), piece->size());
  }
}

bool is_multipart(const Request& request) {
  const auto media = parse_media_type(request.headers.get_or("Content-Type", ""));
  return media && media->type == "multipart/form-data";
}

}  // namespace geond::http
