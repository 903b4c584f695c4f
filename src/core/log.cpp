// SPDX-License-Identifier: MIT
#include "geond/core/log.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cmath>
#include <mutex>
#include <optional>
#include <vector>

#include "geond/core/utf8.hpp"

namespace geond::core {
namespace {

constexpr std::size_t kBufferedLines = 8192;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
    case LogLevel::off:
      return spdlog::level::off;
  }
  return spdlog::level::off;
}

/// JSON string (RFC 8259, section 7), with no control character in it (see printable).
std::string quote(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (c == '"' || c == '\\') escaped.push_back('\\');
    escaped.push_back(c);
  }
  return fmt::format("\"{}\"", printable(escaped));
}

/// Writes lines to stderr. A reader that is slow is waited for, by the log's thread alone; once the
/// log ends, for a moment only, and what it did not take is dropped.
class StderrSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  /// From any thread.
  void end() { is_ending_ = true; }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    std::string_view rest(line.data(), line.size());
    while (!rest.empty() && wait_for_room()) {
      // A pipe with room takes so much without making us wait (pipe(7)).
      const std::size_t most = std::min<std::size_t>(rest.size(), PIPE_BUF);
      const ssize_t written = ::write(STDERR_FILENO, rest.data(), most);
      if (written < 0 && errno != EINTR && errno != EAGAIN) return;
      rest.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
    }
  }

  void flush_() override {}

 private:
  using Clock = std::chrono::steady_clock;

  /// Until a write would not wait, or fail. False if the log has ended meanwhile.
  bool wait_for_room() {
    constexpr int kBetweenLooks = 100;  // Milliseconds.
    pollfd output{STDERR_FILENO, POLLOUT, 0};
    while (::poll(&output, 1, is_over() ? 0 : kBetweenLooks) <= 0) {
      if (is_over()) return false;
    }
    return true;
  }

  bool is_over() {
    constexpr std::chrono::seconds kLastMoment{1};
    if (!is_ending_) return false;
    if (!deadline_) deadline_ = Clock::now() + kLastMoment;
    return Clock::now() >= *deadline_;
  }

  std::atomic<bool> is_ending_ = false;
  std::optional<Clock::time_point> deadline_;  // guarded by base_sink's mutex
};

std::string text_line(std::string_view message, std::initializer_list<LogField> fields) {
  const std::string quoted = quote(message);
  std::string line(quoted, 1, quoted.size() - 2);
  for (const LogField& field : fields) {
    line += fmt::format(" {}={}", field.name(), field.json());
  }
  return line;
}

std::string json_members(std::string_view message, std::initializer_list<LogField> fields) {
  std::string line = fmt::format("\"message\":{}", quote(message));
  for (const LogField& field : fields) {
    line += fmt::format(",\"{}\":{}", field.name(), field.json());
  }
  return line;
}

}  // namespace

Result<LogLevel> parse_log_level(std::string_view text) {
  if (text == "debug") return LogLevel::debug;
  if (text == "info") return LogLevel::info;
  if (text == "warning") return LogLevel::warning;
  if (text == "error") return LogLevel::error;
  if (text == "off") return LogLevel::off;
  return Error(ErrorKind::invalid_argument, "invalid_log_level",
               fmt::format("'{}' is not a log level: use debug, info, warning, error or off.",
                           text.substr(0, 32)));
}

std::string_view to_string(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return "debug";
    case LogLevel::info:
      return "info";
    case LogLevel::warning:
      return "warning";
    case LogLevel::error:
      return "error";
    case LogLevel::off:
      return "off";
  }
  return "off";
}

LogField::LogField(std::string_view name, std::string_view text)
    : name_(name), json_(quote(text)) {}
LogField::LogField(std::string_view name, bool value)
    : name_(name), json_(value ? "true" : "false") {}
LogField::LogField(std::string_view name, double value)
    : name_(name), json_(std::isfinite(value) ? fmt::format("{}", value) : "null") {}
LogField::LogField(std::string_view name, std::int64_t value)
    : name_(name), json_(fmt::format("{}", value)) {}
LogField::LogField(std::string_view name, std::uint64_t value)
    : name_(name), json_(fmt::format("{}", value)) {}

bool Logger::is_enabled(LogLevel level) const {
  return sink_ != nullptr && sink_->should_log(to_spdlog(level));
}

void Logger::debug(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::debug, message, fields);
}
void Logger::info(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::info, message, fields);
}
void Logger::warning(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::warning, message, fields);
}
void Logger::error(std::string_view message, std::initializer_list<LogField> fields) const {
  write(LogLevel::error, message, fields);
}

void Logger::fault(std::string_view message, const std::exception& thrown,
                   std::optional<TaskId> task) const noexcept {
  try {
    if (task) {
      error(message, {{"task", task->value}, {"fault", thrown.what()}});
    } else {
      error(message, {{"fault", thrown.what()}});
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): for want of memory; it is only a line
  }
}

void Logger::write(LogLevel level, std::string_view message,
                   std::initializer_list<LogField> fields) const {
  if (!is_enabled(level)) return;
  sink_->log(to_spdlog(level),
             spdlog::string_view_t(format_ == LogFormat::json ? json_members(message, fields)
                                                              : text_line(message, fields)));
}

struct LogSystem::State {
  LogFormat format;
  std::shared_ptr<spdlog::details::thread_pool> thread_pool;
  std::shared_ptr<StderrSink> sink;
  mutable std::mutex mutex;
  LogLevel level;                                        // guarded by mutex
  std::vector<std::shared_ptr<spdlog::logger>> loggers;  // guarded by mutex
};

LogSystem::LogSystem(LogLevel level, LogFormat format) : state_(std::make_unique<State>()) {
  state_->format = format;
  state_->level = level;
  state_->thread_pool = std::make_shared<spdlog::details::thread_pool>(kBufferedLines, 1U);
  state_->sink = std::make_shared<StderrSink>();
  const std::string pattern =
      format == LogFormat::json
          ? R"({"time":"%Y-%m-%dT%H:%M:%S.%fZ","level":"%l","module":"%n",%v})"
          : "%Y-%m-%dT%H:%M:%S.%fZ %-7l %n: %v";
  state_->sink->set_formatter(
      std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc));
}

LogSystem::~LogSystem() {
  state_->sink->end();
}

Logger LogSystem::logger(const std::string& module) {
  auto logger = std::make_shared<spdlog::async_logger>(
      module, state_->sink, state_->thread_pool, spdlog::async_overflow_policy::overrun_oldest);
  const std::lock_guard lock(state_->mutex);
  logger->set_level(to_spdlog(state_->level));
  state_->loggers.push_back(logger);
  return Logger(logger, state_->format);
}

void LogSystem::set_level(LogLevel level) {
  const std::lock_guard lock(state_->mutex);
  state_->level = level;
  for (const auto& logger : state_->loggers) logger->set_level(to_spdlog(level));
}

LogLevel LogSystem::level() const {
  const std::lock_guard lock(state_->mutex);
  return state_->level;
}

}  // namespace geond::core
