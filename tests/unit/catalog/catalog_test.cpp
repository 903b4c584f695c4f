// SPDX-License-Identifier: MIT
#include "geond/catalog/catalog.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <future>
#include <thread>

#include "geond/storage/database.hpp"
#include "support/manual_clock.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

namespace geond::catalog {
namespace {

struct Fixture {
  support::TemporaryDirectory directory;
  support::ManualClock clock;
  std::unique_ptr<storage::Database> database = [this] {
    storage::DatabaseOptions options;
    options.file = directory.path() / "geond.db";
    return storage::Database::open(options, {}).value();
  }();
  std::unique_ptr<ModelRepository> repository = make_sqlite_model_repository(*database, clock);
  Catalog catalog{*repository};
};

enum class Wish { none, to_be_default };

ModelRegistration detector(const std::string& name, Wish wish = Wish::none) {
  return {core::ModelKind::detection, name, "1.0.0", std::string(64, 'a'),
          wish == Wish::to_be_default};
}

ModelRegistration classifier(const std::string& name, Wish wish = Wish::none) {
  return {core::ModelKind::classification, name, "1.0.0", std::string(64, 'b'),
          wish == Wish::to_be_default};
}

/// A repository whose first change of the default is slow to come back once it is stored.
class SlowRepository final : public ModelRepository {
 public:
  explicit SlowRepository(ModelRepository& repository) : repository_(repository) {}

  core::Result<std::vector<Model>> replace_enabled(
      std::span<const ModelRegistration> models) override {
    return repository_.replace_enabled(models);
  }
  core::Result<std::vector<Model>> all() const override { return repository_.all(); }
  core::Result<std::vector<Model>> set_default(std::string_view name) override {
    auto models = repository_.set_default(name);
    if (!is_stored_.exchange(true)) {
      stored.set_value();
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return models;
  }

  std::promise<void> stored;  ///< Of the first change.

 private:
  ModelRepository& repository_;
  std::atomic<bool> is_stored_ = false;
};

}  // namespace

TEST_CASE_FIXTURE(Fixture, "ids are counted per kind, in the order of registration") {
  REQUIRE(catalog.register_models(
      std::vector{detector("d1"), classifier("c1"), detector("d2"), classifier("c2")}));
  CHECK(catalog.find("d1")->id.value == 1);
  CHECK(catalog.find("d2")->id.value == 2);
  CHECK(catalog.find("c1")->id.value == 1);
  CHECK(catalog.find("c2")->id.value == 2);
  CHECK(catalog.find(core::ModelKind::classification, core::ModelId{2})->name == "c2");
  CHECK_FALSE(catalog.find(core::ModelKind::detection, core::ModelId{3}));
  CHECK_FALSE(catalog.find(core::ModelKind::detection, core::ModelId{-1}));
}

TEST_CASE_FIXTURE(Fixture, "an id stays with its name and is never given again") {
  REQUIRE(catalog.register_models(std::vector{detector("old"), detector("kept")}));
  ModelRegistration kept = detector("kept");
  kept.version = "2.0.0";
  REQUIRE(catalog.register_models(std::vector{detector("new"), kept}));
  CHECK(catalog.find("kept")->id.value == 2);
  CHECK(catalog.find("kept")->version == "2.0.0");
  CHECK(catalog.find("new")->id.value == 3);
  CHECK(catalog.find("old").error().code() == "model_not_found");
  CHECK(repository->all()->size() == 3);
  REQUIRE(catalog.register_models(std::vector{detector("old")}));
  CHECK(catalog.find("old")->id.value == 1);
}

TEST_CASE_FIXTURE(Fixture, "there is one default a kind, and it lasts") {
  REQUIRE(catalog.register_models(
      std::vector{detector("a"), detector("b", Wish::to_be_default), classifier("c")}));
  CHECK(catalog.resolve(core::ModelKind::detection, "")->name == "b");
  CHECK(catalog.resolve(core::ModelKind::classification, "")->name == "c");
  CHECK(catalog.set_default("a")->is_default);
  CHECK(catalog.resolve(core::ModelKind::detection, "")->name == "a");
  REQUIRE(catalog.register_models(std::vector{detector("a"), detector("b", Wish::to_be_default)}));
  CHECK(catalog.resolve(core::ModelKind::detection, "")->name == "a");
  REQUIRE(catalog.register_models(std::vector{detector("z"), detector("b", Wish::to_be_default)}));
  CHECK(catalog.resolve(core::ModelKind::detection, "")->name == "b");
  CHECK(catalog.set_default("a").error().code() == "model_not_found");
  // A start without it took the choice away for good.
  REQUIRE(catalog.register_models(std::vector{detector("a"), detector("b", Wish::to_be_default)}));
  CHECK(catalog.resolve(core::ModelKind::detection, "")->name == "a");
  CHECK(catalog.list(core::ModelKind::detection).back().is_default == false);
  CHECK(catalog.resolve(core::ModelKind::classification, "").error().code() == "no_model");
}

TEST_CASE_FIXTURE(Fixture, "an unknown name is refused with the field and the names there are") {
  REQUIRE(catalog.register_models(std::vector{detector("d"), classifier("c")}));
  for (const char* name : {"c", "D", "x", "-1"}) {
    CAPTURE(name);
    const auto resolved = catalog.resolve(core::ModelKind::detection, name);
    REQUIRE(resolved.has_error());
    CHECK(resolved.error().code() == "unknown_model");
    CHECK(resolved.error().fields().front().field == "detector");
    CHECK(resolved.error().detail().find("there is d.") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "models that contradict each other or the past are refused") {
  REQUIRE(catalog.register_models(std::vector{detector("d")}));
  CHECK(catalog.register_models(std::vector{detector("x"), classifier("x")}).error().code() ==
        "model_name_twice");
  CHECK(catalog.register_models(std::vector{classifier("d")}).error().code() ==
        "model_kind_changed");
  CHECK(catalog.list().size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "of two changes of the default at once, the stored one is remembered") {
  SlowRepository slow(*repository);
  Catalog shared(slow);
  REQUIRE(shared.register_models(std::vector{detector("a"), detector("b")}));
  {
    const std::jthread first([&] { CHECK(shared.set_default("a")); });
    slow.stored.get_future().wait();
    CHECK(shared.set_default("b"));
  }
  for (const Model& stored : repository->all().value()) {
    CHECK(stored.is_default == shared.find(stored.name)->is_default);
  }
}

}  // namespace geond::catalog
