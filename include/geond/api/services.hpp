// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/log.hpp"

namespace geond::auth {
class AuthService;
}
namespace geond::pipeline {
class Notifier;
class Pipeline;
class Predictor;
}  // namespace geond::pipeline

namespace geond::api {

class EventSeats;
class Metrics;
class Rendering;

/// Who has an event stream; nobody yet.
std::shared_ptr<EventSeats> make_event_seats();

/// A model that was found at start and is not served.
struct LeftOutModel {
  std::string folder;  ///< Its name, without the path.
  std::string code;    ///< Of the error, e.g. `model_kind_changed`.
  std::string detail;  ///< A sentence for people.
};

/// What the handlers have to know beside the parts they call. Whoever makes it sets all of it: the
/// defaults of the limits are the configuration's.
struct Settings {
  std::string version;  ///< Of the program.
  /// Random text that tells one run of the process from another: event ids begin with it.
  std::string boot;
  std::uint64_t max_upload_bytes = 0;          ///< One picture.
  std::int64_t max_pixels = 0;                 ///< One picture.
  int max_side = 0;                            ///< Pixels.
  std::size_t event_streams_per_user = 0;      ///< At least 1; the oldest ends for a newer one.
  std::chrono::milliseconds upload_timeout{};  ///< One request's pictures.
  std::vector<LeftOutModel> left_out_models;   ///< Told to administrators.
};

/// Whether the server can take pictures while a check has a problem.
enum class ReadinessWeight {
  needed,  ///< It cannot.
  told,    ///< It can; the problem is told all the same.
};

/// One thing that is looked at to say whether the server takes pictures.
struct ReadinessCheck {
  std::string name;     ///< snake_case, e.g. `database`.
  std::string problem;  ///< A sentence for people; empty if all is well.
  ReadinessWeight weight = ReadinessWeight::needed;
};

/// The parts that the handlers work with, and the settings. Made by app; everything it refers to
/// must outlive the server. Handlers use the parts from many threads at once.
struct Services {
  auth::AuthService& auth;
  pipeline::Pipeline& pipeline;
  pipeline::Predictor& predictor;
  pipeline::Notifier& notifier;
  Rendering& rendering;
  const core::Clock& clock;
  core::Logger logger;
  Settings settings;
  /// Asked by /readyz on an I/O thread: must not block.
  std::function<std::vector<ReadinessCheck>()> readiness;
  Metrics* metrics = nullptr;  ///< Null: /metrics is not served.
  std::shared_ptr<EventSeats> event_seats = make_event_seats();
};

}  // namespace geond::api
