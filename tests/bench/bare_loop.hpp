// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "geond/inference/model.hpp"

namespace geond::bench {

/// Works through the pictures `rounds` times on `threads` threads with nothing but decoding,
/// detection and classification; returns pictures a second.
double run_bare_loop(const std::vector<std::string>& pictures, int rounds, int threads,
                     const std::shared_ptr<const inference::Model>& detector,
                     const std::shared_ptr<const inference::Model>& classifier);

}  // namespace geond::bench
