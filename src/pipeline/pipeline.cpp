// SPDX-License-Identifier: MIT
#include "geond/pipeline/pipeline.hpp"

#include <fmt/format.h>

#include <utility>

#include "crew.hpp"
#include "geond/imaging/file_bytes.hpp"
#include "geond/imaging/overlay.hpp"
#include "model_store.hpp"
#include "network_pool.hpp"
#include "stages.hpp"
#include "task_queue.hpp"

namespace geond::pipeline {
namespace {

/// How long a prediction without a task waits for its turn.
constexpr std::chrono::milliseconds kPredictionPatience{10'000};

core::Error stopping() {
  return core::Error(core::ErrorKind::unavailable, "stopping",
                     "The server is stopping; try again in a moment.");
}

core::Error task_not_done(const tasks::Task& task) {
  return core::Error(core::ErrorKind::conflict, "task_not_done",
                     fmt::format("Task {} has no result: it is {}.", task.id.value,
                                 tasks::to_string(task.status)));
}

tasks::ModelReference reference(const catalog::Model& model) {
  return {model.id, model.name, model.version, model.sha256};
}

const inference::DetectionSpec& detection(const inference::Model& model) {
  return std::get<inference::DetectionSpec>(model.manifest().spec);
}

core::Result<void> check_threshold(double threshold) {
  if (threshold >= 0 && threshold <= 1) return core::ok();
  return core::Error(core::ErrorKind::invalid_argument, "invalid_threshold",
                     "The threshold is a probability: 0 to 1.")
      .with_field("threshold", "must be 0 to 1");
}

/// The models and the threshold that a submission means.
struct Choice {
  catalog::Model detector;
  catalog::Model classifier;
  double threshold = 0;
};

void ignore_stage(std::string_view) {}

}  // namespace

QueuePlace::~QueuePlace() {
  if (queue_ != nullptr) queue_->release(owner_);
}

QueuePlace::QueuePlace(QueuePlace&& other) noexcept
    : queue_(std::exchange(other.queue_, nullptr)), owner_(other.owner_) {}

QueuePlace& QueuePlace::operator=(QueuePlace&& other) noexcept {
  std::swap(queue_, other.queue_);
  std::swap(owner_, other.owner_);
  return *this;
}

struct Pipeline::State {
  PipelineConfig config;
  PipelineParts parts;
  TaskQueue queue;
  std::unique_ptr<ModelStore> models;
  mutable NetworkPool predictions;
  std::atomic<bool> is_stopping{false};
  std::unique_ptr<Crew> crew;

  State(PipelineConfig c, PipelineParts p, std::unique_ptr<ModelStore> m)
      : config(std::move(c)),
        parts(std::move(p)),
        queue(config.queue_capacity),
        models(std::move(m)),
        predictions(config.workers),
        crew(std::make_unique<Crew>(config, parts, queue, *models)) {}

  /// Whether `owner` may have `coming` tasks besides those that are queued. Errors:
  /// too_many_requests `queue_share_full`, those of TaskRepository::queued_count.
  core::Result<void> check_share(core::UserId owner, std::int64_t coming) const;

  void publish(TaskEventKind kind, const tasks::Task& task) const {
    parts.notifier.publish(kind, task.owner, task.id);
  }

  core::Result<Choice> choose(const SubmitOptions& options) const;
  core::Result<tasks::NewTask> make_new_task(ArrivedPicture& picture, const Choice& choice,
                                             const SubmitOptions& options) const;
  void accept(const tasks::Created& created);
  void follow(const tasks::TaskChange& change, tasks::BulkAction action);
};

core::Result<Choice> Pipeline::State::choose(const SubmitOptions& options) const {
  Choice choice;
  auto detector = parts.catalog.resolve(catalog::ModelKind::detection, options.detector);
  if (!detector) return detector.error();
  choice.detector = std::move(*detector);
  auto classifier = parts.catalog.resolve(catalog::ModelKind::classification, options.classifier);
  if (!classifier) return classifier.error();
  choice.classifier = std::move(*classifier);
  const auto detector_model = models->find(choice.detector.name);
  if (!detector_model) return detector_model.error();
  const auto classifier_model = models->find(choice.classifier.name);
  if (!classifier_model) return classifier_model.error();
  if (auto fits = inference::check_compatible(**detector_model, **classifier_model); !fits) {
    return fits.error();
  }
  choice.threshold = options.threshold.value_or(detection(**detector_model).default_threshold);
  if (auto checked = check_threshold(choice.threshold); !checked) return checked.error();
  return choice;
}

core::Result<tasks::NewTask> Pipeline::State::make_new_task(ArrivedPicture& picture,
                                                            const Choice& choice,
                                                            const SubmitOptions& options) const {
  const auto file = imaging::FileBytes::read(picture.file.descriptor());
  if (!file) return file.error();
  const auto image = imaging::inspect(file->bytes(), config.limits);
  if (!image) return image.error();
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
    publish(TaskEventKind::queued, task);
    if (!created.claim || created.claim->id() != task.id) queue.push_hint(task.id);
  }
}

core::Result<void> Pipeline::State::check_share(core::UserId owner, std::int64_t coming) const {
  const auto share = static_cast<std::int64_t>(queue.share());
  // Nobody has more than all have together: the database is asked only when it gets crowded.
  if (static_cast<std::int64_t>(queue.waiting()) + coming <= share) return core::ok();
  const auto queued = parts.tasks.queued_count(owner);
  if (!queued) return queued.error();
  if (coming + *queued <= share) return core::ok();
  return core::Error(
      core::ErrorKind::too_many_requests, "queue_share_full",
      fmt::format("One user's pictures may take {} of the queue's {} places, those on their way "
                  "included, so that others find room. Send more when some of yours are done, or "
                  "cancel some.",
                  share, queue.capacity()));
}

/// Queue and listeners learn of a change that is committed.
void Pipeline::State::follow(const tasks::TaskChange& change, tasks::BulkAction action) {
  if (change.before == tasks::TaskStatus::queued) queue.remove_queued(1);
  switch (action) {
    case tasks::BulkAction::remove:
      publish(TaskEventKind::removed, change.task);
      break;
    case tasks::BulkAction::cancel:
      publish(TaskEventKind::cancelled, change.task);
      crew->tell_ended({"cancelled", {}, {}});
      break;
    case tasks::BulkAction::retry:
      queue.add_queued(1);
      publish(TaskEventKind::queued, change.task);
      queue.push_hint(change.task.id);
      break;
  }
}

core::Result<std::unique_ptr<Pipeline>> Pipeline::create(
    PipelineConfig config, PipelineParts parts,
    std::vector<std::shared_ptr<const inference::Model>> models) {
  auto store = ModelStore::create(parts.catalog, std::move(models));
  if (!store) return store.error();
  return std::unique_ptr<Pipeline>(new Pipeline(
      std::make_unique<State>(std::move(config), std::move(parts), std::move(*store))));
}

Pipeline::Pipeline(std::unique_ptr<State> state) : state_(std::move(state)) {}
Pipeline::~Pipeline() {
  stop();
}

void Pipeline::observe(PipelineObserver observer) {
  state_->models->observe(std::move(observer.model_ran));
  state_->crew->observe(std::move(observer.task_ended));
}

core::Result<void> Pipeline::start() {
  auto recovery = state_->parts.tasks.recover(state_->config.boot);
  if (!recovery) return recovery.error();
  for (const tasks::Task& task : recovery->requeued) {
    state_->publish(TaskEventKind::queued, task);
  }
  for (const tasks::Task& task : recovery->quarantined) {
    state_->publish(TaskEventKind::failed, task);
    state_->crew->tell_ended({"quarantined", {}, {}});
    state_->parts.logger.error("a task took the process down three times and is quarantined",
                               {{"task", task.id.value}});
  }
  state_->queue.set_queued(recovery->queued);
  // One hint a worker is enough: workers go on claiming until nothing is left.
  for (int worker = 0; worker < state_->config.workers && recovery->queued > 0; ++worker) {
    state_->queue.push_hint({});
  }
  state_->crew->start();
  return core::ok();
}

void Pipeline::stop_claiming() {
  state_->crew->stop_claiming();
}

bool Pipeline::stop_by(std::chrono::steady_clock::time_point deadline) {
  state_->is_stopping = true;
  return state_->crew->stop_by(deadline);
}

void Pipeline::stop() {
  state_->is_stopping = true;
  state_->crew->stop();
}

core::Result<QueuePlace> Pipeline::reserve(core::UserId owner) {
  if (state_->is_stopping) return stopping();
  TaskQueue& queue = state_->queue;
  const auto uploads = queue.reserve(owner);
  if (!uploads) {
    return core::Error(core::ErrorKind::unavailable, "queue_full",
                       fmt::format("{} tasks wait already; try again later.", queue.capacity()));
  }
  QueuePlace place(&queue, owner);
  if (auto fits = state_->check_share(owner, *uploads); !fits) return fits.error();
  return place;
}

core::Result<storage::StagedBlob> Pipeline::stage(std::int64_t expected_bytes) {
  return state_->parts.blobs.stage(expected_bytes);
}

core::Result<tasks::Created> Pipeline::submit(core::UserId owner,
                                              std::vector<ArrivedPicture> pictures,
                                              const SubmitOptions& options) {
  if (state_->is_stopping) return stopping();
  const auto choice = state_->choose(options);
  if (!choice) return choice.error();
  std::vector<tasks::NewTask> new_tasks;
  for (ArrivedPicture& picture : pictures) {
    auto task = state_->make_new_task(picture, *choice, options);
    if (!task && pictures.size() > 1) {
      const core::Error& error = task.error();
      return core::Error(error.kind(), error.code(),
                         fmt::format("Picture {}: {}", new_tasks.size() + 1, error.detail()));
    }
    if (!task) return task.error();
    new_tasks.push_back(std::move(*task));
  }
  const bool is_promised = state_->crew->promise_worker();
  auto created = state_->parts.tasks.create(
      owner, new_tasks, options.idempotency,
      is_promised ? tasks::ClaimAtOnce::if_next : tasks::ClaimAtOnce::no, state_->config.boot);
  const bool is_claimed = created && created->claim.has_value();
  if (is_promised && !is_claimed) state_->crew->withdraw();
  if (!created) return created.error();
  if (!created->is_replay) state_->accept(*created);
  if (is_claimed) state_->crew->hand_over(*created->claim);
  return created;
}

core::Result<tasks::Task> Pipeline::cancel(core::UserId owner, core::TaskId task) {
  auto change = state_->parts.tasks.cancel(owner, task);
  if (!change) return change.error();
  state_->follow(*change, tasks::BulkAction::cancel);
  return std::move(change->task);
}

core::Result<tasks::Task> Pipeline::retry(core::UserId owner, core::TaskId task) {
  const auto place = reserve(owner);
  if (!place) return place.error();
  auto change = state_->parts.tasks.retry(owner, task);
  if (!change) return change.error();
  state_->follow(*change, tasks::BulkAction::retry);
  return std::move(change->task);
}

core::Result<void> Pipeline::remove(core::UserId owner, core::TaskId task) {
  const auto change = state_->parts.tasks.remove(owner, task);
  if (!change) return change.error();
  state_->follow(*change, tasks::BulkAction::remove);
  return core::ok();
}

core::Result<tasks::Task> Pipeline::set_note(core::UserId owner, core::TaskId task,
                                             std::string_view note) {
  auto changed = state_->parts.tasks.set_note(owner, task, note);
  if (!changed) return changed.error();
  state_->publish(TaskEventKind::changed, *changed);
  return changed;
}

core::Result<std::vector<tasks::BulkItem>> Pipeline::bulk(core::UserId owner,
                                                          tasks::BulkAction action,
                                                          std::span<const core::TaskId> tasks) {
  if (action == tasks::BulkAction::retry) {
    const TaskQueue& queue = state_->queue;
    if (queue.waiting() + tasks.size() > queue.capacity()) {
      return core::Error(core::ErrorKind::unavailable, "queue_full",
                         "There is not room in the queue for that many tasks; try again later.");
    }
    const auto more = static_cast<std::int64_t>(tasks.size());
    if (auto fits = state_->check_share(owner, queue.uploads_of(owner) + more); !fits) {
      return fits.error();
    }
  }
  auto items = state_->parts.tasks.bulk(owner, action, tasks);
  if (!items) return items.error();
  for (const tasks::BulkItem& item : *items) {
    if (item.change) state_->follow(*item.change, action);
  }
  return items;
}

const tasks::TaskRepository& Pipeline::tasks() const {
  return state_->parts.tasks;
}

double Pipeline::eta_seconds(std::int64_t position) const {
  return state_->crew->mean_task_seconds() *
         (1.0 + static_cast<double>(position) / state_->config.workers);
}

core::Result<storage::OpenBlob> Pipeline::open_input(const tasks::Task& task) const {
  return pipeline::open_input(state_->parts.blobs, task);
}

core::Result<imaging::EncodedImage> Pipeline::overlay(const tasks::Task& task, double threshold,
                                                      imaging::ImageFormat format,
                                                      int longest_side) const {
  const auto known = state_->parts.tasks.result(task.owner, task.id);
  if (!known) return known.error();
  if (!*known) return task_not_done(task);
  std::vector<geometry::Primitive> shown;
  for (const geometry::Primitive& candidate : (*known)->candidates) {
    if (candidate.probability >= threshold) shown.push_back(candidate);
  }
  const auto input = open_input(task);
  if (!input) return input.error();
  const auto file = imaging::FileBytes::read(input->file.get());
  if (!file) return file.error();
  return imaging::render_overlay(file->bytes(), shown, format, longest_side, state_->config.limits);
}

core::Result<imaging::EncodedImage> Pipeline::thumbnail(const tasks::Task& task) const {
  const auto input = open_input(task);
  if (!input) return input.error();
  const auto file = imaging::FileBytes::read(input->file.get());
  if (!file) return file.error();
  return imaging::render_thumbnail(file->bytes(), state_->config.limits);
}

core::Result<tasks::Outcome> Pipeline::outcome(const tasks::Task& task,
                                               std::optional<double> threshold) const {
  auto known = state_->parts.tasks.result(task.owner, task.id);
  if (!known) return known.error();
  if (!*known) return task_not_done(task);
  tasks::Outcome outcome = std::move(**known);
  if (!threshold || *threshold == outcome.threshold) return outcome;
  if (auto checked = check_threshold(*threshold); !checked) return checked.error();
  const auto model = state_->models->find(task.classifier);
  if (!model) return model.error();
  const auto networks = state_->predictions.borrow(kPredictionPatience);
  if (!networks) return networks.error();
  const auto classifier = (*networks)->classifier(*model);
  if (!classifier) return classifier.error();
  StopWatch watch;
  const auto scores = (*classifier)->classify(outcome.candidates, outcome.image, *threshold);
  if (!scores) return scores.error();
  state_->models->record_run((*model)->name(), watch.lap());
  set_scene(outcome, *scores);
  outcome.threshold = *threshold;
  return outcome;
}

std::vector<AvailableModel> Pipeline::models() const {
  std::vector<AvailableModel> models;
  for (const catalog::Model& record : state_->parts.catalog.list()) {
    models.push_back(state_->models->describe(record));
  }
  return models;
}

core::Result<AvailableModel> Pipeline::model(std::string_view name) const {
  const auto record = state_->parts.catalog.find(name);
  if (!record) return record.error();
  return state_->models->describe(*record);
}

core::Result<AvailableModel> Pipeline::set_default_model(std::string_view name) {
  const auto record = state_->parts.catalog.set_default(name);
  if (!record) return record.error();
  return state_->models->describe(*record);
}

const catalog::Catalog& Pipeline::catalog() const {
  return state_->parts.catalog;
}

core::Result<Detection> Pipeline::detect(std::string_view model, std::span<const std::byte> file,
                                         std::optional<double> threshold) const {
  const auto network_model = state_->models->find(model);
  if (!network_model) return network_model.error();
  if ((*network_model)->kind() != inference::ModelKind::detection) {
    return core::Error(core::ErrorKind::invalid_argument, "wrong_model_kind",
                       fmt::format("{} is not a detection model.", model));
  }
  Detection detection_answer;
  detection_answer.threshold = threshold.value_or(detection(**network_model).default_threshold);
  if (auto checked = check_threshold(detection_answer.threshold); !checked) {
    return checked.error();
  }
  const auto image = imaging::inspect(file, state_->config.limits);
  if (!image) return image.error();
  detection_answer.image = *image;
  const auto networks = state_->predictions.borrow(kPredictionPatience);
  if (!networks) return networks.error();
  const auto detector = (*networks)->detector(*network_model);
  if (!detector) return detector.error();
  auto result = decode_and_detect(file, **detector, state_->config.limits, ignore_stage);
  if (!result) return result.error();
  state_->models->record_run((*network_model)->name(), result->seconds.detect);
  detection_answer.candidates = std::move(result->outcome.candidates);
  detection_answer.seconds = result->seconds;
  return detection_answer;
}

core::Result<inference::SceneScores> Pipeline::classify(
    std::string_view model, std::span<const geometry::Primitive> primitives,
    geometry::ImageSize picture) const {
  const auto network_model = state_->models->find(model);
  if (!network_model) return network_model.error();
  if ((*network_model)->kind() != inference::ModelKind::classification) {
    return core::Error(core::ErrorKind::invalid_argument, "wrong_model_kind",
                       fmt::format("{} is not a classification model.", model));
  }
  const auto networks = state_->predictions.borrow(kPredictionPatience);
  if (!networks) return networks.error();
  const auto classifier = (*networks)->classifier(*network_model);
  if (!classifier) return classifier.error();
  StopWatch watch;
  auto scores = (*classifier)->classify(primitives, picture);
  if (scores) state_->models->record_run((*network_model)->name(), watch.lap());
  return scores;
}

QueueStatistics Pipeline::stats() const {
  const Crew& crew = *state_->crew;
  return {state_->queue.waiting(),
          state_->queue.capacity(),
          state_->config.workers,
          crew.busy_workers(),
          crew.mean_task_seconds(),
          crew.done(),
          crew.failed()};
}

void Pipeline::recount() {
  if (const auto counts = state_->parts.tasks.counts_of_all()) {
    state_->queue.set_queued(counts->queued);
    if (counts->queued > 0) state_->queue.push_hint({});
  }
}

core::Result<void> Pipeline::fail_missing_inputs() {
  const auto missing = state_->parts.tasks.fail_missing_inputs();
  if (!missing) return missing.error();
  for (const tasks::Task& task : missing->failed) {
    state_->queue.remove_queued(1);
    state_->publish(TaskEventKind::failed, task);
    state_->crew->tell_ended({"input_missing", {}, {}});
  }
  return core::ok();
}

}  // namespace geond::pipeline
