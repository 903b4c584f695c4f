// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"

namespace geond::tasks {

/// The numbers are those of the database and of the classic API.
enum class TaskStatus { queued = 1, in_progress = 2, done = 3, failed = 4, cancelled = 5 };

inline constexpr std::array<TaskStatus, 5> kAllStatuses = {
    TaskStatus::queued, TaskStatus::in_progress, TaskStatus::done, TaskStatus::failed,
    TaskStatus::cancelled};

/// `queued`, `in progress`, `done`, `failed`, `cancelled`.
std::string_view to_string(TaskStatus status);

/// Errors: invalid_argument `unknown_status`.
core::Result<TaskStatus> parse_status(std::string_view name);

/// Whether nothing more will happen to it by itself: done, failed or cancelled.
bool is_finished(TaskStatus status);

/// A model as a task remembers it: what made a result stays known when the model is gone.
struct ModelReference {
  core::ModelId id;  ///< Counted per kind.
  std::string name;
  std::string version;
  std::string sha256;

  bool operator==(const ModelReference&) const = default;
};

/// The picture of a task. Its content is the blob of that name.
struct TaskInput {
  std::string sha256;
  std::int64_t size = 0;     ///< Bytes.
  std::string content_type;  ///< `image/jpeg` or `image/png`, by its content.
  int width = 0;             ///< Pixels, upright.
  int height = 0;
  std::string file_name;  ///< What the client called it; for display only. May be empty.

  bool operator==(const TaskInput&) const = default;
};

/// Why a task failed.
struct TaskError {
  std::string code;    ///< Stable snake_case.
  std::string detail;  ///< A sentence for its owner.

  bool operator==(const TaskError&) const = default;
};

/// Seconds, unset until known; of the last attempt.
struct Timings {
  std::optional<double> queued;  ///< From (the last) queueing to the claim.
  std::optional<double> decode;
  std::optional<double> detect;
  std::optional<double> classify;
  std::optional<double> total;  ///< From (the last) queueing to the end; no less than the stages.

  bool operator==(const Timings&) const = default;
};

/// A task without its result.
struct Task {
  core::TaskId id;
  core::UserId owner;
  TaskStatus status = TaskStatus::queued;
  core::Timestamp created_at;
  /// Later than created_at after a retry, and when the clock was set back while others of its owner
  /// waited: it orders their queue.
  core::Timestamp queued_at;
  std::optional<core::Timestamp> started_at;
  std::optional<core::Timestamp> finished_at;
  int attempt = 0;  ///< How often it was claimed. Never goes back.
  /// How often the process died under it since it was last queued by a person. An end because the
  /// storage failed does not count, if it could be noted (storage::FaultMark).
  int crashes = 0;
  ModelReference detector;
  ModelReference classifier;
  double threshold = 0;  ///< In [0, 1].
  std::string note;
  TaskInput input;
  std::optional<TaskError> error;    ///< Set if and only if it failed.
  std::optional<std::string> scene;  ///< Null until done, and when no scene was recognised.
  std::optional<double> scene_probability;
  Timings timings;
  std::string request_id;  ///< Of the request that handed it in; for the log. May be empty.
};

/// What the models found.
struct Outcome {
  geometry::ImageSize image;  ///< Upright pixels.
  double threshold = 0;       ///< With which the scene was told; the task's.
  std::optional<std::string> scene;
  std::optional<double> scene_probability;
  std::vector<std::pair<std::string, double>> scenes;  ///< In the classifier's order.
  std::vector<geometry::Primitive> candidates;         ///< From the manifest's threshold up.

  bool operator==(const Outcome&) const = default;
};

/// How long the stages of one run took, in seconds.
struct StageSeconds {
  double decode = 0;
  double detect = 0;
  double classify = 0;
};

/// Which scene list() selects by.
struct SceneFilter {
  std::optional<std::string> name = {};  ///< Null: done, and no scene was recognised.
};

/// What list() selects. Empty members select everything.
struct TaskFilter {
  std::vector<TaskStatus> statuses = {};
  std::optional<SceneFilter> scene = {};       ///< Exactly that scene, or none recognised.
  std::optional<std::string> class_name = {};  ///< At least one such geon at the task's threshold.
  std::optional<core::Timestamp> since = {};   ///< Created then or later.
  std::optional<core::Timestamp> until = {};   ///< Created before.
  std::string note_contains = {};              ///< ASCII letters of either case.
};

/// One page of a list, newest first.
struct TaskPage {
  std::vector<Task> tasks;
  std::optional<std::string> next_cursor;  ///< Set if there is more. Opaque.
};

/// How many tasks there are in each status.
struct StatusCounts {
  std::int64_t queued = 0;
  std::int64_t in_progress = 0;
  std::int64_t done = 0;
  std::int64_t failed = 0;
  std::int64_t cancelled = 0;

  bool operator==(const StatusCounts&) const = default;
};

/// Where a queued task stands.
struct QueuePosition {
  core::TaskId task;
  std::int64_t in_all = 0;   ///< 1: the next to start, taking turns between users into account.
  std::int64_t of_user = 0;  ///< 1: the owner's next one.
};

/// Whether a result is to be read with its task: it may have hundreds of kilobytes.
enum class TaskDetail { without_result, with_result };

/// A task with what stands elsewhere.
struct TaskDetails {
  Task task;
  std::optional<QueuePosition> position;  ///< Set while it is queued.
  std::optional<Outcome> outcome;         ///< Set if it is asked for and done.
};

/// What was done since some moment.
struct RecentWork {
  std::int64_t count = 0;                 ///< Tasks done.
  std::optional<double> average_seconds;  ///< Of decode, detect and classify together.
};

/// not_found `task_not_found`, also if it is somebody else's; `id` as it was asked for.
core::Error task_not_found(std::string_view id);

/// `input_missing`: the picture is gone. Of kind gone for who wants the picture, of kind conflict
/// for who wants it worked on.
core::Error input_missing(core::ErrorKind kind);

/// conflict `model_unavailable`: what a task was made for is not there any more.
core::Error model_unavailable(const ModelReference& model);

/// conflict `task_not_done`: a result was asked for that the task does not have, or not yet.
core::Error not_done(const Task& task);

}  // namespace geond::tasks
