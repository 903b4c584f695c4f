// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

namespace geond::api {

/// What the routes that make pictures share: how many are made at once, and those made lately.
class Rendering {
 public:
  Rendering();
  ~Rendering();
  Rendering(const Rendering&) = delete;
  Rendering& operator=(const Rendering&) = delete;

  struct State;
  State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace geond::api
