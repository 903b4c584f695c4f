// SPDX-License-Identifier: MIT
#include "http_load.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <thread>

#include "geond/http/client.hpp"

namespace geond::bench {
namespace {

using Seconds = std::chrono::duration<double>;

double own_cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

http::Client make_client(const std::string& url) {
  return http::Client(http::parse_server_url(url).value(), std::chrono::seconds(120));
}

std::int64_t send_picture(http::Client& client, const std::string& key,
                          const std::string& picture) {
  http::ClientRequest request{http::Method::post, "/api/v1/tasks", {}, picture};
  request.headers.add("Authorization", "Bearer " + key);
  request.headers.add("Content-Type", "image/jpeg");
  request.headers.add("Prefer", "wait=60");
  const auto response = client.send(request);
  if (!response || response->status != 200) {
    throw std::runtime_error(response ? "unexpected answer: " + response->body
                                      : response.error().detail());
  }
  return nlohmann::json::parse(response->body).at("id").get<std::int64_t>();
}

double read_status(http::Client& client, const std::string& key, std::int64_t task) {
  http::ClientRequest request{http::Method::get, "/api/v1/tasks/" + std::to_string(task), {}, {}};
  request.headers.add("Authorization", "Bearer " + key);
  const auto started = std::chrono::steady_clock::now();
  const auto response = client.send(request);
  if (!response || response->status != 200) throw std::runtime_error("a status read failed");
  return Seconds(std::chrono::steady_clock::now() - started).count() * 1000;
}

double percentile(std::vector<double> values, double share) {
  if (values.empty()) return 0;
  const auto index =
      static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1) + 0.5);
  std::nth_element(values.begin(), values.begin() + index, values.end());
  return values[static_cast<std::size_t>(index)];
}

}  // namespace

LoadReport run_http_load(const std::string& url, const std::string& key,
                         const std::vector<std::string>& pictures, int rounds, int clients,
                         int cores) {
  auto first = make_client(url);
  const std::int64_t task = send_picture(first, key, pictures.front());
  const std::size_t total = pictures.size() * static_cast<std::size_t>(rounds);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> is_over{false};
  std::vector<double> latencies;
  const double cpu_before = own_cpu_seconds();
  const auto started = std::chrono::steady_clock::now();
  std::jthread reader([&] {
    while (!is_over) {
      latencies.push_back(read_status(first, key, task));
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  });
  {
    std::vector<std::jthread> senders;
    for (int sender = 0; sender < clients; ++sender) {
      senders.emplace_back([&] {
        auto client = make_client(url);
        for (std::size_t index = next++; index < total; index = next++) {
          send_picture(client, key, pictures[index % pictures.size()]);
        }
      });
    }
  }
  LoadReport report;
  report.wall_seconds = Seconds(std::chrono::steady_clock::now() - started).count();
  is_over = true;
  reader.join();
  report.generator_seconds = own_cpu_seconds() - cpu_before;
  const double net_seconds = report.wall_seconds - report.generator_seconds / cores;
  report.pictures_per_second = static_cast<double>(total) / net_seconds;
  report.status_p50 = percentile(latencies, 0.50);
  report.status_p99 = percentile(latencies, 0.99);
  return report;
}

}  // namespace geond::bench
