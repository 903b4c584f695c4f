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
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "command.hpp"
#include "finished_results.hpp"
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
        std::vector<std::filesystem::path> files)
      : options_(options),
        server_(std::move(server)),
        files_(std::move(files)),
        finished_(options.output, options.sending),
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
    tell_skipped();
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
      if (!skip(files_[index])) send(sender, files_[index], name);
      progress_.advance(name);
    }
  }

  /// Whether the file's result stands in the output already; counts it then.
  bool skip(const std::filesystem::path& file) {
    const FinishedResults::Match match = finished_.find(file);
    if (match == FinishedResults::Match::none) return false;
    ++skipped_;
    if (match == FinishedResults::Match::name_alone) ++skipped_by_name_;
    return true;
  }

  void tell_skipped() {
    if (skipped_ == 0) return;
    const std::string by_name =
        skipped_by_name_ == 0 ? ""
                              : fmt::format(" ({} by name alone: the lines there have no sha256)",
                                            skipped_by_name_.load());
    progress_.message(fmt::format(
        "geond: {} skipped, with results in {} already{}.",
        skipped_ == 1 ? "1 picture was" : fmt::format("{} pictures were", skipped_.load()),
        options_.output, by_name));
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
    if (has_stopped_.exchange(true)) {
      ++unsent_;
      return false;
    }
    for (std::size_t index = next_.exchange(files_.size()); index < files_.size(); ++index) {
      if (!skip(files_[index])) ++unsent_;
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
    const std::lock_guard lock(wait_mutex_);
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
  const FinishedResults finished_;
  Progress progress_;
  std::atomic<std::size_t> next_{0};
  std::atomic<int> status_{exit_success};
  std::atomic<std::size_t> through_{0};  ///< Came to their task's end.
  std::atomic<std::size_t> unsent_{0};
  std::atomic<std::size_t> skipped_{0};
  std::atomic<std::size_t> skipped_by_name_{0};  ///< Of those.
  std::atomic<bool> has_stopped_{false};
  std::mutex wait_mutex_;
  std::optional<std::chrono::steady_clock::time_point> told_wait_;  // guarded by wait_mutex_
  std::mutex output_mutex_;
  std::ofstream output_;       // guarded by output_mutex_ once the senders run
  bool has_given_up_ = false;  // guarded by output_mutex_
};

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
  const int status = Batch(options, std::move(*server), std::move(found->files)).run();
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
                   "Append the results to this file and skip pictures that have theirs there")
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
      "A busy server is waited for, up to ten minutes a picture. What concerns every picture (a\n"
      "key that is refused, a server that is out of reach, no geond, or busy for all of them)\n"
      "ends the call. Interrupted? Call it again with the same --output: pictures whose results\n"
      "stand there (of the same name and content, made with the threshold and the models that\n"
      "are given) are skipped, how many is said at the end, and what the server has already\n"
      "accepted is not worked on twice; what failed or was cancelled is tried again.\n"
      "Example, with the key in GEOND_KEY: geond submit photos/ --output results.jsonl");
  command->callback([options, &action] { action = [options] { return run_submit(*options); }; });
}

}  // namespace geond::cli
