// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "command.hpp"
#include "geond/http/client.hpp"
#include "own_server.hpp"
#include "picture_files.hpp"
#include "picture_sender.hpp"
#include "progress.hpp"
#include "terminal.hpp"
#include "threshold_option.hpp"
#include "without_exceptions.hpp"

namespace geond::cli {
namespace {

using nlohmann::json;

/// What is busy for one picture mostly is so for the others, and again a moment later.
constexpr std::chrono::seconds kSameWait{30};

struct SubmitOptions {
  std::vector<std::string> inputs;
  std::string server = "http://127.0.0.1:8080";
  std::string ca_file;
  std::string output;
  SendingSettings sending;
  int concurrency = 4;
};

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

/// Sends files to a server with a few connections at once. A file whose result stands in the output
/// file already is not sent.
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
    if (unsent_ > 0) {
      progress_.message(fmt::format("geond: {} {} not sent.", unsent_.load(),
                                    unsent_ == 1 ? "other picture was" : "other pictures were"));
    }
    return status_;
  }

 private:
  void send_files() {
    PictureSender sender(server_, {.authorities = options_.ca_file}, options_.sending,
                         [this](std::string_view why) { tell_wait(why); });
    for (std::size_t index = next_++; index < files_.size(); index = next_++) {
      const std::string name = told_name(files_[index]);
      if (!finished_.contains(name)) send(sender, files_[index], name);
      progress_.advance(name);
    }
  }

  void send(PictureSender& sender, const std::filesystem::path& file, const std::string& name) {
    const std::size_t before = through_;
    const auto result = without_exceptions([&] { return sender.result_of(file); });
    if (result || result.error().code() == "task_failed") ++through_;
    if (result) return write(*result);
    const core::Error& error = result.error();
    // Those that were under way fail by it as well, and are told of by their number.
    if (concerns_all(error, {.before = before, .now = through_}) && !stop(error)) return;
    worsen(exit_failure);
    progress_.message(fmt::format("geond: {}: {}", name, error.detail()));
  }

  /// Leaves the rest for another call, which would fail by the same; false if that was done before.
  bool stop(const core::Error& error) {
    worsen(error.kind() == core::ErrorKind::invalid_argument ? exit_usage : exit_failure);
    const std::lock_guard lock(stop_mutex_);
    if (std::exchange(has_stopped_, true)) {
      ++unsent_;
      return false;
    }
    for (std::size_t index = next_.exchange(files_.size()); index < files_.size(); ++index) {
      if (!finished_.contains(told_name(files_[index]))) ++unsent_;
    }
    return true;
  }

  void worsen(int status) {
    int before = status_;
    while (before < status && !status_.compare_exchange_weak(before, status)) {
    }
  }

  /// One line a wait that many pictures share.
  void tell_wait(std::string_view why) {
    const std::lock_guard lock(stop_mutex_);
    const auto now = std::chrono::steady_clock::now();
    if (told_wait_ && now - *told_wait_ < kSameWait) return;
    told_wait_ = now;
    progress_.message(fmt::format("geond: {}.", why));
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
    worsen(exit_failure);
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
  std::atomic<int> status_{exit_success};
  std::atomic<std::size_t> through_{0};  ///< Came to their task's end.
  std::atomic<std::size_t> unsent_{0};
  std::mutex stop_mutex_;
  bool has_stopped_ = false;                                        // guarded by stop_mutex_
  std::optional<std::chrono::steady_clock::time_point> told_wait_;  // guarded by stop_mutex_
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
  if (options.sending.key.empty()) {
    return fail_usage("An API key is needed: set GEOND_KEY, or give --key.");
  }
  if (!std::ranges::all_of(options.sending.key, [](char c) { return c > ' ' && c < '\x7F'; })) {
    return fail_usage(
        "The API key holds a character that none has, maybe the end of a line (\\r) behind it: "
        "look at GEOND_KEY or --key.");
  }
  auto server = http::parse_server_url(options.server);
  if (!server) return fail(server.error());
  if (auto usable = check_ca_file(options.ca_file); !usable) return fail(usable.error());
  auto found = find_pictures(options.inputs);
  if (!found) return fail(found.error());
  const int status =
      Batch(options, std::move(*server), std::move(found->files), finished_files(options.output))
          .run();
  return tell_problems(*found, status);
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
  command
      ->add_option("--key", options->sending.key,
                   "API key; set GEOND_KEY instead where others may see the command line")
      ->envname("GEOND_KEY")
      ->type_name("KEY");
  command->add_option("--ca-file", options->ca_file, "PEM file with the certificate to trust")
      ->type_name("FILE");
  command
      ->add_option("--output", options->output,
                   "Append the results to this file and skip what stands there already")
      ->type_name("FILE");
  command->add_option("--detector", options->sending.detector, "Detection model")
      ->type_name("NAME");
  command->add_option("--classifier", options->sending.classifier, "Classification model")
      ->type_name("NAME");
  add_threshold_option(*command, options->sending.threshold);
  command->add_option("--concurrency", options->concurrency, "Pictures under way at once (4)")
      ->check(CLI::Range(1, 64));
  command
      ->add_option("--retries", options->sending.retries,
                   "Attempts more while the server is out of reach (5)")
      ->check(CLI::Range(0, 1000));
  command->footer(
      "A busy server is waited for, up to ten minutes a picture. What concerns every picture (a "
      "key\n"
      "that is refused, a server that is out of reach, no geond, or busy for all of them) ends\n"
      "the call. Interrupted? Call it again with\n"
      "the same --output: finished files are skipped, and files that the server has already\n"
      "accepted are not worked on twice; what failed or was cancelled is tried again.\n"
      "Example, with the key in GEOND_KEY: geond submit photos/ --output results.jsonl");
  command->callback([options, &action] { action = [options] { return run_submit(*options); }; });
}

}  // namespace geond::cli
