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

/// Two versions as (major, minor) of what was loaded and of what this program was built with.
struct Pair {
  const char* name;
  std::pair<int, int> loaded;
  std::pair<int, int> built;
};

}  // namespace

std::vector<std::string> libraries_older_than_built() {
  const int sqlite = sqlite3_libversion_number();
  const Pair pairs[] = {
      {"opencv",
       {cv::getVersionMajor(), cv::getVersionMinor()},
       {CV_VERSION_MAJOR, CV_VERSION_MINOR}},
      {"openssl",
       {static_cast<int>(OPENSSL_version_major()), static_cast<int>(OPENSSL_version_minor())},
       {OPENSSL_VERSION_MAJOR, OPENSSL_VERSION_MINOR}},
      {"sodium",
       {sodium_library_version_major(), sodium_library_version_minor()},
       {SODIUM_LIBRARY_VERSION_MAJOR, SODIUM_LIBRARY_VERSION_MINOR}},
      {"sqlite",
       {sqlite / 1'000'000, sqlite / 1'000 % 1'000},
       {SQLITE_VERSION_NUMBER / 1'000'000, SQLITE_VERSION_NUMBER / 1'000 % 1'000}},
  };
  std::vector<std::string> older;
  for (const Pair& pair : pairs) {
    if (pair.loaded >= pair.built) continue;
    older.push_back(fmt::format("{} {}.{} (built with {}.{})", pair.name, pair.loaded.first,
                                pair.loaded.second, pair.built.first, pair.built.second));
  }
  return older;
}

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
