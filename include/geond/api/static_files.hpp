// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "geond/core/embedded.hpp"
#include "geond/http/router.hpp"

namespace geond::api {

/// Adds a GET route for each of the page's files: `index.html` also as `/`, `docs.html` also as
/// `/docs`.
///
/// HTML is revalidated at each load and refers to the other files under `v/<hash>/`, where the hash
/// is that of all files together: there they may be cached for ever, and a new version of the
/// program has new addresses. Files that refer to one another relatively stay together. `files`
/// must outlive the router.
void register_static_files(http::Router& router, std::span<const core::EmbeddedFile> files);

}  // namespace geond::api
