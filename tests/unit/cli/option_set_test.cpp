// SPDX-License-Identifier: MIT
#include "option_set.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

#include "choices.hpp"
#include "geond/app/number_options.hpp"
#include "serve_options.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

/// A command with one option and one switch, parsed from `arguments` (in CLI11's reversed order).
struct Fixture {
  CLI::App root;
  cli::OptionSet options{root};
  std::string colour = "default";
  bool loud = false;

  Fixture() {
    options.add("test-colour", "NAME", "A colour",
                [this](const std::string& text) -> core::Result<void> {
                  if (text == "none") {
                    return core::Error(core::ErrorKind::invalid_argument, "x", "no such colour");
                  }
                  colour = text;
                  return core::ok();
                });
    options.add_switch("test-loud", "Loud", [this](bool on) { loud = on; });
  }

  core::Result<void> parse(std::vector<std::string> arguments) {
    root.parse(std::move(arguments));
    return options.finish();
  }
};

std::string config_file(const support::TemporaryDirectory& directory, const std::string& text) {
  const auto path = directory.path() / "geond.conf";
  std::ofstream(path) << text;
  return path.string();
}

}  // namespace

TEST_CASE("a flag beats the environment, which beats the file, which beats the default") {
  const support::TemporaryDirectory directory;
  const std::string file = config_file(directory, "test-colour = \"file\"\ntest-loud = true\n");
  {
    Fixture fixture;
    REQUIRE(fixture.parse({}));
    CHECK(fixture.colour == "default");
  }
  {
    Fixture fixture;
    REQUIRE(fixture.parse({file, "--config"}));
    CHECK(fixture.colour == "file");
    CHECK(fixture.loud);
  }
  ::setenv("GEOND_TEST_COLOUR", "environment", 1);
  {
    Fixture fixture;
    REQUIRE(fixture.parse({file, "--config"}));
    CHECK(fixture.colour == "environment");
  }
  {
    Fixture fixture;
    REQUIRE(fixture.parse({"flag", "--test-colour", file, "--config"}));
    CHECK(fixture.colour == "flag");
  }
  ::unsetenv("GEOND_TEST_COLOUR");
}

TEST_CASE("what is wrong in a file is named with the file and the option") {
  const support::TemporaryDirectory directory;
  struct Row {
    const char* text;
    const char* named;
  };
  for (const Row& row :
       {Row{"test-color = \"red\"\n", "test-color"},
        Row{"test-colour = \"none\"\n", "no such colour"}, Row{"test-loud = maybe\n", "test-loud"},
        // The rest of each of these was dropped without a word.
        Row{"test-colour = light blue\n", "\"light blue\""},
        Row{"test-colour = [red, blue]\n", "has one value"}, Row{"test-colour = red#2\n", "red#2"},
        Row{"test-colour = \"red\"#2\n", "a # follows"},
        // So was all of these.
        Row{"test-colour = red\n[x\n", "line 2: '[x'"}, Row{"[\n", "line 1"},
        Row{"[]\ntest-colour = red\n", "no sections"}, Row{"[colours]\n", "no sections"},
        Row{"\n  \n# one\na=\n", "line 4: 'a='"}, Row{"x\r\n", "`option = value`"},
        Row{"test-colour = [red\ntest-loud = true\n", "line 1: 'test-colour = [red'"},
        Row{"test-loud = true\ntest-colour = [red # ]\n", "no ]"},
        Row{"test-colour = red\ntest-colour = blue\n", "set twice"},
        Row{"test-colour =\ntest-colour =\n", "set twice"},
        Row{"test-colour = red\ntest-loud = true\ntest-colour = blue\n", "set twice"}}) {
    CAPTURE(std::string(row.text));
    Fixture fixture;
    const auto parsed = fixture.parse({config_file(directory, row.text), "--config"});
    REQUIRE(parsed.has_error());
    CHECK(parsed.error().detail().find(row.named) != std::string::npos);
    CHECK(parsed.error().detail().find("geond.conf") != std::string::npos);
  }
  Fixture fixture;
  CHECK(fixture.parse({"/no/such/file", "--config"}).has_error());
}

TEST_CASE("comments, quotes and lists in a file are as ever") {
  const support::TemporaryDirectory directory;
  struct Row {
    const char* text;
    const char* colour;
  };
  for (const Row& row :
       {Row{"# all of it\n#and this\ntest-colour = red # and this\n", "red"},
        Row{"test-colour = \"light blue\"  # two words\n", "light blue"},
        Row{"test-colour = it's\n", "it's"}, Row{"test-colour = \"a#b\" # \"c\"\n", "a#b"},
        Row{"test-colour = 'a #b'\n", "a #b"}, Row{"\xEF\xBB\xBFtest-colour = red\n", "red"},
        Row{"; old\ntest-colour=red\n", "red"}}) {
    CAPTURE(row.text);
    Fixture fixture;
    REQUIRE(fixture.parse({config_file(directory, row.text), "--config"}));
    CHECK(fixture.colour == row.colour);
  }
  CLI::App root;
  cli::OptionSet options(root);
  app::ServeConfig read;
  cli::add_serve_options(options, read);
  for (const char* list : {"trusted-proxy = [10.0.0.1, \"10.0.0.2\"]\n",
                           "trusted-proxy = [10.0.0.1,\n  \"10.0.0.2\"\n]\nworkers = 3\n"}) {
    CAPTURE(list);
    read = app::ServeConfig();
    root.parse(std::vector<std::string>{config_file(directory, list), "--config"});
    REQUIRE(options.finish());
    CHECK(read.trusted_proxies.size() == 2);
  }
}

TEST_CASE("what --print-config prints is read as it was") {
  const support::TemporaryDirectory directory;
  for (const char* path : {"plain", "two words, and a comma", "a \"b\" #c", "back\\slash\\",
                           "ends with a line\n", "it's", "\\u", "\t tab"}) {
    CAPTURE(path);
    app::ServeConfig config;
    config.data = path;
    const std::string file = config_file(directory, app::print(config));
    CLI::App root;
    cli::OptionSet options(root);
    app::ServeConfig read;
    cli::add_serve_options(options, read);
    root.parse(std::vector<std::string>{file, "--config"});
    REQUIRE(options.finish());
    CHECK(read.data == config.data);
    CHECK(app::print(read) == app::print(config));
  }
}

TEST_CASE("the help of each number says what it is without it, and what it may be") {
  CLI::App root;
  cli::OptionSet options(root);
  app::ServeConfig config;
  cli::add_serve_options(options, config);
  for (const app::NumberOption& number : app::number_options()) {
    CAPTURE(number.name);
    const CLI::Option* option = root.get_option("--" + std::string(number.name));
    CHECK(option->get_type_name() == (number.is_time() ? "SECONDS" : "N"));
    CHECK(option->get_description() == fmt::format("{} ({}); {} to {}", number.help,
                                                   number.of(app::ServeConfig()), number.least,
                                                   number.most));
  }
}

TEST_CASE("what is wrong in an option is one sentence") {
  const support::TemporaryDirectory directory;
  CLI::App root;
  cli::OptionSet options(root);
  app::ServeConfig read;
  cli::add_serve_options(options, read);
  root.parse(std::vector<std::string>{config_file(directory, "listen =\n"), "--config"});
  const auto finished = options.finish();
  REQUIRE(finished.has_error());
  CHECK(finished.error().detail().ends_with('.'));
  CHECK_FALSE(finished.error().detail().ends_with(".."));
}

TEST_CASE("an option with fixed values takes those alone, and completion learns them from it") {
  CLI::App root;
  cli::OptionSet options(root);
  std::string mode = "default";
  const CLI::Option* choice = options.add_choice("test-mode", {"open", "closed"}, "A mode",
                                                 [&](const std::string& text) { mode = text; });
  const CLI::Option* folder = options.add("test-place", "FILE|DIR", "A place",
                                          [](const std::string&) { return core::ok(); });
  CHECK(cli::choices_of(*choice) == std::vector<std::string>{"open", "closed"});
  CHECK(cli::choices_of(*folder).empty());
  root.parse(std::vector<std::string>{"closed", "--test-mode"});
  REQUIRE(options.finish());
  CHECK(mode == "closed");
  root.parse(std::vector<std::string>{"ajar", "--test-mode"});
  const auto finished = options.finish();
  REQUIRE(finished.has_error());
  CHECK(finished.error().detail().find("'ajar' is not one of open, closed") != std::string::npos);
}

TEST_CASE("a positional with fixed values takes those alone, and completion learns them from it") {
  CLI::App root;
  std::string shell;
  CLI::Option* option = root.add_option("shell", shell, "The shell");
  cli::offer_choices(*option, {"bash", "zsh"});
  CHECK(cli::choices_of(*option) == std::vector<std::string>{"bash", "zsh"});
  CHECK_THROWS_AS(root.parse(std::vector<std::string>{"tcsh"}), CLI::ValidationError);
}
