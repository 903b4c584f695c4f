// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

namespace geond::api {

/// What the routes that compute share: how many pictures are made and predictions run at once, and
/// the pictures made lately.
class Rendering {
 public:
  /// `predictions` is how many run at once, as many as the pipeline has networks for.
  explicit Rendering(std::size_t predictions);
  ~Rendering();
  Rendering(const Rendering&) = delete;
  Rendering& operator=(const Rendering&) = delete;

  struct State;
  State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace geond::api
