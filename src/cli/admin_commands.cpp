// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "choices.hpp"
#include "command.hpp"
#include "geond/app/administration.hpp"
#include "geond/core/utf8.hpp"
#include "geond/storage/data_layout.hpp"
#include "option_set.hpp"
#include "password_input.hpp"

namespace geond::cli {
namespace {

using nlohmann::json;

/// The request as text. Errors: invalid_argument `not_utf8`, naming the value.
core::Result<std::string> as_text(const json& request) {
  std::string name;
  try {
    for (const auto& item : request.items()) {
      name = item.key();
      static_cast<void>(item.value().dump());
    }
    return request.dump();
  } catch (const json::type_error&) {
    return core::Error(core::ErrorKind::invalid_argument, "not_utf8",
                       fmt::format("The {} is not valid UTF-8, and other text cannot be sent: does "
                                   "the terminal use another encoding?",
                                   name));
  }
}

/// A path in a request: text, or an array of its bytes where they are no UTF-8, as JSON's texts
/// are.
json as_json(const std::filesystem::path& path) {
  const std::string& name = path.native();
  if (core::is_utf8(name)) return name;
  return std::vector<std::uint8_t>(name.begin(), name.end());
}

/// Does the request in this process if the data directory is free, else asks its server.
core::Result<json> administer(const std::string& data, const json& request) {
  const auto text = as_text(request);
  if (!text) return text.error();
  const auto answer = app::administer(data, *text);
  if (!answer) return answer.error();
  return json::parse(*answer);
}

void add_data_option(CLI::App& command, std::string& data) {
  data = "data";
  command.add_option("--data", data, "Data directory (./data)")
      ->envname("GEOND_DATA")
      ->type_name("DIR");
}

struct UserOptions {
  std::string data;
  std::string name;
  bool is_admin = false;
  bool password_stdin = false;

  PasswordSource password_source() const {
    return password_stdin ? PasswordSource::stdin_line : PasswordSource::person;
  }
};

int add_user(const UserOptions& options) {
  const auto password = read_password(options.password_source());
  if (!password) return fail(password.error());
  const auto answer = administer(options.data, {{"do", "user-add"},
                                                {"name", options.name},
                                                {"admin", options.is_admin},
                                                {"password", *password}});
  if (!answer) return fail(answer.error());
  fmt::print("Added {} {} (id {}).\n", options.is_admin ? "administrator" : "user", options.name,
             answer->value("id", std::int64_t{0}));
  return exit_success;
}

int list_users(const UserOptions& options) {
  const auto answer = administer(options.data, {{"do", "user-list"}});
  if (!answer) return fail(answer.error());
  for (const json& user : answer->at("users")) {
    fmt::print("{:>6}  {:<32}  {}{}\n", user.value("id", std::int64_t{0}), user.value("name", ""),
               user.value("admin", false) ? "administrator" : "user",
               user.value("disabled", false) ? ", disabled" : "");
  }
  return exit_success;
}

int set_password(const UserOptions& options) {
  const auto password = read_password(options.password_source());
  if (!password) return fail(password.error());
  const auto answer = administer(
      options.data, {{"do", "user-password"}, {"name", options.name}, {"password", *password}});
  if (!answer) return fail(answer.error());
  fmt::print("Changed the password of {}; all its sessions have ended.\n", options.name);
  return exit_success;
}

int remove_user(const UserOptions& options) {
  const auto answer = administer(options.data, {{"do", "user-remove"}, {"name", options.name}});
  if (!answer) return fail(answer.error());
  fmt::print("Removed {} with all its tasks.\n", options.name);
  return exit_success;
}

/// Adds `geond user NAME`, which does `run`.
CLI::App* add_user_verb(CLI::App& user, const char* verb, const char* help,
                        const std::shared_ptr<UserOptions>& options, Action& action,
                        int (*run)(const UserOptions&)) {
  CLI::App* command = user.add_subcommand(verb, help);
  add_data_option(*command, options->data);
  command->callback([options, &action, run] { action = [options, run] { return run(*options); }; });
  return command;
}

void add_name(CLI::App& command, UserOptions& options) {
  command.add_option("name", options.name, "Name of the account")->required()->type_name("NAME");
}

void add_password_stdin(CLI::App& command, UserOptions& options) {
  command.add_flag("--password-stdin", options.password_stdin,
                   "Read the password from the first line of stdin (as without a terminal)");
}

/// Whether there is a file of that name for all that this process can see.
bool is_missing(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::status(file, error).type() == std::filesystem::file_type::not_found;
}

int back_up(const std::string& data, const std::string& destination) {
  if (destination.empty()) return fail_usage("DEST is empty: name the directory to make.");
  std::error_code error;
  const auto copy = std::filesystem::absolute(destination, error).lexically_normal();
  if (error) {
    return fail_usage("The folder that this shell is in is gone: name DEST by its whole path.");
  }
  const auto answer = administer(data, {{"do", "backup"}, {"destination", as_json(copy)}});
  if (!answer) return fail(answer.error());
  // A running server writes where it sees the folder: in a service's sandbox /tmp is another one.
  if (is_missing(storage::DataLayout(copy).database())) {
    return fail(core::Error(
        core::ErrorKind::not_found, "backup_elsewhere",
        fmt::format("The server wrote the copy to {} within its own sandbox or container, where "
                    "nobody else finds it: name a folder that both see (/var/backups/geond, with "
                    "the Debian package).",
                    copy.string())));
  }
  fmt::print("Backed up the database and {} pictures ({} bytes) to {}.\n",
             answer->value("pictures", std::int64_t{0}), answer->value("bytes", std::int64_t{0}),
             destination);
  const auto missing = answer->value("missing", std::int64_t{0});
  if (missing == 0) return exit_success;
  return fail(core::Error(
      core::ErrorKind::not_found, "pictures_missing",
      fmt::format("The data directory lacks {} of the pictures that its database knows (the first "
                  "is {}), and so does the copy. Keep older copies, and see geond verify.",
                  missing, answer->value("first_missing", ""))));
}

int verify(const std::string& data) {
  const auto answer = administer(data, {{"do", "verify"}});
  if (!answer) return fail(answer.error());
  for (const json& problem : answer->at("problems")) {
    fmt::print("{}\n", core::printable(problem.get<std::string>()));
  }
  if (!answer->at("problems").empty()) return exit_failure;
  fmt::print("The database and {} pictures are whole.\n",
             answer->value("pictures", std::int64_t{0}));
  return exit_success;
}

int set_log_level(const std::string& data, const std::string& level) {
  const auto answer = administer(data, {{"do", "log-level"}, {"level", level}});
  if (!answer) return fail(answer.error());
  fmt::print("The server logs at level {} now.\n", level);
  return exit_success;
}

}  // namespace

void add_user_command(CLI::App& root, Action& action) {
  CLI::App* user = root.add_subcommand("user", "Manage accounts, of a running server or without");
  user->require_subcommand(1);
  user->footer(
      "Example: echo 'correct horse battery' | geond user add anna --password-stdin --data data");
  auto options = std::make_shared<UserOptions>();
  CLI::App* add = add_user_verb(*user, "add", "Make an account", options, action, add_user);
  add_name(*add, *options);
  add->add_flag("--admin", options->is_admin, "Make it an administrator");
  add_password_stdin(*add, *options);
  add_user_verb(*user, "list", "List the accounts", options, action, list_users);
  CLI::App* password = add_user_verb(*user, "password", "Change a password and end the sessions",
                                     options, action, set_password);
  add_name(*password, *options);
  add_password_stdin(*password, *options);
  CLI::App* remove = add_user_verb(*user, "remove", "Remove an account and its tasks", options,
                                   action, remove_user);
  add_name(*remove, *options);
}

void add_backup_command(CLI::App& root, Action& action) {
  CLI::App* command =
      root.add_subcommand("backup", "Copy database and pictures, also of a running server");
  auto data = std::make_shared<std::string>();
  auto destination = std::make_shared<std::string>();
  add_data_option(*command, *data);
  command->add_option("destination", *destination, "Directory to make; must not exist")
      ->required()
      ->type_name("DEST");
  command->footer(
      "The copy is a data directory: geond serve --data DEST starts from it.\n"
      "Example: geond backup /var/backups/geond-$(date +%F) --data data");
  command->callback([data, destination, &action] {
    action = [data, destination] { return back_up(*data, *destination); };
  });
}

void add_verify_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("verify", "Check the database and every stored picture");
  auto data = std::make_shared<std::string>();
  add_data_option(*command, *data);
  command->footer("Example: geond verify --data data");
  command->callback([data, &action] { action = [data] { return verify(*data); }; });
}

void add_log_level_command(CLI::App& root, Action& action) {
  CLI::App* command = root.add_subcommand("log-level", "Change what a running server logs");
  auto data = std::make_shared<std::string>();
  auto level = std::make_shared<std::string>();
  add_data_option(*command, *data);
  offer_choices(*command->add_option("level", *level, "Least level that is logged")->required(),
                log_level_names());
  command->footer("Example: geond log-level debug --data data");
  command->callback(
      [data, level, &action] { action = [data, level] { return set_log_level(*data, *level); }; });
}

}  // namespace geond::cli
