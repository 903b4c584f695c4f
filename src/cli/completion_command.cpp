// SPDX-License-Identifier: MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <string_view>
#include <vector>

#include "choices.hpp"
#include "command.hpp"

namespace geond::cli {
namespace {

/// A command, or one that is nested in another, as completion sees it.
struct Place {
  std::string path;  ///< `serve`, `user add`; empty: geond itself.
  const CLI::App* app;
};

/// Every place that a command line can be at, geond itself first.
std::vector<Place> all_places(const CLI::App& root) {
  std::vector<Place> places{{"", &root}};
  for (const CLI::App* command : visible_commands(root)) {
    places.push_back({command->get_name(), command});
    for (const CLI::App* nested : visible_commands(*command)) {
      places.push_back({command->get_name() + " " + nested->get_name(), nested});
    }
  }
  return places;
}

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

std::vector<std::string> positional_choices(const CLI::App& app) {
  std::vector<std::string> all;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const std::vector<std::string> choices = choices_of(*option);
    all.insert(all.end(), choices.begin(), choices.end());
  }
  return all;
}

/// The words that may follow `app`'s name.
std::string words(const CLI::App& app) {
  std::vector<std::string> all = command_names(app);
  const std::vector<std::string> choices = positional_choices(app);
  all.insert(all.end(), choices.begin(), choices.end());
  const std::vector<std::string> options = option_names(app);
  all.insert(all.end(), options.begin(), options.end());
  return fmt::format("{}", fmt::join(all, " "));
}

/// One branch of a `case` a place; `form` has the path and the words.
std::string branches(const CLI::App& root, fmt::format_string<std::string, std::string> form) {
  std::string out;
  for (const Place& place : all_places(root)) {
    out += fmt::format(form, "\"" + place.path + "\"", words(*place.app));
  }
  return out;
}

/// One branch of a `case` an option whose values are fixed, by the place and the option; `form` has
/// both and the values.
std::string value_branches(const CLI::App& root,
                           fmt::format_string<std::string, std::string> form) {
  std::string out;
  for (const Place& place : all_places(root)) {
    for (const CLI::Option* option : place.app->get_options()) {
      const std::vector<std::string> choices = choices_of(*option);
      if (choices.empty()) continue;
      for (const std::string& name : option->get_lnames()) {
        out += fmt::format(form, fmt::format("\"{} --{}\"", place.path, name),
                           fmt::format("{}", fmt::join(choices, " ")));
      }
    }
  }
  return out;
}

/// Names of commands that have others nested in them, for a `case`: `user|models`.
std::string parents(const CLI::App& root) {
  std::vector<std::string> names;
  for (const CLI::App* command : visible_commands(root)) {
    if (!visible_commands(*command).empty()) names.push_back(command->get_name());
  }
  return fmt::format("{}", fmt::join(names, "|"));
}

std::string bash_completion(const CLI::App& root) {
  return fmt::format(
      "# bash completion for geond, made by `geond completion bash`\n"
      "_geond() {{\n"
      "  local word=\"${{COMP_WORDS[COMP_CWORD]}}\" place=\"\" words=\"\"\n"
      "  local before=\"${{COMP_WORDS[COMP_CWORD-1]}}\"\n"
      // bash takes --option=value apart at the sign.
      "  if [ \"$word\" = = ]; then\n"
      "    word=\"\"\n"
      "  elif [ \"$before\" = = ]; then\n"
      "    before=\"${{COMP_WORDS[COMP_CWORD-2]}}\"\n"
      "  fi\n"
      "  [ \"$COMP_CWORD\" -gt 1 ] && place=\"${{COMP_WORDS[1]}}\"\n"
      "  case \"$place\" in\n"
      "    {}) [ \"$COMP_CWORD\" -gt 2 ] && place+=\" ${{COMP_WORDS[2]}}\" ;;\n"
      "  esac\n"
      "  case \"$place $before\" in\n"
      "{}"
      "  esac\n"
      "  if [ -n \"$words\" ]; then\n"
      "    COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "    return\n"
      "  fi\n"
      "  case \"$place\" in\n"
      "{}"
      "  esac\n"
      "  COMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n"
      "  if [[ \"$COMP_CWORD\" -gt 1 && \"$word\" != -* ]]; then\n"
      "    local name\n"
      "    while IFS= read -r name; do COMPREPLY+=(\"$name\"); done < <(compgen -f -- \"$word\")\n"
      // What begins with a quote or a backslash, bash itself knows to read.
      "    compopt -o default 2> /dev/null\n"
      "  fi\n"
      "}}\n"
      "complete -o filenames -F _geond geond\n",
      parents(root), value_branches(root, "    {}) words=\"{}\" ;;\n"),
      branches(root, "    {}) words=\"{}\" ;;\n"));
}

/// A text with a backslash before each of `special`.
std::string escaped(const std::string& text, std::string_view special) {
  std::string out;
  for (const char character : text) {
    if (special.find(character) != std::string_view::npos) out += '\\';
    out += character;
  }
  return out;
}

/// A text inside single quotes of fish, where a backslash escapes.
std::string quoted_for_fish(const std::string& text) {
  return escaped(text, "'\\");
}

/// A description for zsh's _describe, which reads backslashes and parts at colons, inside single
/// quotes, where nothing escapes.
std::string quoted_for_zsh(const std::string& text) {
  std::string out;
  for (const char character : escaped(text, ":\\")) {
    out += character == '\'' ? "'\\''" : std::string(1, character);
  }
  return out;
}

std::string zsh_completion(const CLI::App& root) {
  std::string commands;
  for (const CLI::App* command : visible_commands(root)) {
    commands += fmt::format("    '{}:{}'\n", command->get_name(),
                            quoted_for_zsh(command->get_description()));
  }
  return fmt::format(
      "#compdef geond\n"
      "# zsh completion for geond, made by `geond completion zsh`\n"
      "_geond() {{\n"
      "  local -a commands candidates\n"
      "  local place=\"\"\n"
      "  commands=(\n{}  )\n"
      "  if (( CURRENT == 2 )) && [[ \"${{words[2]}}\" != -* ]]; then\n"
      "    _describe command commands\n"
      "    return\n"
      "  fi\n"
      "  (( CURRENT > 2 )) && place=\"${{words[2]}}\"\n"
      "  case \"$place\" in\n"
      "    {}) (( CURRENT > 3 )) && place+=\" ${{words[3]}}\" ;;\n"
      "  esac\n"
      "  case \"$place ${{words[CURRENT-1]}}\" in\n"
      "{}"
      "  esac\n"
      "  if (( $#candidates )); then\n"
      "    compadd -a candidates\n"
      "    return\n"
      "  fi\n"
      "  case \"$place\" in\n"
      "{}"
      "  esac\n"
      "  compadd -a candidates\n"
      "  _files\n"
      "}}\n"
      // Called by compinit as a file of its own, or defined by `source`.
      "if [ \"$funcstack[1]\" = _geond ]; then _geond \"$@\"; else compdef _geond geond; fi\n",
      commands, parents(root), value_branches(root, "    {}) candidates=({}) ;;\n"),
      branches(root, "    {}) candidates=({}) ;;\n"));
}

/// The fish condition under which a command line is at `path`.
std::string fish_condition(const Place& place) {
  if (place.path.empty()) return "__fish_use_subcommand";
  std::string condition;
  for (const char character : place.path) {
    condition +=
        character == ' ' ? "; and __fish_seen_subcommand_from " : std::string(1, character);
  }
  return "__fish_seen_subcommand_from " + condition;
}

/// What fish does after an option: a value of the fixed ones, any value, or no value.
std::string fish_argument(const CLI::Option& option) {
  if (option.get_expected_min() == 0) return "";
  const std::vector<std::string> choices = choices_of(option);
  return choices.empty() ? " -r" : fmt::format(" -x -a '{}'", fmt::join(choices, " "));
}

std::string fish_completion(const CLI::App& root) {
  std::string out = "# fish completion for geond, made by `geond completion fish`\n";
  for (const Place& place : all_places(root)) {
    const std::string condition = fish_condition(place);
    const std::vector<std::string> nested = command_names(*place.app);
    for (const CLI::App* command : visible_commands(*place.app)) {
      const std::string once = place.path.empty()
                                   ? condition
                                   : fmt::format("{}; and not __fish_seen_subcommand_from {}",
                                                 condition, fmt::join(nested, " "));
      out += fmt::format("complete -c geond -n '{}' -f -a {} -d '{}'\n", once, command->get_name(),
                         quoted_for_fish(command->get_description()));
    }
    if (const auto choices = positional_choices(*place.app); !choices.empty()) {
      out +=
          fmt::format("complete -c geond -n '{}' -f -a '{}'\n", condition, fmt::join(choices, " "));
    }
    for (const CLI::Option* option : place.app->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        out += fmt::format("complete -c geond -n '{}' -l {}{} -d '{}'\n", condition, name,
                           fish_argument(*option), quoted_for_fish(option->get_description()));
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
  offer_choices(*command->add_option("shell", *shell, "The shell")->required(),
                {"bash", "zsh", "fish"});
  command->footer("Example: geond completion bash > /etc/bash_completion.d/geond");
  command->callback([shell, &root, &action] {
    action = [shell, &root] { return print_completion(root, *shell); };
  });
}

}  // namespace geond::cli
