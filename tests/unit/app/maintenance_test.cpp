// SPDX-License-Identifier: MIT
#include "maintenance.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <fstream>
#include <future>
#include <new>
#include <string>
#include <thread>

#include "derived_config.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

/// Waits until something has gone from the disk, for ten seconds at most.
bool goes(const std::filesystem::path& file) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (std::filesystem::exists(file) && std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return !std::filesystem::exists(file);
}

}  // namespace

// The first bad_alloc in a step ended the server.
TEST_CASE("parts that throw end neither the maintenance nor its other steps") {
  const support::TemporaryDirectory folder;
  app::ServeConfig config;
  config.data = folder.path() / "data";
  auto stores = app::open_stores(app::stores_config(config), core::Logger());
  REQUIRE(stores);
  std::promise<void> came_through;
  app::Upkeep faulty;
  faulty.recount = [] { throw std::bad_alloc(); };
  faulty.fail_missing_inputs = []() -> core::Result<void> { throw std::bad_alloc(); };
  faulty.remove_expired_keys = [&]() -> core::Result<void> {
    came_through.set_value();
    throw std::bad_alloc();
  };
  app::Maintenance maintenance(**stores, faulty, core::Logger());
  REQUIRE(came_through.get_future().wait_for(std::chrono::seconds(10)) ==
          std::future_status::ready);
  const std::string name(62, 'a');
  const auto orphan = config.data / "blobs" / "aa" / name;
  std::ofstream(orphan) << "nobody's picture";
  maintenance.sweep_soon();
  CHECK(goes(orphan));
}
