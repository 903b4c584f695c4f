// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>

namespace geond::api {

/// How many run at once; each at least 1.
struct RenderingPlaces {
  std::size_t predictions = 1;      ///< As many as there are workers: one more slows all.
  std::size_t password_hashes = 1;  ///< Fewer than the blocking threads, which they keep busy.
};

/// What the routes that compute share: how many pictures are made, predictions and password hashes
/// run at once, and the pictures made lately.
class Rendering {
 public:
  explicit Rendering(const RenderingPlaces& places);
  ~Rendering();
  Rendering(const Rendering&) = delete;
  Rendering& operator=(const Rendering&) = delete;

  struct State;
  State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace geond::api
