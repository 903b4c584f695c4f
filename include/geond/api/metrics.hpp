// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "geond/core/clock.hpp"
#include "geond/http/server.hpp"

namespace prometheus {
class Registry;
}

namespace geond::api {

/// What is asked of the running program each time the metrics are read.
struct MetricsSnapshot {
  double queue_depth = 0;  ///< Places taken, also by uploads.
  double queue_capacity = 0;
  double tasks_running = 0;
  double workers = 0;
  double workers_busy = 0;
  double event_streams = 0;
  double connections = 0;
  double database_bytes = 0;
  double database_log_bytes = 0;  ///< Length of the write-ahead log.
  double database_commits = 0;    ///< Since the start, like all that follow.
  double database_writes = 0;     ///< Jobs in those commits.
  double database_failed_commits = 0;
  double database_checkpoints = 0;
  double database_commit_seconds = 0;
  double disk_free_bytes = 0;
  std::optional<core::Timestamp> certificate_end;  ///< Of the one in use; none without TLS.
  std::map<std::string, bool> ready;  ///< Each check of /readyz, and whether it passes.
};

/// geond's figures in the form of Prometheus: base units, counters end in `_total`. Thread-safe.
class Metrics {
 public:
  /// Other parts may add their families to the registry; it must outlive the metrics.
  /// `snapshot` is called for each text(), on its thread. `started`: when the process was.
  Metrics(std::shared_ptr<prometheus::Registry> registry, std::function<MetricsSnapshot()> snapshot,
          std::string_view version, core::Timestamp started);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  /// For http::ServerConfig::observer: counts the request, its time and its bytes. Never blocks
  /// for long.
  void observe(const http::RequestRecord& record);

  /// Counts a task that ended; `outcome` is `done`, `cancelled` or the code of its error.
  void task_finished(std::string_view outcome);

  /// Names a model that is loaded; `kind` is `detection` or `classification`.
  void model_loaded(std::string_view model, std::string_view kind, std::string_view version);

  /// A network of the model ran for so many seconds.
  void model_ran(std::string_view model, double seconds);

  /// A stage (`queued`, `decode`, `detect`, `classify`, `total`) took so many seconds.
  void stage_finished(std::string_view stage, double seconds);

  /// The text exposition format, version 0.0.4.
  std::string text();

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace geond::api
