// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <vector>

#include "command.hpp"

namespace geond::cli {
namespace {

/// troff gives a meaning to backslashes, and to dots and quotes at the start of a line.
std::string troff(const std::string& text) {
  std::string out;
  for (const char character : text) {
    if (character == '\\') {
      out += "\\\\";
    } else if (character == '-') {
      out += "\\-";
    } else {
      if ((character == '.' || character == '\'') && (out.empty() || out.back() == '\n')) {
        out += "\\&";
      }
      out += character;
    }
  }
  return out;
}

void append_options(std::string& out, const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const std::string value =
        option->get_expected_min() > 0 ? " \\fI" + troff(option->get_type_name()) + "\\fR" : "";
    out += fmt::format(".TP\n\\fB{}\\fR{}\n{}\n",
                       troff(option->get_name(option->get_positional(), true)), value,
                       troff(option->get_description()));
    if (!option->get_envname().empty()) {
      out += fmt::format("(environment: {})\n", option->get_envname());
    }
  }
}

void append_command(std::string& out, const CLI::App& command, const std::string& prefix) {
  const std::string name = prefix + " " + command.get_name();
  out += fmt::format(".SS {}\n{}\n", troff(name), troff(command.get_description()));
  append_options(out, command);
  if (!command.get_footer().empty()) out += ".PP\n.nf\n" + troff(command.get_footer()) + "\n.fi\n";
  for (const CLI::App* nested : visible_commands(command)) append_command(out, *nested, name);
}

std::string man_page(const CLI::App& root) {
  std::string out = fmt::format(
      ".TH GEOND 1 \"\" \"geond {}\" \"User commands\"\n.SH NAME\ngeond \\- {}\n.SH SYNOPSIS\n"
      ".B geond\n.I COMMAND\n[options]\n.SH COMMANDS\n",
      GEOND_VERSION, troff(root.get_description()));
  for (const CLI::App* command : visible_commands(root)) append_command(out, *command, "geond");
  out += ".SH OPTIONS\n";
  append_options(out, root);
  out +=
      ".SH EXIT STATUS\n0 done, 1 some of it failed, 2 the command line, the configuration, a "
      "model "
      "or the data directory is not usable.\n";
  return out;
}

}  // namespace

/// Subcommands that people call; the hidden ones serve packaging.
std::vector<const CLI::App*> visible_commands(const CLI::App& app) {
  std::vector<const CLI::App*> commands;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!command->get_group().empty()) commands.push_back(command);
  }
  return commands;
}

void add_man_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("man", "Print the manual page (troff)");
  command->group("");
  command->footer("Example: geond man | man -l -");
  command->callback([&root, &action] {
    action = [&root] {
      fmt::print("{}", man_page(root));
      return static_cast<int>(exit_success);
    };
  });
}

}  // namespace geond::cli
