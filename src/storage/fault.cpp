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

void Fault::refuse_writes(const core::Error& refusal, std::string_view detail) {
  {
    const std::lock_guard lock(mutex_);
    if (refusal_) return;
    refusal_ = refusal;
  }
  is_refusing_ = true;
  logger_.error("writes are refused from now on, the database is kept as it is",
                {{"code", refusal.code()}, {"detail", detail}});
}

std::optional<core::Error> Fault::refusal() const {
  if (is_raised_) return storage_failed();
  if (!is_refusing_) return std::nullopt;
  const std::lock_guard lock(mutex_);
  return refusal_;
}

}  // namespace geond::storage
