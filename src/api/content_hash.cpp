// SPDX-License-Identifier: MIT
#include "content_hash.hpp"

#include <span>

#include "geond/core/sha256.hpp"

namespace geond::api {

std::string content_hash(std::string_view text) {
  const core::Sha256Digest digest = core::sha256(text);
  return core::to_hex(std::span(digest).first(8));
}

}  // namespace geond::api
