// SPDX-License-Identifier: MIT
#pragma once

namespace geond::cli {

enum class VersionFormat { text, json };

/// Prints geond's version and those of the libraries it runs with; returns the exit status.
int print_version(VersionFormat format);

}  // namespace geond::cli
