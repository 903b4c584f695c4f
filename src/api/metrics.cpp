// SPDX-License-Identifier: MIT
#include "geond/api/metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <string>

namespace geond::api {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::Counter;
using prometheus::Family;
using prometheus::Gauge;
using prometheus::Histogram;

const Histogram::BucketBoundaries& request_seconds() {
  static const Histogram::BucketBoundaries bounds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                     0.25,  0.5,    1,     2.5,  5,     10,   60};
  return bounds;
}

const Histogram::BucketBoundaries& stage_seconds() {
  static const Histogram::BucketBoundaries bounds = {0.0005, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1,
                                                     0.2,    0.5,   1,     2,    5,    30,   300};
  return bounds;
}

/// Processor time of all threads so far.
double cpu_seconds() {
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double resident_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  double resident = 0;
  if (!(statm >> total >> resident)) return 0;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double virtual_bytes() {
  std::ifstream statm("/proc/self/statm");
  double total = 0;
  if (!(statm >> total)) return 0;
  return total * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double most_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return static_cast<double>(limit.rlim_cur);
}

double open_descriptors() {
  std::error_code error;
  std::filesystem::directory_iterator entries("/proc/self/fd", error);
  if (error) return 0;
  return static_cast<double>(std::distance(begin(entries), end(entries)));
}

double unix_seconds(core::Timestamp time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

/// A counter whose figure is kept elsewhere.
void catch_up(Counter& counter, double figure) {
  counter.Increment(std::max(0.0, figure - counter.Value()));
}

}  // namespace

struct Metrics::Families {
  Gauge& gauge(const char* name, const char* help) {
    return BuildGauge().Name(name).Help(help).Register(*registry).Add({});
  }
  Counter& counter(const char* name, const char* help) {
    return BuildCounter().Name(name).Help(help).Register(*registry).Add({});
  }

  explicit Families(std::shared_ptr<prometheus::Registry> the_registry)
      : registry(std::move(the_registry)) {}

  std::shared_ptr<prometheus::Registry> registry;
  std::function<MetricsSnapshot()> snapshot;
  std::mutex reading;

  Family<Counter>& requests = BuildCounter()
                                  .Name("geond_http_requests_total")
                                  .Help("Requests answered, by method, route and status.")
                                  .Register(*registry);
  Family<Histogram>& request_time = BuildHistogram()
                                        .Name("geond_http_request_duration_seconds")
                                        .Help("From a request's head to its answer's end.")
                                        .Register(*registry);
  Counter& received = counter("geond_http_received_bytes_total", "Bytes of request bodies.");
  Counter& sent = counter("geond_http_sent_bytes_total", "Bytes of answers.");
  Family<Counter>& tasks = BuildCounter()
                               .Name("geond_tasks_finished_total")
                               .Help("Tasks that ended, by outcome.")
                               .Register(*registry);
  Family<Histogram>& stages = BuildHistogram()
                                  .Name("geond_stage_duration_seconds")
                                  .Help("Time that tasks spend in each stage.")
                                  .Register(*registry);
  Family<Gauge>& models = BuildGauge()
                              .Name("geond_model_info")
                              .Help("1 for each model that is loaded.")
                              .Register(*registry);
  Family<Histogram>& model_runs = BuildHistogram()
                                      .Name("geond_model_run_duration_seconds")
                                      .Help("Runs of each model's network, of tasks and others.")
                                      .Register(*registry);

  /// Has no sample without TLS, and so does not appear.
  Family<Gauge>& certificate_end =
      BuildGauge()
          .Name("geond_tls_certificate_not_after_timestamp_seconds")
          .Help("When the TLS certificate in use expires, in Unix seconds.")
          .Register(*registry);
  Family<Gauge>& ready = BuildGauge()
                             .Name("geond_ready")
                             .Help("1 for each check of /readyz that passes, else 0.")
                             .Register(*registry);
  Gauge& queue_depth =
      gauge("geond_queue_depth",
            "Places of the queue that are taken: by tasks that wait and by uploads.");
  Gauge& queue_capacity = gauge("geond_queue_capacity", "Tasks that may wait.");
  Gauge& running = gauge("geond_tasks_running", "The same as geond_workers_busy.");
  Gauge& workers = gauge("geond_workers", "Workers there are.");
  Gauge& busy =
      gauge("geond_workers_busy", "Workers that are awake: at a task, or looking for one.");
  Gauge& streams = gauge("geond_event_streams", "Event streams and requests with Prefer: wait.");
  Gauge& connections = gauge("geond_http_connections", "Connections that are open.");
  Gauge& database = gauge("geond_database_bytes", "Size of the database file.");
  Gauge& log = gauge("geond_database_log_bytes", "Length of the write-ahead log.");
  Counter& commits = counter("geond_database_commits_total", "Transactions committed.");
  Counter& writes = counter("geond_database_writes_total",
                            "Changes in those; by commits, it is how many go in a group.");
  Counter& failed_commits =
      counter("geond_database_failed_commits_total", "Transactions that failed.");
  Counter& checkpoints = counter("geond_database_checkpoints_total", "Checkpoints of the log.");
  Counter& commit_seconds =
      counter("geond_database_commit_seconds_total", "Time that commits took, fsync included.");
  Gauge& disk_free = gauge("geond_disk_free_bytes", "Room on the data directory's disk.");
  Counter& cpu = counter("process_cpu_seconds_total", "Processor time of the process.");
  Gauge& resident = gauge("process_resident_memory_bytes", "Resident memory of the process.");
  Gauge& address_space = gauge("process_virtual_memory_bytes", "Address space of the process.");
  Gauge& descriptors = gauge("process_open_fds", "Open file descriptors.");
  Gauge& descriptor_limit = gauge("process_max_fds", "File descriptors it may have open.");
  Gauge& start_time = gauge("process_start_time_seconds", "When it started, in Unix seconds.");
};

Metrics::Metrics(std::shared_ptr<prometheus::Registry> registry,
                 std::function<MetricsSnapshot()> snapshot, std::string_view version,
                 core::Timestamp started)
    : families_(std::make_unique<Families>(std::move(registry))) {
  families_->snapshot = std::move(snapshot);
  families_->start_time.Set(unix_seconds(started));
  BuildGauge()
      .Name("geond_build_info")
      .Help("1; the version is in the label.")
      .Register(*families_->registry)
      .Add({{"version", std::string(version)}})
      .Set(1);
}

Metrics::~Metrics() = default;

void Metrics::observe(const http::RequestRecord& record) {
  // A path that no route knows is no label: there would be no end of them.
  const std::string route(record.route.empty() ? std::string_view("unknown") : record.route);
  const std::string method(http::method_name(record.method));
  families_->requests
      .Add({{"method", method}, {"route", route}, {"status", std::to_string(record.status)}})
      .Increment();
  families_->request_time.Add({{"route", route}}, request_seconds()).Observe(record.seconds);
  families_->received.Increment(static_cast<double>(record.bytes_received));
  families_->sent.Increment(static_cast<double>(record.bytes_sent));
}

void Metrics::task_finished(std::string_view outcome) {
  families_->tasks.Add({{"outcome", std::string(outcome)}}).Increment();
}

void Metrics::model_loaded(std::string_view model, std::string_view kind,
                           std::string_view version) {
  families_->models
      .Add({{"model", std::string(model)},
            {"kind", std::string(kind)},
            {"version", std::string(version)}})
      .Set(1);
}

void Metrics::model_ran(std::string_view model, double seconds) {
  families_->model_runs.Add({{"model", std::string(model)}}, stage_seconds()).Observe(seconds);
}

void Metrics::stage_finished(std::string_view stage, double seconds) {
  families_->stages.Add({{"stage", std::string(stage)}}, stage_seconds()).Observe(seconds);
}

std::string Metrics::text() {
  Families& to = *families_;
  // Two readers at once would both add what a counter lacks.
  const std::lock_guard lock(to.reading);
  const MetricsSnapshot now = to.snapshot ? to.snapshot() : MetricsSnapshot{};
  for (const auto& [check, passes] : now.ready)
    to.ready.Add({{"check", check}}).Set(passes ? 1 : 0);
  if (now.certificate_end) to.certificate_end.Add({}).Set(unix_seconds(*now.certificate_end));
  to.queue_depth.Set(now.queue_depth);
  to.queue_capacity.Set(now.queue_capacity);
  to.running.Set(now.tasks_running);
  to.workers.Set(now.workers);
  to.busy.Set(now.workers_busy);
  to.streams.Set(now.event_streams);
  to.connections.Set(now.connections);
  to.database.Set(now.database_bytes);
  to.disk_free.Set(now.disk_free_bytes);
  to.log.Set(now.database_log_bytes);
  catch_up(to.commits, now.database_commits);
  catch_up(to.writes, now.database_writes);
  catch_up(to.failed_commits, now.database_failed_commits);
  catch_up(to.checkpoints, now.database_checkpoints);
  catch_up(to.commit_seconds, now.database_commit_seconds);
  catch_up(to.cpu, cpu_seconds());
  to.resident.Set(resident_bytes());
  to.address_space.Set(virtual_bytes());
  to.descriptor_limit.Set(most_descriptors());
  to.descriptors.Set(open_descriptors());
  return prometheus::TextSerializer().Serialize(to.registry->Collect());
}

}  // namespace geond::api
