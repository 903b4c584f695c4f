// SPDX-License-Identifier: MIT
#pragma once

#include "geond/app/config.hpp"
#include "geond/app/reload.hpp"
#include "geond/core/result.hpp"

namespace geond::app {

/// Runs the server until SIGTERM or SIGINT, then stops in order: no task is begun and no connection
/// taken any more, requests and running tasks finish within the grace, the rest stays queued. A
/// stop takes at most three seconds more than the grace: tasks that still run then are queued again
/// and the process ends there and then (status 0), as it does if anything else is not done (status
/// 1). Sets the umask to 077.
///
/// On SIGHUP it asks `source` for the configuration and takes over what can change while it runs
/// (see compare()); the TLS files are read anew even if their names are the same. A configuration
/// or a file that cannot be used is logged and changes nothing.
///
/// Prints to stdout (never to the log) where it listens and, on the first start, the account that
/// it made. Errors, all before the first connection is accepted: invalid_argument (configuration,
/// models), conflict `data_directory_in_use`, and whatever storage and the listener report; after
/// that internal `storage_fault`, when the disk failed and the process must be restarted.
core::Result<void> serve(const ServeConfig& config, ConfigSource source);

}  // namespace geond::app
