// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "command.hpp"
#include "geond/app/serve.hpp"
#include "serve_options.hpp"

namespace geond::cli {
namespace {

struct ServeState {
  app::ServeConfig config;
  std::unique_ptr<OptionSet> options;
  bool print_config = false;
};

/// The configuration as it is now: the same flags and environment, the file read again.
core::Result<app::ServeConfig> reread(ServeState& state) {
  state.config = app::ServeConfig();
  if (auto finished = state.options->finish(); !finished) return finished.error();
  if (auto checked = app::check(state.config); !checked) return checked.error();
  return state.config;
}

int run_serve(ServeState& state) {
  if (auto finished = state.options->finish(); !finished) return fail(finished.error());
  if (auto checked = app::check(state.config); !checked) return fail(checked.error());
  if (state.print_config) {
    fmt::print("{}", app::print(state.config));
    return exit_success;
  }
  const auto served = app::serve(state.config, [&state] { return reread(state); });
  return served ? exit_success : fail(served.error());
}

}  // namespace

void add_serve_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("serve", "Start the server");
  auto state = std::make_shared<ServeState>();
  state->options = std::make_unique<OptionSet>(*command);
  add_serve_options(*state->options, state->config);
  command
      ->add_flag(
          "--print-config", state->print_config,
          "Print every setting as a configuration file (what is not set as a comment) and end")
      ->disable_flag_override();
  command->footer(
      "A flag beats the environment, which beats the --config file, which beats the default.\n"
      "SIGHUP reads the file again: log-level, registration, disk-watermark, shutdown-grace and\n"
      "the TLS files change at once, everything else with a restart.\n"
      "Example: geond serve --listen 127.0.0.1:8080 --data /var/lib/geond --workers 4");
  command->callback([state, &action] { action = [state] { return run_serve(*state); }; });
}

}  // namespace geond::cli
