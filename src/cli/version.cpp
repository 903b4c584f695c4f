// SPDX-License-Identifier: MIT
#include "version.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <sodium.h>
#include <spdlog/version.h>
#include <sqlite3.h>

#include <CLI/CLI.hpp>
#include <boost/version.hpp>
#include <nlohmann/json.hpp>
#include <opencv2/core/utility.hpp>
#include <string>
#include <utility>
#include <vector>

#include "geond/cli/cli.hpp"

namespace geond::cli {
namespace {

std::vector<std::pair<std::string, std::string>> library_versions() {
  return {
      {"boost", fmt::format("{}.{}.{}", BOOST_VERSION / 100'000, BOOST_VERSION / 100 % 1'000,
                            BOOST_VERSION % 100)},
      {"opencv", cv::getVersionString()},
      {"openssl", OpenSSL_version(OPENSSL_VERSION_STRING)},
      {"sodium", sodium_version_string()},
      {"spdlog", fmt::format("{}.{}.{}", SPDLOG_VER_MAJOR, SPDLOG_VER_MINOR, SPDLOG_VER_PATCH)},
      {"sqlite", sqlite3_libversion()},
  };
}

}  // namespace

int print_version(VersionFormat format) {
  const auto libraries = library_versions();
  if (format == VersionFormat::json) {
    nlohmann::json document = {{"name", "geond"}, {"version", GEOND_VERSION}};
    for (const auto& [name, version] : libraries) document["libraries"][name] = version;
    fmt::print("{}\n", document.dump());
    return exit_success;
  }
  fmt::print("geond {}\n", GEOND_VERSION);
  for (const auto& [name, version] : libraries) fmt::print("  {} {}\n", name, version);
  return exit_success;
}

}  // namespace geond::cli
