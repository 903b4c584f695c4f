// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "chunk_decoder.hpp"
#include "connection.hpp"
#include "geond/http/body_reader.hpp"
#include "geond/http/server.hpp"
#include "head_parser.hpp"
#include "input_buffer.hpp"

namespace geond::http {

/// The body of the request whose head has just been taken from `input`.
class SessionBody final : public BodyReader {
 public:
  SessionBody(Connection& connection, InputBuffer& input, const ServerConfig& config,
              const RequestHead& head);

  Task<core::Result<std::span<const std::byte>>> read() override;
  std::optional<std::uint64_t> content_length() const override;
  bool has_body() const override { return framing_ != BodyFraming::none; }
  void set_limit(std::uint64_t bytes) override { limit_ = bytes; }
  std::uint64_t limit() const override { return limit_; }
  void set_time_limit(std::chrono::milliseconds limit) override { time_limit_ = limit; }

  /// Body bytes given to the handler.
  std::uint64_t received() const { return received_; }
  /// Nothing of the body is left in the connection, and no view of it is out.
  bool is_over() const { return end_told_ || framing_ == BodyFraming::none; }
  /// Whether what is left is so little that reading it is cheaper than a new connection.
  bool is_nearly_over() const;
  /// Reads and drops what is left; false if the connection is of no more use.
  Task<bool> discard();

 private:
  using Piece = core::Result<std::span<const std::byte>>;

  Piece fail(core::Error error);
  Piece take_length();
  Piece take_chunked();
  Task<core::Result<void>> send_continue();
  Task<core::Result<void>> receive();
  core::Error too_large() const;
  bool is_overdue() const;
  core::Error timeout() const;

  Connection& connection_;
  InputBuffer& input_;
  const Timeouts& timeouts_;
  const BodyFraming framing_;
  const std::uint64_t declared_;
  std::uint64_t limit_;
  std::uint64_t left_;  // Of BodyFraming::length.
  std::uint64_t received_ = 0;
  ChunkDecoder decoder_;
  bool continue_pending_;
  bool complete_;          // The last byte has been taken.
  bool end_told_ = false;  // The empty piece has been given, too.
  std::size_t given_ = 0;  // Bytes of input_ that the piece given last lies in.
  std::chrono::steady_clock::duration waited_{0};
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::optional<std::chrono::milliseconds> time_limit_;  // From begun_ on.
  std::optional<core::Error> failure_;
};

}  // namespace geond::http
