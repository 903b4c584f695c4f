// SPDX-License-Identifier: MIT
#include "derived_config.hpp"

#include <doctest/doctest.h>

namespace geond::app {
namespace {

ServeConfig with_blocking_threads(int count) {
  ServeConfig config;
  config.blocking_threads = count;
  return config;
}

}  // namespace

TEST_CASE(
    "password hashes leave half of the blocking threads to others, and run where there is one") {
  for (const auto& [threads, hashes] : {std::pair{1, 1U}, {2, 1U}, {3, 1U}, {4, 2U}, {256, 2U}}) {
    CAPTURE(threads);
    CHECK(rendering_places(with_blocking_threads(threads)).password_hashes == hashes);
  }
}

TEST_CASE("the database has more readers where requests have more threads") {
  for (const auto& [threads, readers] : {std::pair{1, 4}, {8, 4}, {64, 32}, {256, 64}}) {
    CAPTURE(threads);
    CHECK(stores_config(with_blocking_threads(threads)).readers == readers);
  }
}

TEST_CASE("sockets that were handed over take the place of the address to listen on") {
  const ServeConfig config;
  CHECK(server_config(config, {}).listen.size() == 1);
  const http::ServerConfig handed_over = server_config(config, {3, 4});
  CHECK(handed_over.listening_descriptors == std::vector<int>{3, 4});
  CHECK(handed_over.listen.empty());
}

}  // namespace geond::app
