// SPDX-License-Identifier: MIT
#include "sqlite_task_repository.hpp"

namespace geond::tasks {

std::unique_ptr<TaskRepository> make_sqlite_task_repository(storage::Database& database,
                                                            storage::BlobStore& blobs,
                                                            const core::Clock& clock,
                                                            core::Logger logger) {
  return std::make_unique<SqliteTaskRepository>(database, blobs, clock, std::move(logger));
}

}  // namespace geond::tasks
