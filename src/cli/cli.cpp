// SPDX-License-Identifier: MIT
#include "geond/cli/cli.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <exception>
#include <filesystem>
#include <new>
#include <string_view>
#include <system_error>
#include <utility>

#include "command.hpp"
#include "geond/core/error_codes.hpp"
#include "geond/core/standard_streams.hpp"
#include "geond/core/utf8.hpp"
#include "terminal.hpp"
#include "version.hpp"

namespace geond::cli {
namespace {

constexpr const char* kFooter =
    "Colours stand on terminals only; NO_COLOR=1 turns them off.\n"
    "Exit status: 0 done, 1 some of it failed, 2 the command line, the configuration, a model or "
    "the data directory is not usable: the same again would fail again.\n"
    "Each option of `geond serve` can also be set by an environment variable (GEOND_LISTEN for "
    "--listen) or in a --config file.";

/// What somebody has to change before the command can succeed, though it is no fault of the command
/// line: the data directory is none, or its database is not one that this geond can use.
constexpr std::array<std::string_view, 6> kUnusableData{"data_directory_missing",
                                                        core::codes::kDatabaseMissing,
                                                        "foreign_log",
                                                        "not_a_geond_database",
                                                        "schema_too_new",
                                                        "schema_too_old"};

int exit_status(const core::Error& error) {
  const bool is_usage = error.kind() == core::ErrorKind::invalid_argument ||
                        std::ranges::find(kUnusableData, error.code()) != kUnusableData.end();
  return is_usage ? exit_usage : exit_failure;
}

void add_commands(CLI::App& root, Action& action) {
  add_serve_command(root, action);
  add_predict_command(root, action);
  add_submit_command(root, action);
  add_user_command(root, action);
  add_models_command(root, action);
  add_backup_command(root, action);
  add_verify_command(root, action);
  add_health_command(root, action);
  add_log_level_command(root, action);
  add_doctor_command(root, action);
  add_completion_command(root, action);
  add_man_command(root, action);
}

/// The arguments as CLI11 wants them, the last one first. It would take the file `[a]` of a list of
/// files for a list of its own, of a file `a`.
std::vector<std::string> arguments(int argc, const char* const* argv) {
  std::vector<std::string> given(argv + std::min(argc, 1), argv + argc);
  if (!given.empty() && (given.front() == "predict" || given.front() == "submit")) {
    for (std::string& argument : given) {
      if (argument.starts_with('[') && argument.ends_with(']')) argument.insert(0, "./");
    }
  }
  std::ranges::reverse(given);
  return given;
}

/// The first `--option=` without a value, or empty. CLI11 would switch a flag on by it, and take
/// the next argument for the value of another option.
std::string option_without_value(const std::vector<std::string>& reversed) {
  const auto end = std::find(reversed.rbegin(), reversed.rend(), "--");
  const auto found = std::find_if(reversed.rbegin(), end, [](const std::string& argument) {
    return argument.starts_with("--") && argument.find('=') == argument.size() - 1;
  });
  return found == end ? "" : *found;
}

/// What is wrong with the command line, in sentences.
std::string fault_of(const CLI::App& root, const CLI::ParseError& error) {
  std::string fault = as_sentence(error.what());
  const std::vector<std::string> unknown = root.remaining(true);
  if (unknown.empty()) return fault;
  // A name with a dash is taken for an option, and then the file is what lacks.
  if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
    fault = fmt::format("There is no option {}.", unknown.front());
  }
  std::error_code ignored;
  if (std::filesystem::exists(unknown.front(), ignored)) {
    fault += fmt::format(" The file of that name is given as ./{}.", unknown.front());
  }
  return fault;
}

/// CLI11 reports what is wrong with the command line, and also asks for help, by exceptions.
int report(const CLI::App& root, const CLI::ParseError& error) {
  if (error.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
    root.exit(error);
    return exit_success;
  }
  return fail_usage(fmt::format("{} Try geond --help.", fault_of(root, error)));
}

/// Holds back SIGHUP, which asks a server to read its configuration again and would end one that is
/// not yet so far, while the command line is read.
class HangupHold {
 public:
  HangupHold() {
    sigset_t hangup;
    sigemptyset(&hangup);
    sigaddset(&hangup, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &hangup, &before_);
  }

  /// For every other command, which it ends as ever: with its terminal.
  void let_go() const { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_{};
};

/// Parses the command line and does what it says; the exit status.
int run_command(int argc, const char* const* argv) {
  const HangupHold hold;
  CLI::App root("geond finds geons in pictures and says what scene they make.", "geond");
  root.require_subcommand(0, 1);
  root.footer(kFooter);
  bool show_version = false;
  bool as_json = false;
  root.add_flag("-V,--version", show_version, "Print the version and the libraries' versions");
  root.add_flag("--json", as_json, "With --version: as JSON");
  Action action;
  add_commands(root, action);
  try {
    std::vector<std::string> given = arguments(argc, argv);
    if (const std::string option = option_without_value(given); !option.empty()) {
      return fail_usage(fmt::format("{} has no value: give one, or leave the = out.", option));
    }
    root.parse(std::move(given));
  } catch (const CLI::ParseError& error) {
    return report(root, error);
  }
  if (!root.got_subcommand("serve")) hold.let_go();
  if (show_version) return print_version(as_json ? VersionFormat::json : VersionFormat::text);
  if (!action) return fail_usage("Which command? Try geond --help.");
  return action();
}

}  // namespace

void complain(const std::string& detail) {
  core::write_if_possible(STDERR_FILENO,
                          fmt::format("{} {}\n", coloured("geond:", Colour::red, STDERR_FILENO),
                                      core::printable(detail)));
}

int fail(const core::Error& error) {
  complain(error.detail());
  for (const core::FieldError& field : error.fields()) {
    core::write_if_possible(STDERR_FILENO,
                            fmt::format("geond:   {}: {}\n", core::printable(field.field),
                                        core::printable(field.detail)));
  }
  return exit_status(error);
}

int fail_usage(const std::string& detail) {
  complain(detail);
  return exit_usage;
}

std::string describe(const std::exception& fault) {
  if (dynamic_cast<const std::bad_alloc*>(&fault) != nullptr) {
    return "there is not enough memory. Give this process more (ulimit -v, MemoryMax), or it less "
           "to do (--workers).";
  }
  const auto* of_system = dynamic_cast<const std::system_error*>(&fault);
  // Threads fail to start in this way.
  if (of_system == nullptr || of_system->code() != std::errc::resource_unavailable_try_again) {
    return fmt::format("unexpected fault: {}", fault.what());
  }
  return "no more threads can be started. Raise the limit of processes and threads (ulimit -u, "
         "TasksMax), or stop others of this user.";
}

int run(int argc, const char* const* argv) {
  if (!core::hold_standard_descriptors()) return exit_failure;
  // A limit on the size of files (ulimit -f) is a write that fails, not the end of the process.
  std::signal(SIGXFSZ, SIG_IGN);
  constexpr const char* kUnwritten = "cannot write to the output.";
  try {
    const int status = run_command(argc, argv);
    if (status != exit_success || is_output_written()) return status;
    complain(kUnwritten);
  } catch (const std::exception& fault) {
    // {fmt} throws where stdout takes no more.
    complain(is_output_written() ? describe(fault) : kUnwritten);
  }
  return exit_failure;
}

}  // namespace geond::cli
