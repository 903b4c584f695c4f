// SPDX-License-Identifier: MIT
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "geond/auth/types.hpp"

namespace geond::api {

nlohmann::json to_json(const auth::User& user);

/// `current`: the session that the request belongs to.
nlohmann::json to_json(const auth::Session& session, std::optional<core::SessionId> current);

nlohmann::json to_json(const auth::ApiKey& key);

/// What signing in answers. Tokens are left out where the cookies carry them.
nlohmann::json to_json(const auth::SignIn& sign_in, core::Timestamp now);

}  // namespace geond::api
