// SPDX-License-Identifier: MIT
#include "derived_config.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <utility>

namespace geond::app {

int worker_count(const ServeConfig& config) {
  if (config.workers > 0) return config.workers;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

api::RenderingPlaces rendering_places(const ServeConfig& config) {
  // Half of the blocking threads are left to the routes that only ask the database.
  const int hashes =
      std::clamp(config.blocking_threads / 2, 1, auth::AuthConfig().concurrent_hashes);
  return {.predictions = static_cast<std::size_t>(worker_count(config)),
          .password_hashes = static_cast<std::size_t>(hashes)};
}

StoresConfig stores_config(const ServeConfig& config) {
  StoresConfig stores;
  stores.data = config.data;
  stores.disk_watermark = config.disk_watermark;
  // The requests' threads are with files, the writer or a hash for half of their time.
  stores.readers = std::clamp(config.blocking_threads / 2, 4, 64);
  stores.registration = config.registration;
  return stores;
}

pipeline::PipelineConfig pipeline_config(const ServeConfig& config, const std::string& boot) {
  pipeline::PipelineConfig pipeline;
  pipeline.workers = worker_count(config);
  pipeline.queue_capacity = static_cast<std::size_t>(config.queue_capacity);
  pipeline.limits = imaging::ImageLimits::of(config.max_pixels, config.max_side);
  pipeline.boot = boot;
  return pipeline;
}

api::Settings api_settings(const ServeConfig& config, const std::string& boot) {
  api::Settings settings;
  settings.version = GEOND_VERSION;
  settings.boot = boot;
  settings.max_upload_bytes = static_cast<std::uint64_t>(config.max_upload_bytes);
  settings.max_pixels = config.max_pixels;
  settings.max_side = config.max_side;
  settings.event_streams_per_user = static_cast<std::size_t>(config.event_streams_per_user);
  settings.upload_timeout = config.upload_timeout;
  return settings;
}

http::ServerConfig server_config(const ServeConfig& config, std::vector<int> inherited) {
  http::ServerConfig server;
  server.listening_descriptors = std::move(inherited);
  if (server.listening_descriptors.empty()) server.listen = {config.listen};
  if (!config.tls_certificate.empty()) {
    server.tls = http::TlsFiles{config.tls_certificate.string(), config.tls_key.string()};
  }
  server.io_threads = static_cast<unsigned>(config.http_threads);
  server.blocking_threads = static_cast<unsigned>(config.blocking_threads);
  server.max_connections = static_cast<std::size_t>(config.max_connections);
  server.max_connections_per_address = static_cast<std::size_t>(config.max_connections_per_address);
  server.base_path = config.base_path;
  server.trusted_proxies = config.trusted_proxies;
  return server;
}

}  // namespace geond::app
