// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace geond::app {

/// From now on the process has `limit` (at least a second) left: if it has not ended by itself
/// then, it is ended with exit status 1 and a line on stderr, whatever its threads are at. What was
/// committed is kept. A second call sets the limit anew.
void limit_stop(std::chrono::seconds limit);

}  // namespace geond::app
