// SPDX-License-Identifier: MIT
#pragma once

#include "geond/app/config.hpp"
#include "geond/core/result.hpp"

namespace geond::app {

/// Runs the server until SIGTERM or SIGINT, then stops in order: no new connections, requests and
/// running tasks finish within the grace, the rest stays queued.
///
/// Prints to stdout (never to the log) where it listens and, on the first start, the account that
/// it made. Errors, all before the first connection is accepted: invalid_argument (configuration,
/// models), conflict `data_directory_in_use`, and whatever storage and the listener report; after
/// that internal `storage_fault`, when the disk failed and the process must be restarted.
core::Result<void> serve(const ServeConfig& config);

}  // namespace geond::app
