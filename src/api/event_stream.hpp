// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "geond/api/services.hpp"
#include "geond/auth/principal.hpp"
#include "geond/http/context.hpp"
#include "geond/http/response.hpp"
#include "geond/http/task.hpp"
#include "geond/pipeline/notifier.hpp"

namespace geond::api {

/// Where the notifier puts events until the stream takes them. Bounded: who reads so slowly that
/// it overflows, as it does where memory lacks for an event, is dropped, and may come back with
/// Last-Event-ID. Thread-safe.
class EventInbox {
 public:
  /// `only`: events of other tasks are left out.
  EventInbox(std::optional<core::TaskId> only, std::shared_ptr<http::Event> wake)
      : only_(only), wake_(std::move(wake)) {}

  struct Content {
    std::vector<pipeline::TaskEvent> events;  ///< Oldest first; of tasks only.
    bool queue_moved = false;
    bool access_changed = false;
    bool overflowed = false;
  };

  /// For Notifier::subscribe.
  void put(const pipeline::TaskEvent& event) noexcept;

  /// Everything that has come since the last take().
  Content take();

 private:
  void keep(const pipeline::TaskEvent& event);  // needs mutex_

  const std::optional<core::TaskId> only_;
  const std::shared_ptr<http::Event> wake_;
  std::mutex mutex_;
  Content content_;  // guarded by mutex_
};

/// What one stream needs to know.
struct StreamRequest {
  auth::Principal principal;
  std::optional<core::TaskId> only;
  std::string last_event_id;  ///< As the client sent it; empty if it did not.
};

/// One server-sent event: `id` may be empty. `data` must be a single line.
std::string format_event(std::string_view id, std::string_view name, std::string_view data);

/// The sequence in an event id of this run of the process; nothing for any other text.
std::optional<std::uint64_t> sequence_of(std::string_view event_id, std::string_view boot);

/// Writes events until the client goes, the server stops, the caller's credential is revoked, the
/// client reads too slowly, or a newer stream of the same user takes its seat.
http::Task<void> run_event_stream(const Services& services, const StreamRequest& request,
                                  http::StreamWriter& writer, http::Context& context);

}  // namespace geond::api
