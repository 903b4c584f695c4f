// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

namespace geond::app {

/// Sockets that the supervisor opened for us (LISTEN_FDS and LISTEN_PID, sd_listen_fds(3)). Removes
/// the variables, so that children do not take them for theirs. To be called before there is a
/// second thread, which might read the environment meanwhile.
std::vector<int> take_inherited_sockets();

/// Tells the supervisor about our state, e.g. `READY=1` (NOTIFY_SOCKET, sd_notify(3)); nothing
/// where there is none.
void notify_supervisor(std::string_view state);

/// Tells the supervisor that the start still goes on and may take another minute: without that
/// systemd ends one that takes longer than its TimeoutStartSec.
void extend_start();

}  // namespace geond::app
