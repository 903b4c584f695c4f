// SPDX-License-Identifier: MIT
#pragma once

#include "session.hpp"

namespace geond::http {

/// One request and what its handler is given.
struct Session::Exchange {
  Exchange(Session& session, const RequestHead& head)
      : body(*session.connection_, session.input_, session.host_.config, head),
        context(session.host_, *session.connection_, session) {
    request.body_reader = &body;
  }

  Request request;
  bool lacks_base_slash = false;  // The target is the base path without a slash.
  SessionBody body;
  SessionContext context;
};

/// Lets the session know its exchange, and forget it however the answer ends.
class Session::CurrentExchange {
 public:
  CurrentExchange(Exchange*& current, Exchange& exchange) : current_(current) {
    current_ = &exchange;
  }
  ~CurrentExchange() { current_ = nullptr; }
  CurrentExchange(const CurrentExchange&) = delete;
  CurrentExchange& operator=(const CurrentExchange&) = delete;

 private:
  Exchange*& current_;
};

}  // namespace geond::http
