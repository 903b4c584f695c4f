// SPDX-License-Identifier: MIT
#pragma once

#include "geond/app/config.hpp"
#include "geond/core/result.hpp"
#include "imported_models.hpp"

namespace geond::app {

/// The models that are shipped with geond, from `--models` or from where an installation has them;
/// every one has to load. Errors: invalid_argument with the code and detail of what is wrong, since
/// they are the person's to mend at the command line, whatever they are.
core::Result<Models> load_shipped_models(const ServeConfig& config);

}  // namespace geond::app
