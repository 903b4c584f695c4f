// SPDX-License-Identifier: MIT
#pragma once

#include "gate.hpp"
#include "geond/api/rendering.hpp"
#include "picture_cache.hpp"
#include "user_seats.hpp"

namespace geond::api {

struct Rendering::State {
  explicit State(const RenderingPlaces& places)
      : predictions(places.predictions),
        password_hashes(places.password_hashes,
                        core::Error(core::ErrorKind::unavailable, "sign_in_busy",
                                    "Many people are signing in. Try again in a moment.")) {}

  /// A decoder may hold some 450 MB.
  Gate gate{2};
  /// Who waits for a network waits here, and not in a thread that others need.
  Gate predictions;
  /// Likewise for a password's hash; see run_hashing().
  Gate password_hashes;
  /// Predictions from pictures that one user has under way: each is a file while it arrives, and
  /// has no place in the queue that would count it.
  UserSeats prediction_uploads{32};
  PictureCache thumbnails{std::size_t{32} * 1024 * 1024};
};

}  // namespace geond::api
