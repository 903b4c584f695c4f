// SPDX-License-Identifier: MIT
#include <charconv>
#include <vector>

#include "geond/core/embedded.hpp"
#include "geond/storage/migrator.hpp"

namespace geond::embedded {
std::span<const core::EmbeddedFile> migrations();
}

namespace geond::storage {
namespace {

/// `0001_initial.sql` is version 1, named `initial`.
Migration from_file(const core::EmbeddedFile& file) {
  Migration migration;
  const std::size_t underscore = file.path.find('_');
  std::from_chars(file.path.data(), file.path.data() + underscore, migration.version);
  migration.name = file.path.substr(underscore + 1, file.path.rfind('.') - underscore - 1);
  migration.sql = file.content;
  return migration;
}

}  // namespace

std::span<const Migration> embedded_migrations() {
  static const std::vector<Migration> migrations = [] {
    std::vector<Migration> found;
    for (const core::EmbeddedFile& file : embedded::migrations()) found.push_back(from_file(file));
    return found;
  }();
  return migrations;
}

}  // namespace geond::storage
