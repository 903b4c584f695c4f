// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "geond/http/request.hpp"

namespace geond::http {

/// What geond knows of a Prefer header (RFC 7240).
struct Preferences {
  std::optional<std::chrono::seconds> wait;  ///< `wait=10`; never negative, as sent (not clamped).
  bool respond_async = false;
  bool return_minimal = false;         ///< `return=minimal`
  bool return_representation = false;  ///< `return=representation`
};

/// Reads every Prefer field of a request. What is not understood is ignored, as the RFC demands;
/// of a preference given twice the first counts.
Preferences parse_preferences(const Headers& headers);

}  // namespace geond::http
