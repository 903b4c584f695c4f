// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace geond::cli {

enum class VersionFormat { text, json };

/// Prints geond's version and those of the libraries it runs with; returns the exit status.
int print_version(VersionFormat format);

/// The libraries whose loaded major and minor version is below the one that this program was built
/// with: `opencv 4.6 (built with 4.10)`.
std::vector<std::string> libraries_older_than_built();

}  // namespace geond::cli
