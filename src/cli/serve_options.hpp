// SPDX-License-Identifier: MIT
#pragma once

#include "geond/app/config.hpp"
#include "option_set.hpp"

namespace geond::cli {

/// Adds every option of `geond serve`; OptionSet::finish() writes them into `config`.
void add_serve_options(OptionSet& options, app::ServeConfig& config);

}  // namespace geond::cli
