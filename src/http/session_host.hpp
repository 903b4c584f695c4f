// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <vector>

#include "addresses.hpp"
#include "blocking_pool.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/log.hpp"
#include "geond/core/random.hpp"
#include "geond/http/router.hpp"
#include "geond/http/server.hpp"

namespace geond::http {

class Session;

/// What the sessions of one server share. Outlives them all.
struct SessionHost {
  SessionHost(ServerConfig server_config, Router routes, std::vector<Network> trusted,
              const core::Clock& time, core::RandomSource& randomness, core::Logger log)
      : config(std::move(server_config)),
        router(std::move(routes)),
        trusted_proxies(std::move(trusted)),
        clock(time),
        random(randomness),
        logger(std::move(log)),
        pool(config.blocking_threads, config.blocking_queue) {}

  const ServerConfig config;
  const Router router;
  const std::vector<Network> trusted_proxies;
  const core::Clock& clock;
  core::RandomSource& random;
  const core::Logger logger;
  BlockingPool pool;
  std::atomic<bool> stopping{false};
  /// Told on the session's executor, once, when a session has ended.
  std::function<void(Session&)> session_ended;
};

}  // namespace geond::http
