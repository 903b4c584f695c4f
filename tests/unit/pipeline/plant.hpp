// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "geond/pipeline/pipeline.hpp"
#include "support/pictures.hpp"
#include "unit/tasks/fixture.hpp"

namespace geond::pipeline {

/// The machine's clock, which throws while it is broken.
class BreakableClock final : public core::Clock {
 public:
  std::atomic<bool> is_broken = false;

  core::Timestamp now() const override {
    if (is_broken) throw std::bad_alloc();
    return core::SystemClock().now();
  }
  std::chrono::steady_clock::time_point steady_now() const override {
    return core::SystemClock().steady_now();
  }
};

/// A pipeline over a real store, the shipped models and a pinned number of workers.
class Plant {
 public:
  explicit Plant(int workers = 2, std::size_t capacity = 64,
                 std::chrono::milliseconds memory_patience = std::chrono::seconds(10))
      : station_(directory_.path(), clock_),
        user(station_.add_user("anna")),
        models_(catalog::make_sqlite_model_repository(*station_.database, clock_)),
        catalog_(*models_),
        notifier(notifier_clock) {
    PipelineConfig config;
    config.workers = workers;
    config.queue_capacity = capacity;
    config.boot = "boot";
    config.memory_patience = memory_patience;
    pipeline = Pipeline::create(config, parts(), models()).value();
  }

  PipelineParts parts() {
    return {*station_.tasks, catalog_, *station_.blobs, notifier, clock_, core::Logger()};
  }

  static std::vector<std::shared_ptr<const inference::Model>> models() {
    return inference::load_models(GEOND_SOURCE_DIR "/models").value().models;
  }

  core::Result<tasks::Created> submit(const std::string& file, const SubmitOptions& options = {}) {
    auto place = pipeline->reserve(user);
    if (!place) return place.error();
    auto staged = pipeline->stage(0).value();
    staged.append(support::bytes_of(file)).value();
    std::vector<ArrivedPicture> pictures;
    pictures.push_back({std::move(*place), std::move(staged), "a.png", ""});
    return pipeline->submit(user, std::move(pictures), options);
  }

  core::UserId add_user(const std::string& name) { return station_.add_user(name); }
  void remove_user(core::UserId id) { station_.remove_user(id); }

  tasks::Task wait_for_end(core::TaskId id) {
    for (int look = 0; look < 2000; ++look) {
      auto task = pipeline->tasks().get(user, id).value();
      if (tasks::is_finished(task.status)) return task;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    FAIL("the task did not end");
    return {};
  }

 private:
  support::TemporaryDirectory directory_;
  core::SystemClock clock_;
  tasks::Station station_;

 public:
  const core::UserId user;

 private:
  std::unique_ptr<catalog::ModelRepository> models_;
  catalog::Catalog catalog_;

 public:
  BreakableClock notifier_clock;
  Notifier notifier;
  std::unique_ptr<Pipeline> pipeline;
};

/// A PNG of 320 x 240 pixels.
inline std::string room() {
  return support::make_png(support::room(320, 240));
}

}  // namespace geond::pipeline
