// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

#include "geond/app/config.hpp"
#include "geond/core/clock.hpp"
#include "geond/http/server.hpp"
#include "own_server.hpp"

namespace geond::cli {

/// One thing that was looked at; `remedy` is empty if it is well, else a sentence that says what to
/// do.
struct Finding {
  std::string what;
  std::string state;
  std::string remedy;
};

/// `2026-01-31 23:59 UTC`, of any year.
std::string shown_time(core::Timestamp time);

/// Whether the settings go together, as `geond serve` checks them.
Finding check_settings(const app::ServeConfig& config);

/// Whether this user can work in the data directory, nothing is in the way of its folders, and
/// strangers cannot read it. For root, whom
/// no mode stops: whether the directory's owner can.
Finding check_data(const std::filesystem::path& data);

/// Whether the database is one that geond starts with, and not missing beside pictures; nothing is
/// changed in it.
Finding check_database(const std::filesystem::path& data);

/// Whether geond starts with the key that signs tokens: whole, and for its owner alone.
Finding check_key(const std::filesystem::path& data);

/// Whether the TLS key is the certificate's, and closed to whoever is neither its owner nor in its
/// group.
Finding check_tls_key(const http::TlsFiles& files);

/// Whether clients take the TLS certificate in a file at `now`, and it does not end soon.
Finding check_tls_certificate(const std::filesystem::path& certificate,
                              std::chrono::system_clock::time_point now);

/// Whether there is room: a GiB, and more than `watermark` (bytes), which uploads leave free.
Finding check_disk(const std::filesystem::path& data, std::int64_t watermark);

/// Whether this process could open as many files as that many connections may need.
Finding check_open_files(int max_connections);

/// Whether the models are there and load. Empty: where `geond serve` looks for them.
Finding check_models(const std::string& directory);

/// Whether `now` can be true: not before this program was made, and not before the newest write in
/// the data directory (a clock that was set back makes sign-ins last too long or not at all).
Finding check_clock(std::chrono::system_clock::time_point now, const std::filesystem::path& data);

/// Whether geond answers as `asked`, with the certificate that it should show; if nothing does,
/// whether it could listen at `listen`, which is the URL's own place if it is not given.
Finding check_server(const AskedServer& asked,
                     const std::optional<http::ListenAddress>& listen = std::nullopt);

/// Whether the libraries that were loaded are at least those that this program was built with.
Finding check_libraries();

}  // namespace geond::cli
