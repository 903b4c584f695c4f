// SPDX-License-Identifier: MIT
#pragma once

#include "call.hpp"
#include "geond/pipeline/pipeline.hpp"
#include "picture_upload.hpp"

namespace geond::api {

/// POST /api/v1/tasks.
http::Task<Answer> create_tasks(Call call);

/// Takes the pictures out of the request and makes tasks of them: each gets its place in the queue
/// before its body is read. Under a known idempotency key they are read to be compared only, which
/// takes neither place nor room, and their tasks are the answer. Errors: those of
/// Pipeline::check_options and Pipeline::reserve (before anything is read), PictureReader,
/// Pipeline::submit and TaskRepository::replay.
http::Task<core::Result<tasks::Created>> accept_pictures(Call call, PictureReader pictures,
                                                         pipeline::SubmitOptions options);

/// Characters of a task's note.
inline constexpr std::size_t kMaxNote = 2'000;

/// Pictures in one form; fewer where half of the queue has not as many places.
inline constexpr std::size_t kMaxPictures = 100;

/// The reader of the body sets its own limit, which depends on the settings.
inline constexpr http::RouteOptions kPictureBody{.body_rule = http::BodyRule::length_required,
                                                 .max_body_bytes = std::uint64_t{1} << 40};

}  // namespace geond::api
