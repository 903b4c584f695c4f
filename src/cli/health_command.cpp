// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <memory>
#include <string>

#include "command.hpp"
#include "geond/core/utf8.hpp"
#include "geond/http/client.hpp"
#include "own_server.hpp"
#include "serve_options.hpp"
#include "server_answer.hpp"

namespace geond::cli {
namespace {

struct HealthState {
  app::ServeConfig config;
  std::unique_ptr<OptionSet> options;
  std::string url;
  std::string ca_file;
  int timeout_seconds = 5;
};

int run_health(HealthState& state) {
  if (auto finished = state.options->finish(); !finished) return fail(finished.error());
  const AskedServer asked = state.url.empty()
                                ? own_server(state.config, state.ca_file)
                                : AskedServer{state.url, {.authorities = state.ca_file}, ""};
  if (auto usable = check_ca_file(state.ca_file); !usable) return fail(usable.error());
  auto server = http::parse_server_url(asked.url);
  if (!server) return fail(server.error());
  http::Client client(std::move(*server), std::chrono::seconds(state.timeout_seconds), asked.trust);
  const auto response = client.send({http::Method::get, "/readyz", {}, {}});
  if (!response) return fail(response.error());
  const auto is_ready = readiness_in(*response);
  if (!is_ready) return fail(is_ready.error());
  const std::string difference = certificate_difference(asked, client);
  // It serves all the same, and a supervisor that ends it for that would not help.
  if (!difference.empty()) complain(difference);
  fmt::print("{}\n", core::printable(response->body));
  return *is_ready ? exit_success : exit_failure;
}

}  // namespace

void add_health_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand(
      "health", "Ask a running server whether it is ready; exit status 0 if it is");
  auto state = std::make_shared<HealthState>();
  state->options = std::make_unique<OptionSet>(*command);
  add_serve_options(*state->options, state->config);
  command->add_option("--url", state->url, "Server to ask (where --listen says)")->type_name("URL");
  command->add_option("--ca-file", state->ca_file, "PEM file with the certificate to trust")
      ->type_name("FILE");
  command->add_option("--timeout", state->timeout_seconds, "Seconds to wait (5)")
      ->check(CLI::Range(1, 300));
  command->footer(
      "Takes the settings of geond serve, from the same flags, environment and file.\n"
      "Example: geond health --url http://127.0.0.1:8080");
  command->callback([state, &action] { action = [state] { return run_health(*state); }; });
}

}  // namespace geond::cli
