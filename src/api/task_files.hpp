// SPDX-License-Identifier: MIT
#pragma once

#include "call.hpp"
#include "geond/core/ids.hpp"

namespace geond::api {

/// The upload of one of the caller's tasks, as it came. Errors: not_found `task_not_found`, gone
/// `input_missing`.
http::Task<Answer> send_input(Call call, core::TaskId id);

/// A blob that is not there means that the task's picture is gone: gone `input_missing`.
core::Error input_missing(const core::Error& error);

}  // namespace geond::api
