// SPDX-License-Identifier: MIT
#include "session_body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace geond::http {
namespace {

using core::Error;
using core::ErrorKind;
using std::chrono::steady_clock;

constexpr std::size_t kPieceBytes = InputBuffer::kMaxBytes;
constexpr std::uint64_t kCheapToDiscard = 64 * 1024;

std::span<const std::byte> as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

}  // namespace

SessionBody::SessionBody(Connection& connection, InputBuffer& input, const ServerConfig& config,
                         const RequestHead& head)
    : connection_(connection),
      input_(input),
      timeouts_(config.timeouts),
      framing_(head.framing),
      declared_(head.content_length),
      limit_(config.limits.max_body_bytes),
      left_(head.content_length),
      continue_pending_(head.expects_continue && head.framing != BodyFraming::none),
      complete_(head.framing == BodyFraming::none) {}

std::optional<std::uint64_t> SessionBody::content_length() const {
  if (framing_ == BodyFraming::chunked) return std::nullopt;
  return declared_;
}

bool SessionBody::is_nearly_over() const {
  if (failure_) return false;
  if (is_over() || complete_) return true;
  return framing_ == BodyFraming::length && !continue_pending_ && left_ <= kCheapToDiscard;
}

Error SessionBody::too_large() const {
  return Error(
      ErrorKind::too_large, "body_too_large",
      "The body is larger than the " + std::to_string(limit_) + " bytes that are taken here.");
}

bool SessionBody::is_overdue() const {
  return time_limit_ && steady_clock::now() >= begun_ + *time_limit_;
}

Error SessionBody::timeout() const {
  const std::string why =
      is_overdue() ? fmt::format("The body of this request may take {} seconds in all.",
                                 std::chrono::ceil<std::chrono::seconds>(*time_limit_).count())
                   : "The body came too slowly.";
  return Error(ErrorKind::unavailable, "body_timeout", why);
}

SessionBody::Piece SessionBody::fail(Error error) {
  failure_ = error;
  return error;
}

Task<core::Result<std::span<const std::byte>>> SessionBody::read() {
  if (failure_) co_return *failure_;
  input_.consume(std::exchange(given_, 0));
  if (framing_ == BodyFraming::length && declared_ > limit_) co_return fail(too_large());
  while (!complete_) {
    if (is_overdue()) co_return fail(timeout());
    if (!input_.is_empty()) {
      Piece piece = framing_ == BodyFraming::length ? take_length() : take_chunked();
      if (!piece || !piece->empty()) co_return piece;
      continue;
    }
    if (std::exchange(continue_pending_, false)) {
      const core::Result<void> sent = co_await send_continue();
      if (!sent) co_return fail(sent.error());
    }
    const core::Result<void> received = co_await receive();
    if (!received) co_return fail(received.error());
  }
  end_told_ = true;
  co_return std::span<const std::byte>();
}

SessionBody::Piece SessionBody::take_length() {
  const std::string_view data = input_.data();
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(data.size(), left_));
  given_ = size;
  left_ -= size;
  received_ += size;
  complete_ = left_ == 0;
  return as_bytes(data.substr(0, size));
}

/// An empty piece: more input is needed, or the body is complete.
SessionBody::Piece SessionBody::take_chunked() {
  const auto step = decoder_.decode(input_.data());
  if (!step) return fail(step.error());
  complete_ = decoder_.is_done();
  if (step->data.empty()) {
    input_.consume(step->consumed);
    return std::span<const std::byte>();
  }
  given_ = step->consumed;
  received_ += step->data.size();
  if (received_ > limit_) return fail(too_large());
  return as_bytes(step->data);
}

Task<core::Result<void>> SessionBody::send_continue() {
  const IoResult sent = co_await connection_.write("HTTP/1.1 100 Continue\r\n\r\n", {},
                                                   steady_clock::now() + timeouts_.write);
  if (!sent.is_ok()) {
    co_return Error(ErrorKind::bad_request, "body_incomplete", "The client is gone.");
  }
  co_return core::ok();
}

Task<core::Result<void>> SessionBody::receive() {
  // The body as a whole has to keep the minimum rate; the time that the handler takes for itself
  // does not count.
  const std::uint64_t rate = std::max<std::uint64_t>(timeouts_.body_bytes_per_second, 1);
  const std::chrono::milliseconds earned(received_ * 1000 / rate);
  const auto begin = steady_clock::now();
  // What came fast before buys time to go on slowly, but not to be silent for hours.
  auto deadline =
      begin + std::min<steady_clock::duration>(timeouts_.body_grace + earned - waited_,
                                               std::max(timeouts_.body_grace, timeouts_.idle));
  if (time_limit_) deadline = std::min(deadline, begun_ + *time_limit_);
  const IoResult result = co_await connection_.read(input_.prepare(kPieceBytes), deadline);
  waited_ += steady_clock::now() - begin;
  if (result.status == IoStatus::timed_out) co_return timeout();
  if (!result.is_ok()) {
    co_return Error(ErrorKind::bad_request, "body_incomplete",
                    "The connection ended before the body did.");
  }
  input_.commit(result.bytes);
  co_return core::ok();
}

Task<bool> SessionBody::discard() {
  limit_ = std::numeric_limits<std::uint64_t>::max();
  while (true) {
    const auto piece = co_await read();
    if (!piece) co_return false;
    if (piece->empty()) co_return true;
  }
}

}  // namespace geond::http
