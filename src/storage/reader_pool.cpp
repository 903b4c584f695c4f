// SPDX-License-Identifier: MIT
#include "reader_pool.hpp"

#include <sqlite3.h>

namespace geond::storage {

/// Has a connection; gives it back, without an open transaction.
class ReaderPool::Lease {
 public:
  explicit Lease(ReaderPool& pool) : pool_(pool) {
    std::unique_lock lock(pool_.mutex_);
    pool_.returned_.wait(lock, [&] { return !pool_.free_.empty(); });
    connection_ = std::move(pool_.free_.back());
    pool_.free_.pop_back();
  }

  ~Lease() {
    if (connection_->in_transaction()) {
      // A destructor has nobody to tell: the next BEGIN on the connection says what is wrong.
      static_cast<void>(sqlite3_exec(connection_->handle(), "ROLLBACK", nullptr, nullptr, nullptr));
    }
    {
      const std::lock_guard lock(pool_.mutex_);
      pool_.free_.push_back(std::move(connection_));
    }
    pool_.returned_.notify_one();
  }

  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  Connection& connection() { return *connection_; }

 private:
  ReaderPool& pool_;
  std::unique_ptr<Connection> connection_;
};

ReaderPool::ReaderPool(const std::filesystem::path& file, int count) {
  for (int i = 0; i < count; ++i) {
    auto connection = std::make_unique<Connection>(file.string(), Connection::Mode::read_only);
    // Reads the schema and opens the log now: not in the middle of the first answer, and no
    // descriptor is asked for later, when none may be left.
    connection->execute("SELECT 1 FROM sqlite_schema LIMIT 1");
    free_.push_back(std::move(connection));
  }
}

core::Result<void> ReaderPool::run(const std::function<core::Result<void>(Connection&)>& job) {
  Lease lease(*this);
  lease.connection().prepare("BEGIN").run();
  return job(lease.connection());
}

}  // namespace geond::storage
