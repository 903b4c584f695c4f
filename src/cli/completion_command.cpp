// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

#include "command.hpp"

namespace geond::cli {
namespace {

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string& name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : visible_commands(app)) names.push_back(command->get_name());
  return names;
}

/// The words that may follow `app`'s name.
std::string words(const CLI::App& app) {
  std::vector<std::string> all = command_names(app);
  const std::vector<std::string> options = option_names(app);
  all.insert(all.end(), options.begin(), options.end());
  return fmt::format("{}", fmt::join(all, " "));
}

std::string bash_completion(const CLI::App& root) {
  std::string cases;
  for (const CLI::App* command : visible_commands(root)) {
    cases += fmt::format("    {}) words=\"{}\" ;;\n", command->get_name(), words(*command));
  }
  return fmt::format(
      "# bash completion for geond, made by `geond completion bash`\n"
      "_geond() {{\n"
      "  local word=\"${{COMP_WORDS[COMP_CWORD]}}\" words=\"\"\n"
      "  case \"${{COMP_WORDS[1]}}\" in\n"
      "{}"
      "    *) words=\"{}\" ;;\n"
      "  esac\n"
      "  [ \"$COMP_CWORD\" = 1 ] && words=\"{}\"\n"
      "  if [[ \"$word\" == -* || \"$COMP_CWORD\" == 1 ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\") $(compgen -f -- \"$word\"))\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _geond geond\n",
      cases, words(root), words(root));
}

/// A text inside single quotes of zsh and fish.
std::string quoted(const std::string& text) {
  std::string out;
  for (const char character : text) {
    if (character == '\'') {
      out += "'\\''";
    } else if (character == '[' || character == ']' || character == ':') {
      out += ' ';
    } else {
      out += character;
    }
  }
  return out;
}

std::string zsh_completion(const CLI::App& root) {
  std::string commands;
  std::string cases;
  for (const CLI::App* command : visible_commands(root)) {
    commands +=
        fmt::format("    '{}:{}'\n", command->get_name(), quoted(command->get_description()));
    cases += fmt::format("    {}) candidates=({}) ;;\n", command->get_name(), words(*command));
  }
  return fmt::format(
      "#compdef geond\n"
      "# zsh completion for geond, made by `geond completion zsh`\n"
      "_geond() {{\n"
      "  local -a commands candidates\n"
      "  commands=(\n{}  )\n"
      "  if (( CURRENT == 2 )); then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  case \"${{words[2]}}\" in\n"
      "{}"
      "  esac\n"
      "  compadd -a candidates\n"
      "  _files\n"
      "}}\n"
      "_geond \"$@\"\n",
      commands, cases);
}

std::string fish_completion(const CLI::App& root) {
  std::string out = "# fish completion for geond, made by `geond completion fish`\n";
  for (const CLI::App* command : visible_commands(root)) {
    out += fmt::format("complete -c geond -n __fish_use_subcommand -a {} -d '{}'\n",
                       command->get_name(), quoted(command->get_description()));
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        out +=
            fmt::format("complete -c geond -n '__fish_seen_subcommand_from {}' -l {}{} -d '{}'\n",
                        command->get_name(), name, option->get_expected_min() > 0 ? " -r" : "",
                        quoted(option->get_description()));
      }
    }
  }
  return out;
}

int print_completion(const CLI::App& root, const std::string& shell) {
  const std::string script = shell == "bash"  ? bash_completion(root)
                             : shell == "zsh" ? zsh_completion(root)
                                              : fish_completion(root);
  fmt::print("{}", script);
  return exit_success;
}

}  // namespace

void add_completion_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("completion", "Print the completion script of a shell");
  auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer("Example: geond completion bash > /etc/bash_completion.d/geond");
  command->callback([shell, &root, &action] {
    action = [shell, &root] { return print_completion(root, *shell); };
  });
}

}  // namespace geond::cli
