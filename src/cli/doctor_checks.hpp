// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace geond::cli {

/// One thing that was looked at; `remedy` is empty if it is well, else a sentence that says what to
/// do.
struct Finding {
  std::string what;
  std::string state;
  std::string remedy;
};

/// Whether this user can work in the data directory, and nobody else can read it.
Finding check_data(const std::filesystem::path& data);

/// Whether the key that signs tokens is for its owner alone; geond does not start otherwise.
Finding check_key(const std::filesystem::path& data);

/// Whether there is room beyond the default of --disk-watermark.
Finding check_disk(const std::filesystem::path& data);

/// Whether the models are there and load. Empty: where `geond serve` looks for them.
Finding check_models(const std::string& directory);

/// Whether `now` can be true: not before this program was made, and not before the newest write in
/// the data directory (a clock that was set back makes sign-ins last too long or not at all).
Finding check_clock(std::chrono::system_clock::time_point now, const std::filesystem::path& data);

/// Whether geond answers at the address; if nothing does, whether it could listen there.
Finding check_server(const std::string& url);

/// Whether the libraries that were loaded are at least those that this program was built with.
Finding check_libraries();

}  // namespace geond::cli
