// SPDX-License-Identifier: MIT
#include "geond/api/metrics.hpp"

#include <doctest/doctest.h>
#include <prometheus/registry.h>

#include <string>

using namespace geond;

namespace {

http::RequestRecord record_of(std::string_view route, int status) {
  http::RequestRecord record;
  record.route = route;
  record.status = status;
  record.seconds = 0.02;
  record.bytes_received = 100;
  return record;
}

}  // namespace

TEST_CASE("metrics are told in Prometheus' words and base units") {
  api::Metrics metrics(
      std::make_shared<prometheus::Registry>(),
      [] {
        api::MetricsSnapshot now;
        now.queue_depth = 7;
        now.database_log_bytes = 8192;
        now.database_commits = 3;
        return now;
      },
      "1.2.3", core::Timestamp(std::chrono::milliseconds(1'700'000'000'250)));
  metrics.observe(record_of("/api/v1/tasks/{id}", 200));
  metrics.observe(record_of("/api/v1/tasks/{id}", 404));
  metrics.observe(record_of("", 404));
  metrics.task_finished("done");
  metrics.task_finished("image_broken");
  metrics.stage_finished("decode", 0.03);
  metrics.model_loaded("geon-detector", "detection", "2.0");
  metrics.model_ran("geon-detector", 0.1);
  metrics.model_ran("geon-detector", 0.3);
  CHECK(metrics.text().find("geond_database_commits_total 3") != std::string::npos);
  const std::string text = metrics.text();
  CHECK(text.find("process_start_time_seconds 1700000000.25") != std::string::npos);
  for (const char* line :
       {"geond_http_requests_total{method=\"GET\",route=\"/api/v1/tasks/{id}\",status=\"200\"} 1",
        "route=\"unknown\"", "geond_http_request_duration_seconds_bucket",
        "geond_http_received_bytes_total 300", "geond_tasks_finished_total{outcome=\"done\"} 1",
        "geond_tasks_finished_total{outcome=\"image_broken\"} 1",
        "geond_stage_duration_seconds_count{stage=\"decode\"} 1", "geond_queue_depth 7",
        "process_resident_memory_bytes ", "process_open_fds ", "process_cpu_seconds_total ",
        "geond_database_log_bytes 8192", "geond_database_commits_total 3\n",
        "geond_model_info{kind=\"detection\",model=\"geon-detector\",version=\"2.0\"} 1",
        "geond_model_run_duration_seconds_count{model=\"geon-detector\"} 2",
        "geond_model_run_duration_seconds_sum{model=\"geon-detector\"} 0.4", "process_max_fds ",
        "process_virtual_memory_bytes ", "geond_build_info{version=\"1.2.3\"} 1"}) {
    CAPTURE(line);
    CHECK(text.find(line) != std::string::npos);
  }
}
