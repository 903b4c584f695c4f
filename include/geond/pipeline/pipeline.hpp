// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geond/catalog/catalog.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/log.hpp"
#include "geond/core/result.hpp"
#include "geond/imaging/encode.hpp"
#include "geond/imaging/limits.hpp"
#include "geond/inference/model.hpp"
#include "geond/pipeline/notifier.hpp"
#include "geond/pipeline/predictor.hpp"
#include "geond/storage/blob_store.hpp"
#include "geond/tasks/repository.hpp"

namespace geond::pipeline {

class TaskQueue;

struct PipelineConfig {
  int workers = 1;                    ///< Threads that run networks, 1 to 256.
  std::size_t queue_capacity = 1024;  ///< Tasks that may wait, 1 to 65,535.
  imaging::ImageLimits limits;
  /// How long a task is tried again while there is not enough memory for it.
  std::chrono::milliseconds memory_patience = std::chrono::seconds(10);
  std::string boot;  ///< Names this run of the process in claims.
  /// The run before, if a fault of the storage ended it (see TaskRepository::recover); else empty.
  std::string ended_by_fault = {};
};

/// What the pipeline works with; all of it must outlive the pipeline.
struct PipelineParts {
  tasks::TaskRepository& tasks;
  catalog::Catalog& catalog;
  storage::BlobStore& blobs;
  Notifier& notifier;
  const core::Clock& clock;
  core::Logger logger;
};

/// Places in the queue, held for what is about to be queued (an upload under way, tasks that are
/// tried again) and given back with the object: a task has its own by then.
class QueuePlaces {
 public:
  QueuePlaces(TaskQueue* queue, core::UserId owner, std::int64_t count)
      : queue_(queue), owner_(owner), count_(count) {}
  ~QueuePlaces();
  QueuePlaces(QueuePlaces&& other) noexcept;
  QueuePlaces& operator=(QueuePlaces&& other) noexcept;

  std::size_t count() const { return static_cast<std::size_t>(count_); }

  /// Gives back all but `count` of them, at most as many as there are.
  void keep(std::size_t count);

 private:
  TaskQueue* queue_ = nullptr;
  core::UserId owner_;
  std::int64_t count_ = 0;
};

/// A picture that has arrived whole.
struct ArrivedPicture {
  QueuePlaces place;
  storage::StagedBlob file;  ///< Not finished yet: submit() does that.
  std::string file_name;     ///< What the client called it; may be empty.
  std::string part;          ///< Its part of a form, `image_file/2`; empty if it came alone.
};

/// What was wrong with one picture out of a form, as that form's error: with the part as its field
/// and the file's name. `part` is not empty.
core::Error error_of_part(const core::Error& error, std::string_view part,
                          std::string_view file_name);

/// How pictures are to be worked on.
struct SubmitOptions {
  std::string detector;             ///< A model's name; empty: the default.
  std::string classifier;           ///< Likewise.
  std::optional<double> threshold;  ///< In [0, 1]; nothing: the detector's default.
  std::string note;
  std::optional<tasks::IdempotencyKey> idempotency;
  std::string request_id;  ///< For the log.
};

struct QueueStatistics {
  std::size_t waiting = 0;  ///< Tasks queued, and places held for those to come.
  std::size_t capacity = 0;
  std::size_t share = 0;  ///< Of the capacity: what one user may take of it, at least 1.
  int workers = 0;
  int busy_workers = 0;
  double mean_task_seconds = 0;  ///< Work a task takes lately.
  std::uint64_t done = 0;        ///< Since the start of the process.
  std::uint64_t failed = 0;      ///< Likewise.
};

/// A task that ended.
struct WorkRecord {
  /// `done`, `cancelled` (also: deleted before its end), or the code of a failure.
  std::string outcome;
  tasks::StageSeconds seconds;           ///< Of one that is done.
  std::optional<double> queued_seconds;  ///< Of one that a worker took.
};

/// For whoever counts: metrics. Called on many threads; must not block or throw.
struct PipelineObserver {
  std::function<void(const WorkRecord&)> task_ended;
  std::function<void(std::string_view model, double seconds)> model_ran;
};

/// The way of a picture from its arrival to its result: admission, queue, workers, and the events
/// that tell about it. Also what can be asked about a task afterwards. Thread-safe.
///
/// Never block: check_options(), reserve_at_once(), eta_seconds(), tasks() and predictor() (what is
/// called on these may), stats() and stop_claiming(). All else may, so call it where that is
/// allowed.
///
/// What changes a task goes through here, so that queue and listeners learn of it; what only reads
/// goes through tasks(). Methods may return what the repositories return.
class Pipeline {
 public:
  /// Registers the models in the catalog. Errors: invalid_argument `no_models` (no detector, or no
  /// classifier that was made for its vocabulary); those of Catalog::register_models.
  static core::Result<std::unique_ptr<Pipeline>> create(
      PipelineConfig config, PipelineParts parts,
      std::vector<std::shared_ptr<const inference::Model>> models);

  /// Stops at once if it still runs.
  ~Pipeline();
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// Who is told of tasks that end and networks that run. Set before start().
  void observe(PipelineObserver observer);

  /// Queues again what an earlier process left, then starts the workers. Once. Errors: those of
  /// TaskRepository::recover.
  core::Result<void> start();

  /// The first step of a stop: no task is begun any more. Those that run go on, and uploads that
  /// are under way are still accepted and stay queued. Returns at once.
  void stop_claiming();

  /// Accepts nothing more; lets running tasks finish; what was not begun stays queued. Returns
  /// when all workers have ended.
  void stop();

  /// As stop(), but waits no longer than until `deadline`. False: tasks still run. They are queued
  /// again, with no crash counted, and what comes of them is dropped; their threads cannot be
  /// stopped, so the process has to end without destroying the pipeline.
  bool stop_by(std::chrono::steady_clock::time_point deadline);

  // --- from upload to task

  /// Whether pictures can be worked on like that, as far as it is known before they are there;
  /// never blocks. Errors: those of Catalog::resolve and check_compatible; invalid_argument
  /// `invalid_threshold`.
  core::Result<void> check_options(const SubmitOptions& options) const;

  /// Takes a place for a picture before its body is read (retry() and bulk() take their own).
  /// Errors: unavailable `queue_full`, `stopping`; too_many_requests `queue_share_full` (the
  /// owner's uploads and queued tasks would take more than half of the queue); those of
  /// TaskRepository::queued_count.
  core::Result<QueuePlaces> reserve(core::UserId owner);

  /// As reserve(), but never blocks: nothing if the database has to be asked.
  std::optional<core::Result<QueuePlaces>> reserve_at_once(core::UserId owner);

  /// Where to put the body. Errors: those of BlobStore::stage.
  core::Result<storage::StagedBlob> stage(std::int64_t expected_bytes);

  /// Makes durable tasks of pictures, all or none, with the models and threshold of `options`.
  /// Errors: unavailable `stopping`; those of check_options(); those of FileBytes::read,
  /// imaging::inspect (as error_of_part() if it came in a form), StagedBlob::finish and
  /// TaskRepository::create.
  core::Result<tasks::Created> submit(core::UserId owner, std::vector<ArrivedPicture> pictures,
                                      const SubmitOptions& options);

  // --- what changes tasks; errors as in TaskRepository

  core::Result<tasks::Task> cancel(core::UserId owner, core::TaskId task);
  /// Errors also: those of reserve().
  core::Result<tasks::Task> retry(core::UserId owner, core::TaskId task);
  core::Result<void> remove(core::UserId owner, core::TaskId task);
  core::Result<tasks::Task> set_note(core::UserId owner, core::TaskId task, std::string_view note);
  /// Retries as many as the queue has room for; the items beyond that have the error of reserve().
  /// Errors also, of retries: those of reserve() if for lack of room not one task was retried.
  core::Result<std::vector<tasks::BulkItem>> bulk(core::UserId owner, tasks::BulkAction action,
                                                  std::span<const core::TaskId> tasks);

  // --- what asks about tasks

  /// For reading only.
  const tasks::TaskRepository& tasks() const;

  /// Seconds until the task at that place in the whole queue (1: the next) is likely to be done.
  double eta_seconds(std::int64_t position) const;

  /// The upload as it came. Errors: gone `input_missing`, and those of BlobStore::open.
  core::Result<storage::OpenBlob> open_input(const tasks::Task& task) const;

  /// The picture with the boxes at or above `threshold`, at most `longest_side` pixels a side (0:
  /// full size). Errors: those of TaskRepository::result; conflict `task_not_done`; those of
  /// open_input(), FileBytes::read and imaging::render_overlay.
  core::Result<imaging::EncodedImage> overlay(const tasks::Task& task, double threshold,
                                              imaging::ImageFormat format, int longest_side) const;

  /// A small JPEG. Errors: those of open_input(), FileBytes::read and imaging::render_thumbnail.
  core::Result<imaging::EncodedImage> thumbnail(const tasks::Task& task) const;

  /// The outcome of a done task; with a `threshold` other than its own, the scene is told again
  /// from the candidates that reach it, by the task's own classifier. Errors: those of
  /// TaskRepository::result; conflict `task_not_done`; with another threshold also invalid_argument
  /// `invalid_threshold` (not in [0, 1]), conflict `model_unavailable` (that classifier is no
  /// longer loaded, or in another version), and those of Classifier::create and
  /// Classifier::classify.
  core::Result<tasks::Outcome> outcome(const tasks::Task& task,
                                       std::optional<double> threshold) const;

  /// The models, and predictions without a task. Lives as long as the pipeline.
  Predictor& predictor();

  QueueStatistics stats() const;

  // --- housekeeping, called by app now and then

  /// Brings the count of waiting tasks in line with the database, and tells that the queue moved if
  /// there are fewer (a user was removed with what they had queued, say).
  void recount();

  /// Fails queued tasks whose picture is gone, and tells their owners.
  core::Result<void> fail_missing_inputs();

 private:
  struct State;
  explicit Pipeline(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace geond::pipeline
