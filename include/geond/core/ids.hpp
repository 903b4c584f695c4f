// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace geond::core {

/// A row's id that cannot be mixed up with the id of another kind of row. Ids start at 1.
template <class Tag>
struct Id {
  std::int64_t value = 0;

  auto operator<=>(const Id&) const = default;
};

using UserId = Id<struct UserTag>;
using TaskId = Id<struct TaskTag>;
using ModelId = Id<struct ModelTag>;
using SessionId = Id<struct SessionTag>;
using ApiKeyId = Id<struct ApiKeyTag>;

}  // namespace geond::core

template <class Tag>
struct std::hash<geond::core::Id<Tag>> {
  std::size_t operator()(const geond::core::Id<Tag>& id) const noexcept {
    return std::hash<std::int64_t>{}(id.value);
  }
};
