// SPDX-License-Identifier: MIT
#include "blob_references.hpp"

namespace geond::storage {

std::set<std::string> read_references(Connection& connection) {
  std::set<std::string> references;
  Statement statement = connection.prepare("SELECT DISTINCT sha256 FROM blob_references");
  while (statement.step()) references.insert(statement.text(0));
  return references;
}

bool is_referenced(Connection& connection, const std::string& sha256) {
  Statement statement =
      connection.prepare("SELECT EXISTS (SELECT 1 FROM blob_references WHERE sha256 = ?)");
  statement.bind(sha256).step();
  return statement.boolean(0);
}

}  // namespace geond::storage
