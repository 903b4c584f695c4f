// SPDX-License-Identifier: MIT
#pragma once

#include "call.hpp"
#include "geond/core/ids.hpp"

namespace geond::api {

/// The upload of one of the caller's tasks, as it came. Errors: not_found `task_not_found`, gone
/// `input_missing`.
http::Task<Answer> send_input(Call call, core::TaskId id);

}  // namespace geond::api
