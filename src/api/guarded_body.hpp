// SPDX-License-Identifier: MIT
#pragma once

#include "call.hpp"

namespace geond::api {

/// The body of a request whose sender is known. It may take minutes to come, and its sender may
/// lose access meanwhile: so whoever sends it is looked at again with every piece, the last one
/// included, and what a handler has read it has from somebody who still may.
///
/// Takes the place of the request's own body as long as it lives.
class GuardedBody final : public http::BodyReader {
 public:
  /// `caller` came in by `call.caller` and is kept as it is now: its role may change.
  GuardedBody(const Call& call, auth::Principal& caller, Access access);
  ~GuardedBody() override;
  GuardedBody(const GuardedBody&) = delete;
  GuardedBody& operator=(const GuardedBody&) = delete;

  /// Errors also: unauthenticated `invalid_token`, those of check_role() and of the database.
  http::Task<core::Result<std::span<const std::byte>>> read() override;

  std::optional<std::uint64_t> content_length() const override { return body_.content_length(); }
  bool has_body() const override { return body_.has_body(); }
  void set_limit(std::uint64_t bytes) override { body_.set_limit(bytes); }
  std::uint64_t limit() const override { return body_.limit(); }
  void set_time_limit(std::chrono::milliseconds limit) override { body_.set_time_limit(limit); }

 private:
  http::Task<core::Result<void>> look_again();

  const Call& call_;
  http::BodyReader& body_;
  auth::Principal& caller_;
  const Access access_;
  std::optional<core::Error> refusal_;  ///< Ends the body.
};

}  // namespace geond::api
