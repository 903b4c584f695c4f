// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "geond/core/embedded.hpp"

namespace geond::web {

/// The page: every file of it, with its path relative to where the page is served. `index.html`
/// is the page at `/`, `docs.html` the readable form of the API's document at `/docs`; all links
/// between files are relative, so that a prefix before them changes nothing. The list lives as
/// long as the program.
std::span<const core::EmbeddedFile> files();

}  // namespace geond::web
