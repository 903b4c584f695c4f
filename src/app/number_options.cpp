// SPDX-License-Identifier: MIT
#include "geond/app/number_options.hpp"

#include <array>
#include <type_traits>
#include <utility>

namespace geond::app {
namespace {

constexpr std::array kNumbers{
    NumberOption{"workers", &ServeConfig::workers, 0, 256,
                 "Pictures worked on at once, one a core if 0"},
    NumberOption{"queue-capacity", &ServeConfig::queue_capacity, 1, 65'535, "Tasks that may wait"},
    NumberOption{"http-threads", &ServeConfig::http_threads, 1, 64, "Threads for connections"},
    NumberOption{"blocking-threads", &ServeConfig::blocking_threads, 1, 256,
                 "Threads for the requests' database and file work"},
    NumberOption{"max-connections", &ServeConfig::max_connections, 1, 1'000'000,
                 "Connections at once"},
    NumberOption{"max-connections-per-address", &ServeConfig::max_connections_per_address, 1,
                 1'000'000, "Connections at once from one address other than loopback"},
    NumberOption{"max-upload-bytes", &ServeConfig::max_upload_bytes, 1024, 1LL << 30,
                 "Largest picture file"},
    NumberOption{"max-pixels", &ServeConfig::max_pixels, 1, 500'000'000,
                 "Largest picture in pixels"},
    NumberOption{"max-side", &ServeConfig::max_side, 1, 65'500,
                 "Largest side of a picture in pixels"},
    NumberOption{"event-streams-per-user", &ServeConfig::event_streams_per_user, 1, 10'000,
                 "Event streams of one user, the oldest of which ends for a newer one"},
    NumberOption{"upload-timeout", &ServeConfig::upload_timeout, 10, 86'400,
                 "How long the pictures of one request may take"},
    NumberOption{"disk-watermark", &ServeConfig::disk_watermark, 0, 1LL << 50,
                 "Bytes on disk that uploads leave free", true},
    NumberOption{"shutdown-grace", &ServeConfig::shutdown_grace, 0, 3600,
                 "How long a stop waits for requests and running tasks", true},
};

}  // namespace

std::int64_t NumberOption::of(const ServeConfig& config) const {
  return std::visit(
      [&config](auto place) -> std::int64_t {
        const auto& value = config.*place;
        if constexpr (std::is_same_v<decltype(value), const std::chrono::seconds&>) {
          return value.count();
        } else {
          return value;
        }
      },
      member);
}

bool NumberOption::set(ServeConfig& config, std::int64_t value) const {
  return std::visit(
      [&config, value](auto place) {
        using Value = std::remove_reference_t<decltype(config.*place)>;
        if constexpr (std::is_same_v<Value, int>) {
          if (!std::in_range<int>(value)) return false;
        }
        config.*place = static_cast<Value>(value);
        return true;
      },
      member);
}

std::span<const NumberOption> number_options() {
  return kNumbers;
}

}  // namespace geond::app
