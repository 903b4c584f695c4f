// SPDX-License-Identifier: MIT
#include "event_stream.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <new>
#include <nlohmann/json.hpp>
#include <span>
#include <utility>

#include "access.hpp"
#include "event_seats.hpp"
#include "geond/auth/auth_service.hpp"
#include "geond/core/clock.hpp"
#include "geond/http/json.hpp"
#include "task_view.hpp"

namespace geond::api {
namespace {

using nlohmann::json;
using pipeline::TaskEvent;
using pipeline::TaskEventKind;

constexpr std::chrono::seconds kHeartbeat{15};
/// Positions move with every task that is claimed; more often than this nobody can read them.
constexpr std::chrono::seconds kPositionInterval{1};
constexpr std::size_t kMaxPositions = 200;
constexpr std::size_t kMaxWaitingEvents = 2'000;
/// Who missed more than this reads its tasks anew.
constexpr std::size_t kMaxReplayedEvents = 1'000;
/// Events that are looked up, and held as text, at a time: a result may take tens of kilobytes.
constexpr std::size_t kEventsAtOnce = 50;
/// The last words to a stream that made way for a newer one. `retry` keeps browsers from taking
/// the seat back at once.
constexpr std::string_view kReplaced = "retry: 60000\nevent: replaced\ndata: {}\n\n";

/// What a stream remembers between its turns.
class EventStream {
 public:
  EventStream(const Services& services, const StreamRequest& request, http::StreamWriter& writer,
              http::Context& context)
      : services_(services),
        request_(request),
        writer_(writer),
        context_(context),
        wake_(context.make_event()),
        inbox_(std::make_shared<EventInbox>(request.only, wake_)),
        seat_(services.event_seats->take(request.principal.user,
                                         services.settings.event_streams_per_user, wake_)) {}

  http::Task<void> run();

 private:
  http::Task<bool> greet(const std::string& begun);
  std::optional<std::vector<TaskEvent>> missed_events() const;
  http::Task<bool> send(std::vector<TaskEvent> events);
  http::Task<bool> send_positions();
  http::Task<bool> beat();
  std::chrono::milliseconds time_to_wait() const;
  std::string render(std::span<const TaskEvent> events) const;
  std::string render(const TaskEvent& event) const;
  std::string event_id(std::uint64_t sequence) const;

  const Services& services_;
  const StreamRequest& request_;
  http::StreamWriter& writer_;
  http::Context& context_;
  const std::shared_ptr<http::Event> wake_;
  const std::shared_ptr<EventInbox> inbox_;
  const EventSeats::Seat seat_;
  std::uint64_t sent_ = 0;  ///< Sequence of the newest event that was sent or passed over.
  bool positions_due_ = false;
  std::string last_positions_;
  std::chrono::steady_clock::time_point next_positions_;
  std::chrono::steady_clock::time_point next_beat_;
};

http::Task<void> EventStream::run() {
  const auto inbox = inbox_;
  // What happens from here on is heard, so a client that knows this id can miss nothing.
  const std::string begun = event_id(services_.notifier.last_sequence());
  // Before the replay, so that nothing falls between the two.
  const auto subscription = services_.notifier.subscribe(
      request_.principal.user, [inbox](const TaskEvent& event) { inbox->put(event); });
  next_beat_ = services_.clock.steady_now() + kHeartbeat;
  if (!co_await greet(begun)) co_return;
  while (true) {
    if (seat_.is_lost()) {
      co_await writer_.write(kReplaced);
      co_return;
    }
    EventInbox::Content content = inbox_->take();
    if (content.overflowed) co_return;
    if (content.access_changed) {
      const bool welcome = co_await is_still_welcome(services_.auth, request_.principal, context_);
      if (!welcome) co_return;
    }
    positions_due_ = positions_due_ || content.queue_moved;
    const bool sent = co_await send(std::move(content.events));
    if (!sent) co_return;
    const auto now = services_.clock.steady_now();
    if (positions_due_ && now >= next_positions_) {
      const bool moved = co_await send_positions();
      if (!moved) co_return;
    }
    if (now >= next_beat_) {
      const bool alive = co_await beat();
      if (!alive) co_return;
    }
    const auto outcome = co_await wake_->wait(time_to_wait());
    if (outcome == http::WaitOutcome::client_gone || outcome == http::WaitOutcome::stopping) {
      co_return;
    }
  }
}

std::chrono::milliseconds EventStream::time_to_wait() const {
  auto until = next_beat_;
  if (positions_due_) until = std::min(until, next_positions_);
  const auto rest = until - services_.clock.steady_now();
  return std::max(std::chrono::ceil<std::chrono::milliseconds>(rest), std::chrono::milliseconds(1));
}

/// What happened since the client's last event; nothing if that is not known, or too much to tell.
std::optional<std::vector<TaskEvent>> EventStream::missed_events() const {
  const auto sequence = sequence_of(request_.last_event_id, services_.settings.boot);
  if (!sequence) return std::nullopt;
  auto missed = services_.notifier.replay(request_.principal.user, *sequence);
  if (!missed) return std::nullopt;
  if (request_.only) {
    std::erase_if(*missed, [&](const TaskEvent& event) { return event.task != *request_.only; });
  }
  if (missed->size() > kMaxReplayedEvents) return std::nullopt;
  return missed;
}

std::string EventStream::event_id(std::uint64_t sequence) const {
  return fmt::format("{}-{}", services_.settings.boot, sequence);
}

/// Says hello and what was missed. The id `begun` goes to a client that knows of all before: with
/// the hello if it comes with no id, with the resync if it is to read anew. One that is told what
/// it has missed gets the ids of that.
http::Task<bool> EventStream::greet(const std::string& begun) {
  const json hello = {{"version", services_.settings.version}, {"boot", services_.settings.boot}};
  const bool is_new = request_.last_event_id.empty();
  std::string text = format_event(is_new ? begun : "", "hello", http::dump_json(hello));
  std::optional<std::vector<TaskEvent>> missed;
  if (!is_new) {
    missed = missed_events();
    if (!missed) text += format_event(begun, "resync", "{}");
  }
  const bool written = co_await writer_.write(text);
  if (!written || !missed) co_return written;
  co_return co_await send(*std::move(missed));
}

/// Looks up what the event tells of; blocks.
std::string EventStream::render(const TaskEvent& event) const {
  const std::string id = event_id(event.sequence);
  json data = {{"id", event.task.value},
               {"event", pipeline::to_string(event.kind)},
               {"at", core::format_rfc3339(event.at)}};
  if (event.kind != TaskEventKind::removed) {
    const auto detail =
        event.kind == TaskEventKind::done ? TaskDetail::with_result : TaskDetail::without_result;
    const auto view = view_task(services_, request_.principal.user, event.task, detail);
    if (!view) return {};  // deleted meanwhile: its `removed` follows
    data["task"] = to_json(*view);
    if (event.kind == TaskEventKind::stage) data["task"]["stage"] = event.stage;
  }
  return format_event(id, pipeline::to_string(event.kind), http::dump_json(data));
}

std::string EventStream::render(std::span<const TaskEvent> events) const {
  std::string text;
  for (const TaskEvent& event : events) text += render(event);
  return text;
}

/// Writes the events, some at a time; what is left when the seat is lost is not sent.
http::Task<bool> EventStream::send(std::vector<TaskEvent> events) {
  std::erase_if(events, [&](const TaskEvent& event) { return event.sequence <= sent_; });
  std::span<const TaskEvent> rest(events);
  while (!rest.empty() && !seat_.is_lost()) {
    const auto some = rest.first(std::min(rest.size(), kEventsAtOnce));
    rest = rest.subspan(some.size());
    auto look = [&] { return render(some); };
    const auto text = co_await context_.run_blocking(look);
    if (!text) co_return false;
    sent_ = some.back().sequence;
    if (text->empty()) continue;
    const bool written = co_await writer_.write(*text);
    if (!written) co_return false;
  }
  co_return true;
}

http::Task<bool> EventStream::send_positions() {
  positions_due_ = false;
  next_positions_ = services_.clock.steady_now() + kPositionInterval;
  const core::UserId user = request_.principal.user;
  auto look = [&] { return queued_positions(services_, user, kMaxPositions); };
  const auto queued = co_await context_.run_blocking(look);
  if (!queued) co_return true;  // the next turn may have more luck
  json tasks = json::array();
  for (const QueuedPosition& row : *queued) {
    if (request_.only && row.task != *request_.only) continue;
    tasks.push_back({{"id", row.task.value},
                     {"queue_position", row.position},
                     {"eta_seconds", row.eta_seconds ? json(*row.eta_seconds) : json()}});
  }
  if (tasks.empty()) co_return true;
  const json data = {{"tasks", std::move(tasks)}};
  std::string text = format_event("", "positions", http::dump_json(data));
  if (text == last_positions_) co_return true;
  last_positions_ = std::move(text);
  co_return co_await writer_.write(last_positions_);
}

/// Keeps the connection alive; a session that nobody refreshed has expired meanwhile.
http::Task<bool> EventStream::beat() {
  next_beat_ = services_.clock.steady_now() + kHeartbeat;
  const bool welcome = co_await is_still_welcome(services_.auth, request_.principal, context_);
  if (!welcome) co_return false;
  co_return co_await writer_.write(": heartbeat\n\n");
}

}  // namespace

void EventInbox::put(const TaskEvent& event) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (event.kind == TaskEventKind::queue_moved) {
      if (content_.queue_moved) return;
      content_.queue_moved = true;
    } else if (event.kind == TaskEventKind::access_changed) {
      content_.access_changed = true;
    } else if (only_ && event.task != *only_) {
      return;
    } else {
      keep(event);
    }
  }
  wake_->notify();
}

void EventInbox::keep(const TaskEvent& event) {
  if (content_.events.size() >= kMaxWaitingEvents) {
    content_.overflowed = true;
    return;
  }
  try {
    content_.events.push_back(event);
  } catch (const std::bad_alloc&) {
    // What there is no memory for is missed like what there is no room for.
    content_.overflowed = true;
  }
}

EventInbox::Content EventInbox::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(content_, Content{});
}

std::string format_event(std::string_view id, std::string_view name, std::string_view data) {
  if (id.empty()) return fmt::format("event: {}\ndata: {}\n\n", name, data);
  return fmt::format("id: {}\nevent: {}\ndata: {}\n\n", id, name, data);
}

std::optional<std::uint64_t> sequence_of(std::string_view event_id, std::string_view boot) {
  if (!event_id.starts_with(boot)) return std::nullopt;
  event_id.remove_prefix(boot.size());
  if (!event_id.starts_with('-')) return std::nullopt;
  event_id.remove_prefix(1);
  std::uint64_t sequence = 0;
  const char* end = event_id.data() + event_id.size();
  const auto [stop, error] = std::from_chars(event_id.data(), end, sequence);
  if (error != std::errc() || stop != end || event_id.empty()) return std::nullopt;
  return sequence;
}

http::Task<void> run_event_stream(const Services& services, const StreamRequest& request,
                                  http::StreamWriter& writer, http::Context& context) {
  EventStream stream(services, request, writer, context);
  co_await stream.run();
}

}  // namespace geond::api
