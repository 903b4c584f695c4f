#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace geond::storage {

/// One SQLite connection while a job has it: prepared statements that are kept, and what has to
/// happen once the transaction is on disk. SQLiteCpp's exceptions pass through jobs; Database turns
/// them into errors.
class Connection {
 public:
  explicit Connection(std::unique_ptr<SQLite::Database> database);

  /// The statement of that SQL, reset and without bindings, prepared at its first use only. One
  /// use at a time: asking for the same SQL again resets it.
  SQLite::Statement& statement(const std::string& sql);

  /// Runs SQL that has no parameters and no rows.
  void execute(const std::string& sql);

  /// How many rows the latest INSERT, UPDATE or DELETE changed.
  int changes() const;
  std::int64_t last_insert_id() const;

  /// On the writer only: `action` runs on the writer thread after the job's commit, and never if
  /// the job or the commit fails. It may use the connection (outside the job's transaction) and
  /// must not throw.
  void after_commit(std::function<void(Connection&)> action);

  SQLite::Database& raw() { return *database_; }

 private:
  friend class Writer;
  std::unique_ptr<SQLite::Database> database_;
  std::unordered_map<std::string, std::unique_ptr<SQLite::Statement>> statements_;
  std::vector<std::function<void(Connection&)>> after_commit_;
};

}  // namespace geond::storage
