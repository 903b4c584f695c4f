// SPDX-License-Identifier: MIT
#include "stage_runner.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "plant.hpp"

using namespace geond;
using pipeline::Plant;

namespace {

/// A runner apart from any worker, with one claimed task.
struct Bench : Plant {
  Bench() {
    REQUIRE(submit(pipeline::room()));
    claim = *parts_.tasks.claim_next("boot").value().claim;
    store->observe([this](std::string_view, double) {
      ++runs;
      at_run();
    });
  }

  auto run(const std::stop_token& stop = {}) { return runner.run(claim, networks, stop); }

  pipeline::PipelineParts parts_ = parts();
  pipeline::PipelineConfig config;
  pipeline::Sleeper sleeper;
  std::unique_ptr<pipeline::ModelStore> store =
      pipeline::ModelStore::create(parts_.catalog, models()).value();
  pipeline::StageRunner runner{config, parts_, *store, sleeper};
  pipeline::NetworkCache networks;
  tasks::Claim claim;
  std::vector<std::string> stages;
  /// After the network of a model has run, among the stages.
  std::function<void()> at_run = [] {};
  int runs = 0;
  pipeline::Notifier::Subscription subscription =
      notifier.subscribe(user, [this](const pipeline::TaskEvent& event) {
        if (event.kind == pipeline::TaskEventKind::stage) stages.push_back(event.stage);
      });
};

}  // namespace

TEST_CASE_FIXTURE(Bench, "a task goes through its stages, which are told, and stays claimed") {
  const auto result = run();
  REQUIRE(result);
  CHECK(stages == std::vector<std::string>{"decode", "detect", "classify"});
  CHECK(result->outcome.image == geometry::ImageSize{320, 240});
  CHECK(result->outcome.threshold == claim.task.threshold);
  CHECK(result->seconds.detect > 0);
  CHECK(store->describe(parts_.catalog.find(claim.task.detector.name).value()).average_seconds);
  CHECK(pipeline->tasks().get(user, claim.id())->status == tasks::TaskStatus::in_progress);
}

TEST_CASE_FIXTURE(Bench, "a task whose models or picture are not there any more says so") {
  const tasks::Claim known = claim;
  claim.task.detector.sha256 = std::string(64, 'f');
  CHECK(run().error().code() == "model_unavailable");
  claim = known;
  claim.task.classifier.name = "nobody";
  CHECK(run().error().code() == "model_unavailable");
  claim = known;
  claim.task.input.sha256 = std::string(64, '0');
  CHECK(run().error().code() == "input_missing");
  CHECK(stages.empty());
}

TEST_CASE_FIXTURE(Bench, "a fault is an error of ours, and is not tried again") {
  at_run = [] { throw std::runtime_error("broken"); };
  const auto result = run();
  REQUIRE(result.has_error());
  CHECK(result.error().kind() == core::ErrorKind::internal);
  CHECK(result.error().code() == "worker_fault");
  CHECK(runs == 1);
}

TEST_CASE_FIXTURE(Bench, "for memory it waits as long as the patience lasts") {
  at_run = [] { throw std::bad_alloc(); };
  config.memory_patience = std::chrono::milliseconds(150);
  CHECK(run().error().code() == "out_of_memory");
  CHECK(runs == 2);
}

TEST_CASE_FIXTURE(Bench, "a stop ends the waiting with what was lacking") {
  std::stop_source stop;
  at_run = [&stop] {
    stop.request_stop();
    throw std::bad_alloc();
  };
  CHECK(run(stop.get_token()).error().code() == "out_of_memory");
  CHECK(runs == 1);
}
