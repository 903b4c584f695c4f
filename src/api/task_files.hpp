// SPDX-License-Identifier: MIT
#pragma once

#include "call.hpp"
#include "geond/core/ids.hpp"

namespace geond::api {

/// Whether a client's Accept header can refuse what there is; the classic API passes it over.
enum class AcceptHeader { heeded, passed_over };

/// The upload of one of the caller's tasks, as it came. Errors: not_found `task_not_found`, gone
/// `input_missing`, `not_acceptable` (it is no such picture as the client takes).
http::Task<Answer> send_input(Call call, core::TaskId id, AcceptHeader accept);

}  // namespace geond::api
