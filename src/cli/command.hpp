// SPDX-License-Identifier: MIT
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "geond/cli/cli.hpp"
#include "geond/core/error.hpp"

namespace geond::cli {

/// What the chosen subcommand does; returns the exit status.
using Action = std::function<int()>;

/// Each adds its subcommand to `root` and stores what to do in `action` when it was chosen.
/// `action` must live as long as `root`.
void add_serve_command(CLI::App& root, Action& action);
void add_predict_command(CLI::App& root, Action& action);
void add_submit_command(CLI::App& root, Action& action);
void add_user_command(CLI::App& root, Action& action);
void add_models_command(CLI::App& root, Action& action);
void add_backup_command(CLI::App& root, Action& action);
void add_verify_command(CLI::App& root, Action& action);
void add_health_command(CLI::App& root, Action& action);
void add_log_level_command(CLI::App& root, Action& action);
void add_doctor_command(CLI::App& root, Action& action);
void add_completion_command(CLI::App& root, Action& action);
void add_man_command(CLI::App& root, Action& action);

/// The subcommands of `app` that people call; the hidden ones serve packaging.
std::vector<const CLI::App*> visible_commands(const CLI::App& app);

/// Prints `geond: DETAIL` as one line on stderr (see core::printable), for a command that goes on.
void complain(const std::string& detail);

/// Prints `geond: DETAIL` as one line on stderr and returns the exit status that fits: exit_usage
/// for what the caller can mend on the command line or in the data directory that it names, so that
/// no supervisor tries again; exit_failure for the rest.
int fail(const core::Error& error);

/// Likewise, for a problem that is the command line's own.
int fail_usage(const std::string& detail);

}  // namespace geond::cli
