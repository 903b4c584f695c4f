// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "command.hpp"
#include "doctor_checks.hpp"
#include "geond/inference/model.hpp"
#include "terminal.hpp"
#include "version.hpp"

namespace geond::cli {
namespace {

struct DoctorOptions {
  std::string data = "data";
  std::string models;
  std::string url = "http://127.0.0.1:8080";
};

int run_doctor(const DoctorOptions& options) {
  inference::set_threads_per_network(1);
  const std::vector<Finding> findings = {
      check_data(options.data),
      check_key(options.data),
      check_disk(options.data),
      check_models(options.models),
      check_clock(std::chrono::system_clock::now(), options.data),
      check_server(options.url),
      check_libraries()};
  bool is_well = true;
  for (const Finding& finding : findings) {
    const bool is_good = finding.remedy.empty();
    fmt::print("{} {:<16} {}\n",
               is_good ? coloured("ok", Colour::green, STDOUT_FILENO)
                       : coloured("!!", Colour::red, STDOUT_FILENO),
               finding.what, finding.state);
    if (is_good) continue;
    is_well = false;
    fmt::print("   {:<16} {}\n", "", coloured(finding.remedy, Colour::yellow, STDOUT_FILENO));
  }
  print_version(VersionFormat::text);
  return is_well ? exit_success : exit_failure;
}

}  // namespace

void add_doctor_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand(
      "doctor",
      "Check data directory, disk, models, clock, port and libraries, and say what to do");
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
