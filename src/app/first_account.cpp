// SPDX-License-Identifier: MIT
#include "first_account.hpp"

#include <fmt/format.h>

#include "geond/core/small_file.hpp"

namespace geond::app {
namespace {

core::Result<std::string> read_password(const std::filesystem::path& file) {
  if (file.empty()) return std::string();
  const auto content = core::read_small_file(file);
  const std::string password(content ? core::first_line(*content) : "");
  if (!password.empty()) return password;
  return core::Error(
      core::ErrorKind::invalid_argument, "invalid_config",
      fmt::format("--admin-password-file: {} Put the first account's password on the first line of "
                  "a file.",
                  content ? fmt::format("The first line of {} is empty.", file.string())
                          : content.error().detail()));
}

}  // namespace

core::Result<std::string> create_first_account(auth::AuthService& auth, const ServeConfig& config,
                                               const std::string& url) {
  // Once there is an account the file has done its part: its owner may have removed the secret.
  const auto users = auth.users(core::UserId{0}, 1);
  if (!users) return users.error();
  if (!users->empty()) return std::string();
  const auto password = read_password(config.admin_password_file);
  if (!password) return password.error();
  auto account = auth.create_first_account(config.admin_name, *password);
  if (!account) return account.error();
  if (!*account) return std::string();
  const auth::FirstAccount& first = **account;
  // A password that came from a file is the person's own secret and not for the terminal.
  const std::string shown_password =
      config.admin_password_file.empty() ? first.password : "(from the password file)";
  return fmt::format(
      "\nThis is the first start. An account was made; keep what stands here, it is not shown "
      "again.\n\n"
      "  sign in:  {url}/#/link/{link}   (once, within the hour)\n"
      "  name:     {name}\n"
      "  password: {password}\n"
      "  API key:  {key}\n\n"
      "Try it, with a picture of yours as photo.jpg:\n\n"
      "  curl -sS -H 'Authorization: Bearer {key}' -H 'Prefer: wait=10' \\\n"
      "    --data-binary @photo.jpg {url}/api/v1/tasks\n\n",
      fmt::arg("url", url), fmt::arg("link", first.link_token), fmt::arg("name", first.user.name),
      fmt::arg("password", shown_password), fmt::arg("key", first.api_key));
}

}  // namespace geond::app
