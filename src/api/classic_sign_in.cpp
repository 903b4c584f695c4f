// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "access.hpp"
#include "classic.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/http/media_type.hpp"
#include "geond/http/multipart.hpp"
#include "geond/http/problem.hpp"
#include "run_hashing.hpp"

namespace geond::api::classic {
namespace {

using core::Error;
using core::ErrorKind;
using core::Result;

constexpr std::array<std::string_view, 2> kFields{"username", "password"};
constexpr std::size_t kMaxFormBytes = 64 * 1024;

Error missing_field(std::string_view name) {
  return Error(ErrorKind::invalid_argument, "missing_field",
               fmt::format("The form has no field `{}`.", name))
      .with_field(std::string(name), "is missing");
}

/// The fields that matter; clients of OAuth send more, of any size.
http::Task<Result<http::Pairs>> read_multipart_form(Call call) {
  http::Pairs fields;
  auto form = http::MultipartReader::open(call.request);
  if (!form) co_return form.error();
  while (true) {
    const auto part = co_await form->next_part();
    if (!part) co_return part.error();
    if (!*part) co_return fields;
    if (std::ranges::find(kFields, (*part)->name) == kFields.end()) continue;
    auto text = co_await form->read_text(kMaxFormBytes);
    if (!text) co_return text.error();
    fields.add((*part)->name, *std::move(text));
  }
}

http::Task<Result<http::Pairs>> read_form(Call call) {
  call.request.body().set_limit(kMaxFormBytes);
  if (http::is_multipart(call.request)) co_return co_await read_multipart_form(call);
  const auto type =
      http::parse_media_type(call.request.headers.get_or("Content-Type", "none/none"));
  if (!type) co_return type.error();
  if (type->type != "application/x-www-form-urlencoded") {
    co_return Error(ErrorKind::unsupported_media, "unsupported_content_type",
                    "Send multipart/form-data or application/x-www-form-urlencoded.");
  }
  const auto text = co_await http::read_text(call.request.body());
  if (!text) co_return text.error();
  co_return http::parse_pairs(*text);
}

}  // namespace

http::Task<Answer> login(Call call) {
  const auto form = co_await read_form(call);
  if (!form) co_return form.error();
  for (const std::string_view name : kFields) {
    if (!form->get(name)) co_return missing_field(name);
  }
  const std::string name(*form->get("username"));
  const std::string password(*form->get("password"));
  const auth::ClientInfo client = client_of(call.request);
  auth::AuthService& service = call.services.auth;
  auto sign_in = [&] {
    return service.sign_in(name, password, auth::SessionKind::classic, client);
  };
  const auto signed_in = co_await run_hashing(call, sign_in);
  if (signed_in) {
    co_return json_response({{"access_token", signed_in->access_token}, {"token_type", "bearer"}});
  }
  const Error& error = signed_in.error();
  if (error.code() == core::codes::kWrongCredentials) {
    co_return http::make_problem(422, error, call.request.id);
  }
  co_return refused_attempt(call, error, name);
}

http::Task<Answer> current_user(Call call) {
  const auth::Principal& caller = call.principal();
  co_return json_response({{"id", caller.user.value}, {"username", caller.name}});
}

}  // namespace geond::api::classic
