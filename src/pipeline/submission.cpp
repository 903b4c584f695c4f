// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "geond/core/stopping.hpp"
#include "geond/imaging/file_bytes.hpp"
#include "pipeline_state.hpp"

namespace geond::pipeline {
namespace {

core::Error queue_full(const TaskQueue& queue) {
  return core::Error(
      core::ErrorKind::unavailable, "queue_full",
      fmt::format("The queue's {} places are taken, by tasks that wait and by pictures "
                  "that are on their way; try again later.",
                  queue.capacity()));
}

core::Error queue_share_full(const TaskQueue& queue) {
  return core::Error(
      core::ErrorKind::too_many_requests, "queue_share_full",
      fmt::format("One user's pictures may take {} of the queue's {} places, those on their way "
                  "included, so that others find room. Send more when some of yours are done, or "
                  "cancel some.",
                  queue.share(), queue.capacity()));
}

tasks::ModelReference reference(const catalog::Model& model) {
  return {model.id, model.name, model.version, model.sha256};
}

}  // namespace

core::Error error_of_part(const core::Error& error, std::string_view part,
                          std::string_view file_name) {
  const std::string which =
      file_name.empty() ? std::string(part) : fmt::format("{} ({})", part, file_name);
  return core::Error(error.kind(), error.code(), fmt::format("{}: {}", which, error.detail()),
                     error.where())
      .with_field(std::string(part), file_name.empty()
                                         ? error.detail()
                                         : fmt::format("{}: {}", file_name, error.detail()));
}

QueuePlaces::~QueuePlaces() {
  if (queue_ != nullptr && count_ > 0) queue_->release(owner_, count_);
}

QueuePlaces::QueuePlaces(QueuePlaces&& other) noexcept
    : queue_(std::exchange(other.queue_, nullptr)), owner_(other.owner_), count_(other.count_) {}

QueuePlaces& QueuePlaces::operator=(QueuePlaces&& other) noexcept {
  std::swap(queue_, other.queue_);
  std::swap(owner_, other.owner_);
  std::swap(count_, other.count_);
  return *this;
}

void QueuePlaces::keep(std::size_t count) {
  const std::int64_t rest = count_ - static_cast<std::int64_t>(count);
  if (rest <= 0) return;
  queue_->release(owner_, rest);
  count_ -= rest;
}

std::vector<tasks::ModelReference> Pipeline::State::loaded_models() const {
  std::vector<tasks::ModelReference> loaded;
  for (const catalog::Model& model : parts.catalog.list()) loaded.push_back(reference(model));
  return loaded;
}

core::Result<Choice> Pipeline::State::choose(const SubmitOptions& options) const {
  Choice choice;
  auto detector = parts.catalog.resolve(core::ModelKind::detection, options.detector);
  if (!detector) return detector.error();
  choice.detector = std::move(*detector);
  auto classifier = parts.catalog.resolve(core::ModelKind::classification, options.classifier);
  if (!classifier) return classifier.error();
  choice.classifier = std::move(*classifier);
  const auto detector_model = models->find(choice.detector.name);
  if (!detector_model) return detector_model.error();
  const auto classifier_model = models->find(choice.classifier.name);
  if (!classifier_model) return classifier_model.error();
  if (auto fits = inference::check_compatible(**detector_model, **classifier_model); !fits) {
    return fits.error();
  }
  choice.threshold = options.threshold.value_or(detection_of(**detector_model).default_threshold);
  if (auto checked = check_threshold(choice.threshold); !checked) return checked.error();
  return choice;
}

core::Result<tasks::NewTask> Pipeline::State::make_new_task(ArrivedPicture& picture,
                                                            const Choice& choice,
                                                            const SubmitOptions& options) const {
  const auto file = imaging::FileBytes::read(picture.file.descriptor());
  if (!file) return file.error();
  const auto image = imaging::inspect(file->bytes(), config.limits);
  if (!image) {
    return picture.part.empty() ? image.error()
                                : error_of_part(image.error(), picture.part, picture.file_name);
  }
  if (auto finished = picture.file.finish(); !finished) return finished.error();
  return tasks::NewTask{reference(choice.detector),
                        reference(choice.classifier),
                        choice.threshold,
                        options.note,
                        std::move(picture.file),
                        std::string(imaging::media_type(image->format)),
                        image->upright.width,
                        image->upright.height,
                        std::move(picture.file_name),
                        options.request_id};
}

void Pipeline::State::accept(const tasks::Created& created) {
  const std::int64_t claimed = created.claim ? 1 : 0;
  queue.add_queued(static_cast<std::int64_t>(created.tasks.size()) - claimed);
  for (const tasks::Task& task : created.tasks) {
    if (!created.claim || created.claim->id() != task.id) queue.push_hint();
  }
}

core::Result<HeldRoom> Pipeline::State::hold(core::UserId owner, std::size_t wanted) {
  if (is_stopping) return core::stopping();
  const auto [count, of_owner] = queue.reserve(owner, static_cast<std::int64_t>(wanted));
  HeldRoom held{QueuePlaces(&queue, owner, count), of_owner, std::nullopt};
  if (held.places.count() < wanted) held.lack = queue_full(queue);
  return held;
}

bool Pipeline::State::is_within_share(const HeldRoom& held) const {
  // Nobody has more than all have together: the database is asked only when it gets crowded.
  return static_cast<std::int64_t>(queue.waiting()) + held.of_owner <=
         static_cast<std::int64_t>(queue.share());
}

core::Result<void> Pipeline::State::keep_to_share(core::UserId owner, HeldRoom& held) const {
  if (held.places.count() == 0 || is_within_share(held)) return core::ok();
  const auto queued = parts.tasks.queued_count(owner);
  if (!queued) return queued.error();
  const auto count = static_cast<std::int64_t>(held.places.count());
  const auto others = held.of_owner - count + *queued;
  const auto allowed = static_cast<std::int64_t>(queue.share()) - others;
  if (count <= allowed) return core::ok();
  held.places.keep(static_cast<std::size_t>(std::max<std::int64_t>(allowed, 0)));
  held.lack = queue_share_full(queue);
  return core::ok();
}

core::Result<HeldRoom> Pipeline::State::reserve_what_fits(core::UserId owner, std::size_t wanted) {
  auto held = hold(owner, wanted);
  if (!held) return held.error();
  if (auto kept = keep_to_share(owner, *held); !kept) return kept.error();
  return held;
}

core::Result<void> Pipeline::check_options(const SubmitOptions& options) const {
  const auto choice = state_->choose(options);
  if (!choice) return choice.error();
  return core::ok();
}

core::Result<QueuePlaces> Pipeline::reserve(core::UserId owner) {
  auto held = state_->reserve_what_fits(owner, 1);
  if (!held) return held.error();
  if (held->lack) return *held->lack;
  return std::move(held->places);
}

std::optional<core::Result<QueuePlaces>> Pipeline::reserve_at_once(core::UserId owner) {
  auto held = state_->hold(owner, 1);
  if (!held) return held.error();
  if (held->lack) return *held->lack;
  if (!state_->is_within_share(*held)) return std::nullopt;
  return std::move(held->places);
}

core::Result<storage::StagedBlob> Pipeline::stage(std::int64_t expected_bytes) {
  return state_->parts.blobs.stage(expected_bytes);
}

core::Result<tasks::Created> Pipeline::submit(core::UserId owner,
                                              std::vector<ArrivedPicture> pictures,
                                              const SubmitOptions& options) {
  if (state_->is_stopping) return core::stopping();
  const auto choice = state_->choose(options);
  if (!choice) return choice.error();
  std::vector<tasks::NewTask> new_tasks;
  for (ArrivedPicture& picture : pictures) {
    auto task = state_->make_new_task(picture, *choice, options);
    if (!task) return task.error();
    new_tasks.push_back(std::move(*task));
  }
  auto promise = state_->crew->promise_worker();
  auto created = state_->parts.tasks.create(
      owner, new_tasks, options.idempotency,
      promise ? tasks::ClaimAtOnce::if_next : tasks::ClaimAtOnce::no, state_->config.boot);
  if (!created) return created.error();
  const bool is_claimed = created->claim.has_value();
  if (!is_claimed) promise.reset();  // Before the hint wakes that worker like any other.
  if (!created->is_replay) state_->accept(*created);
  if (is_claimed) state_->crew->hand_over(*std::move(promise), *created->claim);
  return created;
}

}  // namespace geond::pipeline
