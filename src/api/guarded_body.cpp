// SPDX-License-Identifier: MIT
#include "guarded_body.hpp"

#include "access.hpp"

namespace geond::api {

GuardedBody::GuardedBody(const Call& call, auth::Principal& caller, Access access)
    : call_(call), body_(call.request.body()), caller_(caller), access_(access) {
  call_.request.body_reader = this;
}

GuardedBody::~GuardedBody() {
  call_.request.body_reader = &body_;
}

http::Task<core::Result<std::span<const std::byte>>> GuardedBody::read() {
  if (refusal_) co_return *refusal_;
  const auto piece = co_await body_.read();
  if (!piece) co_return piece.error();
  const auto looked = co_await look_again();
  if (!looked) {
    refusal_ = looked.error();
    co_return looked.error();
  }
  co_return *piece;
}

http::Task<core::Result<void>> GuardedBody::look_again() {
  auth::AuthService& service = call_.services.auth;
  auto now = service.check_alive_cached(caller_);
  if (!now) {
    auto ask = [this, &service] { return service.check_alive(caller_); };
    auto asked = co_await call_.context.run_blocking(ask);
    if (!asked) co_return asked.error();
    now = *std::move(asked);
  }
  caller_.role = now->role;
  co_return check_role(access_, caller_);
}

}  // namespace geond::api
