// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdlib>

#include "command.hpp"
#include "geond/http/client.hpp"
#include "option_set.hpp"
#include "own_url.hpp"

namespace geond::cli {
namespace {

struct HealthOptions {
  std::string url;
  std::string ca_file;
  int timeout_seconds = 5;
};

/// The certificate that the server of this environment shows; null without TLS.
const char* own_certificate() {
  return std::getenv(environment_name("tls-cert").c_str());
}

/// What to ask when no URL is given: where GEOND_LISTEN says that the server listens.
std::string default_url() {
  const char* listen = std::getenv("GEOND_LISTEN");
  const char* base_path = std::getenv(environment_name("base-path").c_str());
  return own_url(listen != nullptr ? listen : "127.0.0.1:8080", own_certificate() != nullptr,
                 base_path != nullptr ? base_path : "");
}

/// The server's own certificate names a host of the outside, seldom 127.0.0.1: asked from within,
/// it is known by the certificate itself.
http::ServerTrust trust(const HealthOptions& options) {
  const bool is_own =
      options.url.empty() && options.ca_file.empty() && own_certificate() != nullptr;
  return {options.ca_file, is_own ? own_certificate() : ""};
}

int run_health(const HealthOptions& options) {
  auto server = http::parse_server_url(options.url.empty() ? default_url() : options.url);
  if (!server) return fail(server.error());
  http::Client client(std::move(*server), std::chrono::seconds(options.timeout_seconds),
                      trust(options));
  const auto response = client.send({http::Method::get, "/readyz", {}, {}});
  if (!response) return fail(response.error());
  fmt::print("{}\n", response->body);
  return response->status == 200 ? exit_success : exit_failure;
}

}  // namespace

void add_health_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand(
      "health", "Ask a running server whether it is ready; exit status 0 if it is");
  auto options = std::make_shared<HealthOptions>();
  command->add_option("--url", options->url, "Server (http://127.0.0.1:8080, or by GEOND_LISTEN)")
      ->type_name("URL");
  command->add_option("--ca-file", options->ca_file, "PEM file with the certificate to trust")
      ->type_name("FILE");
  command->add_option("--timeout", options->timeout_seconds, "Seconds to wait (5)")
      ->check(CLI::Range(1, 300));
  command->footer("Example: geond health --url http://127.0.0.1:8080");
  command->callback([options, &action] { action = [options] { return run_health(*options); }; });
}

}  // namespace geond::cli
