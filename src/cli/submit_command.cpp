// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "command.hpp"
#include "geond/http/client.hpp"
#include "picture_files.hpp"
#include "progress.hpp"
#include "terminal.hpp"

namespace geond::cli {
namespace {

using nlohmann::json;

struct SubmitOptions {
  std::vector<std::string> inputs;
  std::string server = "http://127.0.0.1:8080";
  std::string key;
  std::string ca_file;
  std::string output;
  std::string detector;
  std::string classifier;
  std::optional<double> threshold;
  int concurrency = 4;
  int retries = 5;
};

/// FNV-1a, 64 bit (Fowler, Noll, Vo): names a file's content and the way it is to be worked on in
/// an Idempotency-Key. The server compares the whole content, so a collision costs a 409 only.
std::uint64_t fingerprint(std::string_view text, std::uint64_t hash = 0xcbf29ce484222325ULL) {
  for (const char character : text) {
    hash = (hash ^ static_cast<unsigned char>(character)) * 0x100000001b3ULL;
  }
  return hash;
}

/// Whether an earlier call can have left results there. A pipe or a device keeps none, and reading
/// it might never end.
bool can_hold_results(const std::string& output) {
  std::error_code error;
  return std::filesystem::is_regular_file(output, error);
}

/// Whether a file has content that does not end in a new line: an earlier call was cut short.
bool ends_within_a_line(const std::string& file) {
  if (!can_hold_results(file)) return false;
  std::ifstream stream(file, std::ios::binary | std::ios::ate);
  if (!stream || stream.tellg() <= 0) return false;
  stream.seekg(-1, std::ios::end);
  return stream.get() != '\n';
}

/// Sends files to a server with a few connections at once. A file that was sent by an earlier call
/// within the server's 24 hours is found again by its idempotency key and not worked on twice; a
/// file whose result stands in the output file already is not even sent.
class Batch {
 public:
  Batch(const SubmitOptions& options, http::ServerUrl server,
        std::vector<std::filesystem::path> files, std::set<std::string> finished)
      : options_(options),
        server_(std::move(server)),
        files_(std::move(files)),
        finished_(std::move(finished)),
        progress_(files_.size()) {}

  /// The exit status.
  int run() {
    if (!options_.output.empty()) {
      const bool is_cut = ends_within_a_line(options_.output);
      output_.open(options_.output, std::ios::app);
      if (is_cut) output_ << '\n';
      if (!output_) return fail_usage(fmt::format("Cannot write to {}.", options_.output));
    }
    {
      std::vector<std::jthread> senders;
      senders.reserve(static_cast<std::size_t>(options_.concurrency));
      for (int sender = 0; sender < options_.concurrency; ++sender) {
        senders.emplace_back([this] { send_files(); });
      }
    }
    return failures_ == 0 ? exit_success : exit_failure;
  }

 private:
  void send_files() {
    http::Client client(server_, std::chrono::seconds(120), {options_.ca_file, {}});
    for (std::size_t index = next_++; index < files_.size(); index = next_++) {
      const std::filesystem::path& file = files_[index];
      if (!finished_.contains(file.string())) {
        const auto result = send_file(client, file);
        if (!result) {
          ++failures_;
          progress_.message(fmt::format("geond: {}: {}", file.string(), result.error().detail()));
        } else {
          write(*result);
        }
      }
      progress_.advance(file.string());
    }
  }

  core::Result<json> send_file(http::Client& client, const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(stream)), {});
    if (!stream.is_open() || stream.bad()) {
      return core::Error(core::ErrorKind::not_found, "file_unreadable", "cannot be read");
    }
    const std::string query = this->query();
    http::ClientRequest request{
        http::Method::post, "/api/v1/tasks" + query, {}, std::move(content)};
    request.headers.add("Authorization", "Bearer " + options_.key);
    request.headers.add("Content-Type", "application/octet-stream");
    request.headers.add("Prefer", "wait=60");
    request.headers.add("Idempotency-Key",
                        fmt::format("submit-{:016x}-{:016x}", fingerprint(request.body),
                                    fingerprint(query, fingerprint(file.string()))));
    auto answer = send(client, request);
    if (!answer) return answer.error();
    auto task = await_end(client, std::move(*answer));
    if (!task) return task.error();
    return result_line(file, *task);
  }

  std::string query() const {
    std::string query;
    const auto add = [&query](std::string_view name, const std::string& value) {
      if (value.empty()) return;
      query += fmt::format("{}{}={}", query.empty() ? '?' : '&', name, value);
    };
    add("detector", options_.detector);
    add("classifier", options_.classifier);
    if (options_.threshold) add("threshold", fmt::format("{}", *options_.threshold));
    return query;
  }

  /// Sends; repeats after a pause when the server is busy, restarting or out of reach.
  core::Result<json> send(http::Client& client, const http::ClientRequest& request) {
    for (int attempt = 0;; ++attempt) {
      auto response = client.send(request);
      const bool is_busy = !response || response->status == 429 || response->status == 503;
      if (is_busy && attempt < options_.retries) {
        std::this_thread::sleep_for(pause(response ? &*response : nullptr, attempt));
        continue;
      }
      if (!response) return response.error();
      json document = json::parse(response->body, nullptr, false);
      if (response->status < 300 && document.is_object()) return document;
      const std::string detail =
          document.is_object() && document.contains("detail") && document["detail"].is_string()
              ? document["detail"].get<std::string>()
              : fmt::format("the server answered with status {}", response->status);
      return core::Error(core::ErrorKind::unavailable, "refused", detail);
    }
  }

  /// What Retry-After says, else 0.5 s doubled with each attempt, at most 30 s.
  static std::chrono::milliseconds pause(const http::ClientResponse* response, int attempt) {
    if (response != nullptr) {
      const int seconds =
          std::atoi(std::string(response->headers.get_or("Retry-After", "0")).c_str());
      if (seconds > 0) return std::chrono::seconds(std::min(seconds, 30));
    }
    return std::min(std::chrono::milliseconds(500) * (1 << std::min(attempt, 6)),
                    std::chrono::milliseconds(30'000));
  }

  core::Result<json> await_end(http::Client& client, json task) {
    while (true) {
      const std::string status = task.value("status", "");
      if (status != "queued" && status != "in progress") return task;
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      http::ClientRequest request{
          http::Method::get,
          fmt::format("/api/v1/tasks/{}", task.value("id", std::int64_t{0})),
          {},
          {}};
      request.headers.add("Authorization", "Bearer " + options_.key);
      auto answer = send(client, request);
      if (!answer) return answer.error();
      task = std::move(*answer);
    }
  }

  static core::Result<json> result_line(const std::filesystem::path& file, const json& task) {
    if (task.value("status", "") != "done" || !task.contains("result")) {
      std::string why = "the task ended as " + task.value("status", "unknown");
      if (task.contains("error") && task["error"].is_object()) {
        why = task["error"].value("detail", why);
      }
      return core::Error(core::ErrorKind::unprocessable, "task_failed", why);
    }
    json line = task["result"];
    line["image"]["file"] = file.string();
    line["task"] = task.value("id", std::int64_t{0});
    return line;
  }

  void write(const json& line) {
    const std::string text = line.dump(-1, ' ', false, json::error_handler_t::replace) + '\n';
    const std::lock_guard lock(output_mutex_);
    const bool is_whole =
        output_.is_open() ? (output_ << text << std::flush).good() : print_whole(text);
    if (!is_whole) give_up();
  }

  /// Results that nobody can keep are not worth asking for: the rest is left for another call.
  void give_up() {
    if (std::exchange(has_given_up_, true)) return;
    ++failures_;
    next_ = files_.size();
    progress_.message(fmt::format("geond: cannot write to {}; the rest is left.",
                                  options_.output.empty() ? "the output" : options_.output));
  }

  const SubmitOptions& options_;
  const http::ServerUrl server_;
  const std::vector<std::filesystem::path> files_;
  const std::set<std::string> finished_;
  Progress progress_;
  std::atomic<std::size_t> next_{0};
  std::atomic<int> failures_{0};
  std::mutex output_mutex_;
  std::ofstream output_;       // guarded by output_mutex_ once the senders run
  bool has_given_up_ = false;  // guarded by output_mutex_
};

/// The files whose results stand in `output` already. A last line that was cut short is no result,
/// nor is a line of somebody else's.
std::set<std::string> finished_files(const std::string& output) {
  std::set<std::string> finished;
  if (!can_hold_results(output)) return finished;
  std::ifstream stream(output);
  for (std::string line; std::getline(stream, line);) {
    const json document = json::parse(line, nullptr, false);
    const json::json_pointer file("/image/file");
    if (document.is_structured() && document.contains(file) && document[file].is_string()) {
      finished.insert(document[file].get<std::string>());
    }
  }
  return finished;
}

int run_submit(const SubmitOptions& options) {
  if (options.key.empty()) {
    return fail_usage("An API key is needed: give --key, or set GEOND_KEY.");
  }
  auto server = http::parse_server_url(options.server);
  if (!server) return fail(server.error());
  auto files = find_pictures(options.inputs);
  if (!files) return fail(files.error());
  return Batch(options, std::move(*server), std::move(*files), finished_files(options.output))
      .run();
}

}  // namespace

void add_submit_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand(
      "submit", "Send pictures to a server and print their results as JSON lines");
  auto options = std::make_shared<SubmitOptions>();
  command->add_option("inputs", options->inputs, "Pictures, or directories of pictures")
      ->required()
      ->type_name("FILE|DIR");
  command->add_option("--server", options->server, "Server (http://127.0.0.1:8080)")
      ->envname("GEOND_SERVER")
      ->type_name("URL");
  command->add_option("--key", options->key, "API key")->envname("GEOND_KEY")->type_name("KEY");
  command->add_option("--ca-file", options->ca_file, "PEM file with the certificate to trust")
      ->type_name("FILE");
  command
      ->add_option("--output", options->output,
                   "Append the results to this file and skip what stands there already")
      ->type_name("FILE");
  command->add_option("--detector", options->detector, "Detection model")->type_name("NAME");
  command->add_option("--classifier", options->classifier, "Classification model")
      ->type_name("NAME");
  command->add_option("--threshold", options->threshold, "Least probability of a geon")
      ->check(CLI::Range(0.0, 1.0));
  command->add_option("--concurrency", options->concurrency, "Pictures under way at once (4)")
      ->check(CLI::Range(1, 64));
  command->add_option("--retries", options->retries, "Attempts more when the server is busy (5)")
      ->check(CLI::Range(0, 1000));
  command->footer(
      "Interrupted? Call it again with the same --output: finished files are skipped, and files\n"
      "that the server has already accepted are not worked on twice.\n"
      "Example: geond submit photos/ --key $GEOND_KEY --output results.jsonl");
  command->callback([options, &action] { action = [options] { return run_submit(*options); }; });
}

}  // namespace geond::cli
