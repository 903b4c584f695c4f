// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "command.hpp"
#include "doctor_checks.hpp"
#include "geond/core/utf8.hpp"
#include "geond/inference/model.hpp"
#include "own_server.hpp"
#include "serve_options.hpp"
#include "terminal.hpp"
#include "version.hpp"

namespace geond::cli {
namespace {

struct DoctorState {
  app::ServeConfig config;
  std::unique_ptr<OptionSet> options;
  std::string url;
  std::string ca_file;
};

Finding check_configured_server(const DoctorState& state) {
  if (!state.url.empty()) return check_server({state.url, {.authorities = state.ca_file}, ""});
  return check_server(own_server(state.config, state.ca_file), state.config.listen);
}

int run_doctor(DoctorState& state) {
  if (auto finished = state.options->finish(); !finished) return fail(finished.error());
  inference::prepare_opencv(1);
  const app::ServeConfig& config = state.config;
  const auto now = std::chrono::system_clock::now();
  std::vector<Finding> findings = {check_settings(config),
                                   check_data(config.data),
                                   check_database(config.data),
                                   check_key(config.data),
                                   check_disk(config.data, config.disk_watermark),
                                   check_open_files(config.max_connections),
                                   check_models(config.models.string()),
                                   check_clock(now, config.data),
                                   check_configured_server(state),
                                   check_libraries()};
  if (!config.tls_certificate.empty()) {
    findings.push_back(check_tls_certificate(config.tls_certificate, now));
  }
  if (!config.tls_key.empty()) {
    findings.push_back(check_tls_key({config.tls_certificate, config.tls_key}));
  }
  bool is_well = true;
  for (const Finding& finding : findings) {
    const bool is_good = finding.remedy.empty();
    fmt::print("{} {:<16} {}\n",
               is_good ? coloured("ok", Colour::green, STDOUT_FILENO)
                       : coloured("!!", Colour::red, STDOUT_FILENO),
               finding.what, core::printable(finding.state));
    if (is_good) continue;
    is_well = false;
    fmt::print("   {:<16} {}\n", "",
               coloured(core::printable(finding.remedy), Colour::yellow, STDOUT_FILENO));
  }
  print_version(VersionFormat::text);
  return is_well ? exit_success : exit_failure;
}

}  // namespace

void add_doctor_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand(
      "doctor",
      "Check settings, data, disk, open files, models, clock, port, libraries and TLS files, and "
      "say what to do");
  auto state = std::make_shared<DoctorState>();
  state->options = std::make_unique<OptionSet>(*command);
  add_serve_options(*state->options, state->config);
  command->add_option("--url", state->url, "Server to ask (where --listen says)")->type_name("URL");
  command->add_option("--ca-file", state->ca_file, "PEM file with the certificate to trust")
      ->type_name("FILE");
  command->footer(
      "Takes the settings of geond serve, from the same flags, environment and file.\n"
      "Example: geond doctor --config /etc/geond/geond.conf");
  command->callback([state, &action] { action = [state] { return run_doctor(*state); }; });
}

}  // namespace geond::cli
