// SPDX-License-Identifier: MIT
#include "telemetry.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "geond/catalog/catalog.hpp"
#include "prometheus/registry.h"

namespace geond::app {
namespace {

void observe_task(api::Metrics& metrics, const pipeline::WorkRecord& record) {
  metrics.task_finished(record.outcome);
  if (record.queued_seconds) metrics.stage_finished("queued", *record.queued_seconds);
  if (record.outcome != "done") return;
  metrics.stage_finished("decode", record.seconds.decode);
  metrics.stage_finished("detect", record.seconds.detect);
  metrics.stage_finished("classify", record.seconds.classify);
}

void take_database(api::MetricsSnapshot& now, const storage::DatabaseStatistics& database) {
  now.database_bytes = static_cast<double>(database.file_bytes);
  now.database_log_bytes = static_cast<double>(database.log_bytes);
  now.database_commits = static_cast<double>(database.commits);
  now.database_writes = static_cast<double>(database.writes);
  now.database_failed_commits = static_cast<double>(database.failed_commits);
  now.database_checkpoints = static_cast<double>(database.checkpoints);
  now.database_commit_seconds = database.commit_seconds;
}

}  // namespace

std::unique_ptr<api::Metrics> make_metrics(pipeline::Pipeline& pipeline,
                                           std::function<api::MetricsSnapshot()> source,
                                           core::Timestamp started) {
  auto metrics = std::make_unique<api::Metrics>(std::make_shared<prometheus::Registry>(),
                                                std::move(source), GEOND_VERSION, started);
  for (const pipeline::AvailableModel& model : pipeline.predictor().models()) {
    metrics->model_loaded(model.record.name, core::to_string(model.record.kind),
                          model.record.version);
  }
  pipeline::PipelineObserver observer;
  observer.model_ran = [&metrics = *metrics](std::string_view model, double seconds) {
    metrics.model_ran(model, seconds);
  };
  observer.task_ended = [&metrics = *metrics](const pipeline::WorkRecord& record) {
    observe_task(metrics, record);
  };
  pipeline.observe(std::move(observer));
  return metrics;
}

api::MetricsSnapshot metrics_snapshot(const Stores& stores, const pipeline::Pipeline& pipeline,
                                      const pipeline::Notifier& notifier, std::size_t connections,
                                      std::size_t left_out) {
  const pipeline::QueueStatistics queue = pipeline.stats();
  api::MetricsSnapshot now;
  now.queue_depth = static_cast<double>(queue.waiting);
  now.queue_capacity = static_cast<double>(queue.capacity);
  now.workers = queue.workers;
  now.workers_busy = queue.busy_workers;
  now.tasks_running = queue.busy_workers;
  now.event_streams = static_cast<double>(notifier.subscriber_count());
  now.connections = static_cast<double>(connections);
  take_database(now, stores.database->statistics());
  now.disk_free_bytes = static_cast<double>(stores.disk->available());
  for (const api::ReadinessCheck& check : readiness_checks(stores, left_out)) {
    now.ready[check.name] = check.problem.empty();
  }
  return now;
}

std::vector<api::ReadinessCheck> readiness_checks(const Stores& stores, std::size_t left_out) {
  api::ReadinessCheck database{"database", ""};
  if (const auto refusal = stores.database->refusal()) database.problem = refusal->detail();
  api::ReadinessCheck disk{"disk", ""};
  // Whether a byte more would be taken: a watermark of 0 lets an upload of nothing through.
  if (stores.disk->is_reserve_denied()) {
    disk.problem = "No room can be kept for the database; pictures are refused. The log says why.";
  } else if (!stores.disk->has_room(1)) {
    disk.problem = "The disk is nearly full; pictures are refused.";
  }
  if (disk.problem.empty() && !stores.blobs->check_writable()) {
    disk.problem =
        "The data directory cannot be written to; pictures are refused. See whose its folder tmp "
        "is, and whether its file system is mounted read-only.";
  }
  api::ReadinessCheck models{"models", "", api::ReadinessWeight::told};
  if (left_out > 0) {
    models.problem = fmt::format(
        "{} left out; the log says which and why, and so does the list of models to "
        "administrators.",
        left_out == 1 ? "1 imported model was" : fmt::format("{} imported models were", left_out));
  }
  return {database, disk, models};
}

}  // namespace geond::app
