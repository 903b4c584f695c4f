// SPDX-License-Identifier: MIT
#include "fault.hpp"

#include "error.hpp"

namespace geond::storage {

void Fault::raise(const core::Error& cause) {
  if (is_raised_.exchange(true)) return;
  logger_.error("the disk failed: nothing is written any more, the process has to end",
                {{"code", cause.code()}, {"detail", cause.detail()}});
  if (handler_) handler_(cause);
}

void Fault::refuse_writes(const core::Error& cause) {
  if (is_corrupt_.exchange(true)) return;
  logger_.error("the database is damaged: writes are refused, the file is kept as it is",
                {{"code", cause.code()}, {"detail", cause.detail()}});
}

std::optional<core::Error> Fault::refusal() const {
  if (is_raised_) return storage_failed();
  if (is_corrupt_) return database_corrupt();
  return std::nullopt;
}

}  // namespace geond::storage
