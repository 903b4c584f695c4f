// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <source_location>
#include <string_view>

#include "geond/core/result.hpp"
#include "geond/geometry/primitive.hpp"
#include "geond/imaging/limits.hpp"

namespace geond::imaging {

/// `image_broken`; `what` is a clause without its full stop.
core::Error broken(std::string_view what,
                   std::source_location where = std::source_location::current());

/// `unsupported_format`; `what` names it, `remedy` is a sentence.
core::Error unsupported(std::string_view what, std::string_view remedy,
                        std::source_location where = std::source_location::current());

/// `image_too_complex`; `what` is a clause without its full stop.
core::Error too_complex(std::string_view what,
                        std::source_location where = std::source_location::current());

/// Holds a picture's dimensions to the limits. Errors: `image_broken` (zero), `image_too_large`.
core::Result<void> check_dimensions(std::uint32_t width, std::uint32_t height,
                                    const ImageLimits& limits);

}  // namespace geond::imaging
