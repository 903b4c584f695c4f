// SPDX-License-Identifier: MIT
// The classic API: an older service's contract, kept to the letter so that its clients need no
// change. Everything here asks the same services as /api/v1 and only words the answers differently.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "call.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/tasks/task.hpp"

namespace geond::api::classic {

/// The document, which no cache may keep.
http::Response json_response(const nlohmann::json& document);

/// An integer in a path or a query; 0, which is nobody's id, if it has more than 64 bits; nothing
/// if it is none.
std::optional<std::int64_t> read_integer(std::string_view text);

/// The id in the path. Errors: not_found `task_not_found` for an integer that is none of a task,
/// invalid_argument `invalid_id` for what is not even an integer: a malformed path, as the classic
/// service says.
core::Result<core::TaskId> task_id(const http::Request& request);

/// The error of a look at a task, in the classic words: one detail for what is not there, what is
/// somebody else's and what is gone.
core::Error in_classic_words(const core::Error& error, core::TaskId id);

/// Without an offset, with as many digits as Python writes: none, or six.
std::string time_text(core::Timestamp time);

/// What the older service called the upload's file.
std::string input_path(const tasks::Task& task);

/// An access token for the name and password of a form. Errors: invalid_argument `missing_field`,
/// unsupported_media `unsupported_content_type`, 422 `wrong_credentials`, too_many_requests.
http::Task<Answer> login(Call call);

/// The caller's id and name.
http::Task<Answer> current_user(Call call);

/// All of the caller's tasks. The classic list has no pages, so it is sent as it is read: however
/// many tasks there are, one page of them is in memory.
http::Task<Answer> list_tasks(Call call);

/// A task's picture in base64 and what was found in it, sent piece by piece: a picture may have
/// many megabytes, its base64 a third more, and a client may take minutes to read it.
http::Task<Answer> get_result(Call call);

}  // namespace geond::api::classic
