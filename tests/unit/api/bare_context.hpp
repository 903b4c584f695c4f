// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "geond/core/log.hpp"
#include "geond/http/context.hpp"

namespace geond::api::test {

/// A request that nobody sent: it has no events, no pool, and its client stays.
class BareContext : public http::Context {
 public:
  std::shared_ptr<http::Event> make_event() override { return nullptr; }
  bool is_stopping() const override { return false; }
  const core::Logger& logger() const override { return logger_; }

 protected:
  bool start_blocking(http::BlockingJob&) override { return false; }

 private:
  core::Logger logger_;
};

}  // namespace geond::api::test
