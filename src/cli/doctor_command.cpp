// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "command.hpp"
#include "geond/app/config.hpp"
#include "geond/app/control.hpp"
#include "geond/http/client.hpp"
#include "geond/inference/model.hpp"
#include "version.hpp"

namespace geond::cli {
namespace {

namespace fs = std::filesystem;

struct DoctorOptions {
  std::string data = "data";
  std::string models;
  std::string url = "http://127.0.0.1:8080";
};

/// One thing that was looked at; `remedy` is empty if it is well.
struct Finding {
  std::string what;
  std::string state;
  std::string remedy;
};

Finding check_data(const fs::path& data) {
  std::error_code error;
  if (!fs::exists(data, error)) {
    const fs::path parent = fs::absolute(data).parent_path();
    const bool can_make = ::access(parent.c_str(), W_OK) == 0;
    return {"data directory", fmt::format("{} will be made at the first start", data.string()),
            can_make ? "" : fmt::format("Make {} writable for this user.", parent.string())};
  }
  if (::access(data.c_str(), R_OK | W_OK | X_OK) != 0) {
    return {"data directory", "not writable",
            fmt::format("Give {} to the user that runs geond (chown).", data.string())};
  }
  const bool is_open = (fs::status(data).permissions() & fs::perms::others_all) != fs::perms::none;
  return {"data directory", "writable",
          is_open ? fmt::format("Others can read it: chmod 700 {}.", data.string()) : ""};
}

Finding check_disk(const fs::path& data) {
  constexpr double kMega = 1 << 20;
  constexpr double kEnough = 1024;
  struct statvfs status{};
  const fs::path where = fs::exists(data) ? data : fs::path(".");
  if (::statvfs(where.c_str(), &status) != 0) {
    return {"disk", "unknown", "The file system does not answer."};
  }
  const double megabytes =
      static_cast<double>(status.f_bavail) * static_cast<double>(status.f_frsize) / kMega;
  return {"disk", fmt::format("{:.0f} MiB free", megabytes),
          megabytes < kEnough ? "Make room: below --disk-watermark pictures are refused." : ""};
}

Finding check_models(const std::string& given) {
  fs::path directory = given;
  if (directory.empty()) {
    const auto found = app::find_models_directory();
    if (!found) return {"models", "not found", found.error().detail()};
    directory = *found;
  }
  const auto loaded = inference::load_models(directory);
  if (!loaded) return {"models", "not usable", loaded.error().detail()};
  if (!loaded->failures.empty()) {
    const auto& failure = loaded->failures.front();
    return {"models", "damaged",
            fmt::format("{}: {}", failure.folder.string(), failure.error.detail())};
  }
  return {"models", fmt::format("{} in {}", loaded->models.size(), directory.string()),
          loaded->models.empty() ? "Put models there, or name another folder with --models." : ""};
}

Finding check_clock() {
  const auto year = std::chrono::year_month_day(
                        std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()))
                        .year();
  const bool is_plausible = year >= std::chrono::year(2025) && year < std::chrono::year(2100);
  return {"clock", fmt::format("year {}", static_cast<int>(year)),
          is_plausible ? "" : "Set the clock: sign-ins expire by it."};
}

Finding check_server(const std::string& url) {
  auto server = http::parse_server_url(url);
  if (!server) return {"server", "not asked", server.error().detail()};
  http::Client client(std::move(*server), std::chrono::seconds(3));
  const auto response = client.send({http::Method::get, "/readyz", {}, {}});
  if (!response) {
    return {"server", fmt::format("nothing answers at {}: the port is free or blocked", url), ""};
  }
  if (response->status == 200) return {"server", fmt::format("ready at {}", url), ""};
  return {"server", fmt::format("not ready at {} (status {})", url, response->status),
          "Its log says why; if it is another program, choose a free port with --listen."};
}

int run_doctor(const DoctorOptions& options) {
  inference::set_threads_per_network(1);
  const std::vector<Finding> findings = {check_data(options.data), check_disk(options.data),
                                         check_models(options.models), check_clock(),
                                         check_server(options.url)};
  bool is_well = true;
  for (const Finding& finding : findings) {
    fmt::print("{:<16} {}\n", finding.what, finding.state);
    if (finding.remedy.empty()) continue;
    is_well = false;
    fmt::print("{:<16} -> {}\n", "", finding.remedy);
  }
  print_version(VersionFormat::text);
  return is_well ? exit_success : exit_failure;
}

}  // namespace

void add_doctor_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand(
      "doctor", "Check data directory, disk, models, clock and server, and say what to do");
  auto options = std::make_shared<DoctorOptions>();
  command->add_option("--data", options->data, "Data directory (./data)")
      ->envname("GEOND_DATA")
      ->type_name("DIR");
  command->add_option("--models", options->models, "Directory of the models")
      ->envname("GEOND_MODELS")
      ->type_name("DIR");
  command->add_option("--url", options->url, "Server (http://127.0.0.1:8080)")->type_name("URL");
  command->footer("Example: geond doctor --data data");
  command->callback([options, &action] { action = [options] { return run_doctor(*options); }; });
}

}  // namespace geond::cli
