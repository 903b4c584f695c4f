// SPDX-License-Identifier: MIT
#include "task_create.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "geond/api/lowest_threshold.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/http/json.hpp"
#include "geond/http/multipart.hpp"
#include "geond/http/prefer.hpp"
#include "idempotency.hpp"
#include "input_reader.hpp"
#include "task_view.hpp"
#include "task_wait.hpp"

namespace geond::api {
namespace {

using core::Error;
using core::ErrorKind;
using core::Result;
using nlohmann::json;

constexpr std::chrono::seconds kLongestWait{60};
constexpr std::size_t kMaxModelName = 64;

Result<pipeline::SubmitOptions> read_options(const http::Request& request) {
  pipeline::SubmitOptions options;
  QueryReader query(request);
  options.detector = query.text("detector", kMaxModelName).value_or("");
  options.classifier = query.text("classifier", kMaxModelName).value_or("");
  options.threshold = query.number("threshold", kLowestThreshold, 1);
  options.note = query.text("note", kMaxNote).value_or("");
  if (query.text("file_name", 1024) && http::is_multipart(request)) {
    query.refuse("file_name",
                 "is for a picture that is the body itself; in a form each part has a `filename`");
  }
  if (auto read = query.finish(); !read) return read.error();
  return options;
}

/// How long the client wants to be kept waiting; nothing if it does not.
std::optional<std::chrono::seconds> wanted_wait(const http::Request& request) {
  const auto wait = http::parse_preferences(request.headers).wait;
  if (!wait || wait->count() == 0) return std::nullopt;
  return std::min(*wait, kLongestWait);
}

/// The pictures have been added; this adds how they are to be worked on.
std::array<std::byte, 32> finish(Fingerprint& fingerprint, const pipeline::SubmitOptions& options) {
  fingerprint.add_field(options.detector);
  fingerprint.add_field(options.classifier);
  fingerprint.add_field(options.threshold ? fmt::format("{}", *options.threshold) : "");
  fingerprint.add_field(options.note);
  return fingerprint.finish();
}

bool is_finished(const TaskView& view) {
  return tasks::is_finished(view.task.status);
}

http::Response created_response(const http::Request& request, const std::vector<TaskView>& views,
                                std::optional<std::chrono::seconds> wait) {
  json document = json::array();
  for (const TaskView& view : views) document.push_back(to_json(view));
  const bool is_single = views.size() == 1;
  const bool all_finished = std::ranges::all_of(views, is_finished);
  auto response = http::Response::json(http::dump_json(is_single ? document[0] : document),
                                       all_finished ? 200 : 202);
  response.headers.set("Cache-Control", "no-store");
  if (is_single) {
    response.headers.set("Location", fmt::format("{}/api/v1/tasks/{}", request.base_path,
                                                 views.front().task.id.value));
  }
  if (wait) response.headers.set("Preference-Applied", fmt::format("wait={}", wait->count()));
  return response;
}

TaskView view_of(const tasks::Task& task) {
  return {.task = task, .queue_position = {}, .eta_seconds = {}, .outcome = {}};
}

std::vector<TaskView> views_of(const std::vector<tasks::Task>& tasks) {
  std::vector<TaskView> views;
  std::ranges::transform(tasks, std::back_inserter(views), view_of);
  return views;
}

/// The tasks as they are now. Errors: unauthenticated `invalid_token` (the account was removed, and
/// the tasks with it); those of view_tasks().
Result<std::vector<TaskView>> look_again(const Services& services, const auth::Principal& caller,
                                         const std::vector<tasks::Task>& tasks) {
  std::vector<core::TaskId> ids;
  std::ranges::transform(tasks, std::back_inserter(ids), &tasks::Task::id);
  auto now = view_tasks(services, caller.user, ids, TaskDetail::with_result);
  if (!now) return now.error();
  std::vector<TaskView> views;
  for (std::size_t index = 0; index < tasks.size(); ++index) {
    if (std::optional<TaskView>& view = (*now)[index]) {
      views.push_back(*std::move(view));
      continue;
    }
    if (auto alive = services.auth.check_alive(caller); !alive) return alive.error();
    // Deleted by its owner meanwhile: it was accepted all the same.
    views.push_back(view_of(tasks[index]));
  }
  return views;
}

/// A form is taken whole or not at all, so one with more pictures than a user's share of the queue
/// would never be taken, however long its sender waits.
std::size_t most_pictures(const pipeline::Pipeline& pipeline) {
  return std::min(kMaxPictures, pipeline.stats().share);
}

http::Task<Result<pipeline::QueuePlaces>> reserve(Call call) {
  pipeline::Pipeline& pipeline = call.services.pipeline;
  const core::UserId user = call.user();
  if (auto place = pipeline.reserve_at_once(user)) co_return *std::move(place);
  auto ask = [&] { return pipeline.reserve(user); };
  co_return co_await call.context.run_blocking(ask);
}

/// What the request's key has made so far; nothing without a key.
http::Task<Result<std::optional<tasks::KnownKey>>> find_key(
    Call call, const pipeline::SubmitOptions& options) {
  if (!options.idempotency) co_return std::optional<tasks::KnownKey>();
  const tasks::TaskRepository& tasks = call.services.pipeline.tasks();
  const core::UserId user = call.user();
  auto look = [&] { return tasks.find_key(user, options.idempotency->key); };
  co_return co_await call.context.run_blocking(look);
}

/// Pictures on their way in. Those of a request whose key is known have their tasks already: they
/// are read to be compared, and need no place and no room.
class Arrival {
 public:
  Arrival(const Call& call, PictureReader pictures, pipeline::SubmitOptions options)
      : call_(call), pictures_(std::move(pictures)), options_(std::move(options)) {
    if (options_.idempotency) pictures_.add_to(&fingerprint_);
  }

  /// Once each, in this order.
  http::Task<Result<void>> begin();
  http::Task<Result<void>> read_pictures();
  http::Task<Result<tasks::Created>> end();

 private:
  http::Task<Result<void>> find_place();
  http::Task<Result<void>> read_picture();

  Call call_;
  PictureReader pictures_;
  pipeline::SubmitOptions options_;
  Fingerprint fingerprint_;
  std::optional<tasks::KnownKey> known_;
  std::vector<pipeline::ArrivedPicture> arrived_;
  std::optional<pipeline::QueuePlaces> place_;  // For the next picture.
};

http::Task<Result<void>> Arrival::begin() {
  auto found = co_await find_key(call_, options_);
  if (!found) co_return found.error();
  known_ = *std::move(found);
  if (known_) co_return core::ok();
  // Not of a known key: its tasks stay its answer, though a model of theirs may be gone.
  if (auto checked = call_.services.pipeline.check_options(options_); !checked) {
    co_return checked.error();
  }
  co_return co_await find_place();
}

http::Task<Result<void>> Arrival::find_place() {
  if (known_) co_return core::ok();
  auto reserved = co_await reserve(call_);
  if (reserved) {
    place_ = *std::move(reserved);
    co_return core::ok();
  }
  // The same request, sent at the same time, may have taken the last places for their tasks.
  auto found = co_await find_key(call_, options_);
  if (!found || !*found) co_return reserved.error();
  known_ = *std::move(found);
  arrived_.clear();
  co_return core::ok();
}

/// The first place is taken before anything is read, the others as soon as their pictures are
/// found: nothing is read that nobody can take.
http::Task<Result<void>> Arrival::read_pictures() {
  for (bool is_first = true;; is_first = false) {
    const auto is_found = co_await pictures_.find_next();
    if (!is_found) co_return is_found.error();
    if (!*is_found) co_return core::ok();
    if (!is_first) {
      const auto has_place = co_await find_place();
      if (!has_place) co_return has_place.error();
    }
    const auto read = co_await read_picture();
    if (!read) co_return read.error();
  }
}

http::Task<Result<void>> Arrival::read_picture() {
  if (known_) co_return co_await pictures_.skim();
  auto picture = co_await pictures_.read();
  if (!picture) co_return picture.error();
  arrived_.push_back({*std::move(place_), std::move(picture->file), std::move(picture->file_name),
                      std::move(picture->part)});
  co_return core::ok();
}

http::Task<Result<tasks::Created>> Arrival::end() {
  pipeline::Pipeline& pipeline = call_.services.pipeline;
  const core::UserId user = call_.user();
  if (options_.idempotency) options_.idempotency->fingerprint = finish(fingerprint_, options_);
  if (known_) {
    auto replay = [&] {
      return pipeline.tasks().replay(user, *known_, options_.idempotency->fingerprint);
    };
    co_return co_await call_.context.run_blocking(replay);
  }
  options_.request_id = call_.request.id;
  auto submit = [&] { return pipeline.submit(user, std::move(arrived_), options_); };
  co_return co_await call_.context.run_blocking(submit);
}

}  // namespace

http::Task<Result<tasks::Created>> accept_pictures(Call call, PictureReader pictures,
                                                   pipeline::SubmitOptions options) {
  Arrival arrival(call, std::move(pictures), std::move(options));
  const auto begun = co_await arrival.begin();
  if (!begun) co_return begun.error();
  const auto read = co_await arrival.read_pictures();
  if (!read) co_return read.error();
  co_return co_await arrival.end();
}

http::Task<Answer> create_tasks(Call call) {
  auto options = read_options(call.request);
  if (!options) co_return options.error();
  const auto idempotency = read_idempotency_key(call.request);
  if (!idempotency) co_return idempotency.error();
  if (*idempotency) options->idempotency = tasks::IdempotencyKey{**idempotency, {}};
  const auto wait = wanted_wait(call.request);
  auto reader =
      PictureReader::open(call, most_pictures(call.services.pipeline), OtherParts::refused);
  if (!reader) co_return reader.error();

  // From before the tasks exist, so that no ending is missed.
  std::optional<TaskWaiter> waiter;
  if (wait) waiter.emplace(call);
  auto created = co_await accept_pictures(call, *std::move(reader), *std::move(options));
  if (!created) co_return created.error();
  if (waiter) {
    std::vector<core::TaskId> unfinished;
    for (const tasks::Task& task : created->tasks) {
      if (!tasks::is_finished(task.status)) unfinished.push_back(task.id);
    }
    co_await waiter->wait_for(unfinished, *wait);
  }
  const Services& services = call.services;
  const auth::Principal& caller = call.principal();
  auto look = [&] { return look_again(services, caller, created->tasks); };
  auto views = co_await call.context.run_blocking(look);
  if (!views && views.error().kind() == ErrorKind::unauthenticated) co_return views.error();
  if (!views) {
    // The tasks are committed: an error would have the client send them again.
    call.context.logger().warning("accepted tasks could not be read again",
                                  {{"request_id", call.request.id},
                                   {"code", views.error().code()},
                                   {"detail", views.error().detail()}});
    views = views_of(created->tasks);
  }
  http::Response response = created_response(call.request, *views, wait);
  if (created->is_replay) response.headers.set("Idempotent-Replayed", "true");
  co_return response;
}

}  // namespace geond::api
