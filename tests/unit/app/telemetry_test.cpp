// SPDX-License-Identifier: MIT
#include "telemetry.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <string>

#include "derived_config.hpp"
#include "stores.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

struct Fixture {
  support::TemporaryDirectory folder;
  std::unique_ptr<app::Stores> stores;

  explicit Fixture(std::int64_t watermark = 0) {
    app::ServeConfig config;
    config.data = folder.path() / "data";
    config.disk_watermark = watermark;
    auto opened = app::open_stores(app::stores_config(config), core::Logger());
    REQUIRE(opened);
    stores = std::move(*opened);
  }
  /// The problem that a check has; it must be there.
  std::string problem(const std::string& name, std::size_t left_out = 0) const {
    for (const api::ReadinessCheck& check : app::readiness_checks(*stores, left_out)) {
      if (check.name == name) return check.problem;
    }
    FAIL("no check called ", name);
    return "";
  }
};

}  // namespace

TEST_CASE("a server whose parts are well has no problem to tell") {
  const Fixture at;
  for (const std::string name : {"database", "disk", "models"}) CHECK(at.problem(name).empty());
}

TEST_CASE("a disk below the watermark is told, and keeps the server from being ready") {
  const Fixture at(std::numeric_limits<std::int64_t>::max());
  CHECK(at.problem("disk").find("nearly full") != std::string::npos);
  CHECK(app::readiness_checks(*at.stores, 0)[1].weight == api::ReadinessWeight::needed);
}

TEST_CASE("room that is denied to the database is told, and keeps the server from being ready") {
  const Fixture at;
  std::filesystem::create_directory(at.stores->directory->layout().reserve());
  REQUIRE_FALSE(at.stores->disk->ensure_reserve());
  CHECK(at.problem("disk").find("The log says why") != std::string::npos);
}

// It made the reserve anew, 16 MiB, on the thread that serves connections.
TEST_CASE("asking whether the server is ready makes nothing on the disk") {
  const Fixture at;
  const std::filesystem::path reserve = at.stores->directory->layout().reserve();
  REQUIRE(at.stores->disk->ensure_reserve());
  REQUIRE(at.stores->disk->release_reserve());
  CHECK(at.problem("disk").empty());
  CHECK_FALSE(std::filesystem::exists(reserve));
  REQUIRE(at.stores->disk->check(1));
  CHECK(std::filesystem::exists(reserve));
}

// The disk had room, so the server was ready, and refused every upload.
TEST_CASE("a folder of uploads that cannot be written to is told") {
  const Fixture at;
  const std::filesystem::path uploads = at.folder.path() / "data" / "tmp";
  std::filesystem::remove(uploads);
  CHECK(at.problem("disk").empty());  // It would be made again.
  std::filesystem::create_symlink("/proc/self", uploads);
  CHECK(at.problem("disk").find("cannot be written to") != std::string::npos);
}

TEST_CASE("models that were left out are told, and the server is ready all the same") {
  const Fixture at;
  CHECK(at.problem("models", 1).starts_with("1 imported model was left out"));
  CHECK(at.problem("models", 2).starts_with("2 imported models were left out"));
  CHECK(app::readiness_checks(*at.stores, 1)[2].weight == api::ReadinessWeight::told);
}

TEST_CASE("there is a worker a core, unless the configuration says how many") {
  app::ServeConfig config;
  CHECK(app::worker_count(config) >= 1);
  config.workers = 3;
  CHECK(app::worker_count(config) == 3);
  CHECK(app::pipeline_config(config, "boot").workers == 3);
}
