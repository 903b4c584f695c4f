// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "geond/core/ids.hpp"
#include "geond/core/result.hpp"

namespace spdlog {
class logger;
}

namespace geond::core {

enum class LogLevel { debug, info, warning, error, off };
enum class LogFormat { text, json };

/// `debug`, `info`, `warning`, `error` or `off`. Errors: invalid_argument `invalid_log_level`.
Result<LogLevel> parse_log_level(std::string_view text);

/// The name that parse_log_level() reads.
std::string_view to_string(LogLevel level);

/// One named value of a log line: text, an integer, a number or a truth value.
class LogField {
 public:
  LogField(std::string_view name, std::string_view text);
  LogField(std::string_view name, const char* text) : LogField(name, std::string_view(text)) {}
  LogField(std::string_view name, const std::string& text)
      : LogField(name, std::string_view(text)) {}
  LogField(std::string_view name, bool value);
  LogField(std::string_view name, double value);
  LogField(std::string_view name, std::int64_t value);
  LogField(std::string_view name, std::uint64_t value);
  LogField(std::string_view name, int value) : LogField(name, static_cast<std::int64_t>(value)) {}
  LogField(std::string_view name, unsigned value)
      : LogField(name, static_cast<std::uint64_t>(value)) {}

  std::string_view name() const { return name_; }
  /// The value as JSON: quoted and escaped if it is text.
  const std::string& json() const { return json_; }

 private:
  std::string_view name_;
  std::string json_;
};

/// What a module logs with. Cheap to copy, thread-safe, never blocks: a full buffer drops its
/// oldest lines. Never give it bodies or secrets.
class Logger {
 public:
  /// A logger that drops everything: for tests and tools.
  Logger() = default;
  Logger(std::shared_ptr<spdlog::logger> sink, LogFormat format)
      : sink_(std::move(sink)), format_(format) {}

  /// Whether a line of that level is written at present: to be asked before a frequent line whose
  /// fields cost something to make.
  bool is_enabled(LogLevel level) const;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) const;
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const;

  /// An error's line with what was thrown, for who goes on all the same; `message` says with what,
  /// `task` at which task, where it was at one. Never throws: where memory lacks for the line,
  /// there is none. Takes no fields of its caller's, since making those may throw.
  void fault(std::string_view message, const std::exception& thrown,
             std::optional<TaskId> task = std::nullopt) const noexcept;

 private:
  void write(LogLevel level, std::string_view message,
             std::initializer_list<LogField> fields) const;

  std::shared_ptr<spdlog::logger> sink_;
  LogFormat format_ = LogFormat::text;
};

/// Owns the log's thread and buffer; makes the loggers. Lines go to stderr.
/// Destroy it last: its destructor writes what the buffer still holds, as far as stderr takes it
/// within a second.
class LogSystem {
 public:
  LogSystem(LogLevel level, LogFormat format);
  ~LogSystem();
  LogSystem(const LogSystem&) = delete;
  LogSystem& operator=(const LogSystem&) = delete;

  /// The logger of one module; `module` stands in every line.
  Logger logger(const std::string& module);

  /// Takes effect at once for every logger made here, from any thread.
  void set_level(LogLevel level);
  LogLevel level() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace geond::core
