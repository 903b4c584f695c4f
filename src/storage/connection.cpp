// SPDX-License-Identifier: MIT
#include "geond/storage/connection.hpp"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include <unordered_map>

namespace geond::storage {
namespace {

/// Lets a map of strings be searched by string_view without a copy.
struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};

/// Of a file that nobody can write to, as SQLite's URI: it then asks for neither lock nor log.
std::string immutable_uri(std::string_view path) {
  std::string uri = "file:";
  for (const char character : path) {
    const bool is_special = character == '%' || character == '?' || character == '#';
    uri += is_special ? fmt::format("%{:02x}", static_cast<unsigned char>(character))
                      : std::string(1, character);
  }
  return uri + "?immutable=1";
}

std::string open_name(const std::string& path, Connection::Mode mode) {
  return mode == Connection::Mode::immutable ? immutable_uri(path) : path;
}

int open_flags(Connection::Mode mode) {
  if (mode == Connection::Mode::immutable) {
    return SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX | SQLite::OPEN_URI;
  }
  // Each connection is used by one thread at a time, so SQLite's own lock a call is saved.
  if (mode == Connection::Mode::read_only) return SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX;
  return SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX;
}

}  // namespace

struct Statement::Slot {
  Slot(const SQLite::Database& database, const std::string& sql) : statement(database, sql) {}

  SQLite::Statement statement;
  bool is_in_use = false;
};

struct Connection::State {
  State(const std::string& path, Mode mode)
      : database(open_name(path, mode), open_flags(mode), 5'000) {}

  SQLite::Database database;
  std::unordered_map<std::string, std::shared_ptr<Statement::Slot>, TextHash, std::equal_to<>>
      statements;
};

Statement::~Statement() {
  if (!slot_) return;
  // The error of a failed step comes again here; its caller has it already.
  static_cast<void>(slot_->statement.tryReset());
  slot_->statement.clearBindings();
  slot_->is_in_use = false;
}

bool Statement::step() {
  return slot_->statement.executeStep();
}

int Statement::run() {
  return slot_->statement.exec();
}

bool Statement::is_null(int column) const {
  return slot_->statement.getColumn(column).isNull();
}

std::int64_t Statement::integer(int column) const {
  return slot_->statement.getColumn(column).getInt64();
}

double Statement::real(int column) const {
  return slot_->statement.getColumn(column).getDouble();
}

std::string Statement::text(int column) const {
  return slot_->statement.getColumn(column).getString();
}

std::span<const std::byte> Statement::blob(int column) const {
  const SQLite::Column value = slot_->statement.getColumn(column);
  const void* bytes = value.getBlob();
  return {static_cast<const std::byte*>(bytes), static_cast<std::size_t>(value.getBytes())};
}

core::Timestamp Statement::time(int column) const {
  return core::Timestamp(std::chrono::microseconds(integer(column)));
}

std::optional<core::Timestamp> Statement::optional_time(int column) const {
  if (is_null(column)) return std::nullopt;
  return time(column);
}

std::optional<std::string> Statement::optional_text(int column) const {
  if (is_null(column)) return std::nullopt;
  return text(column);
}

std::optional<double> Statement::optional_real(int column) const {
  if (is_null(column)) return std::nullopt;
  return real(column);
}

void Statement::bind_value(int position, std::nullopt_t) {
  slot_->statement.bind(position);
}

void Statement::bind_value(int position, std::span<const std::byte> blob) {
  // SQLite takes a null pointer for NULL, but an empty blob is a value.
  static constexpr std::byte kNothing{};
  slot_->statement.bind(position, blob.empty() ? &kNothing : blob.data(),
                        static_cast<int>(blob.size()));
}

void Statement::bind_value(int position, core::Timestamp time) {
  bind_integer(position, time.time_since_epoch().count());
}

void Statement::bind_integer(int position, std::int64_t value) {
  slot_->statement.bind(position, value);
}

void Statement::bind_real(int position, double value) {
  slot_->statement.bind(position, value);
}

void Statement::bind_text(int position, std::string_view value) {
  slot_->statement.bind(position, std::string(value));
}

Connection::Connection(const std::string& path, Mode mode)
    : state_(std::make_unique<State>(path, mode)) {
  // A schema from a damaged or hostile file must not run functions; what is sorted stays in
  // memory, so that a full disk cannot fail a read.
  execute("PRAGMA trusted_schema = OFF; PRAGMA temp_store = MEMORY; PRAGMA cell_size_check = ON");
}

Connection::~Connection() = default;

Statement Connection::prepare(std::string_view sql) {
  const auto found = state_->statements.find(sql);
  if (found != state_->statements.end() && !found->second->is_in_use) {
    found->second->is_in_use = true;
    return Statement(found->second);
  }
  auto slot = std::make_shared<Statement::Slot>(state_->database, std::string(sql));
  slot->is_in_use = true;
  if (found == state_->statements.end()) state_->statements.emplace(sql, slot);
  return Statement(std::move(slot));
}

void Connection::execute(const std::string& sql) {
  state_->database.exec(sql);
}

std::int64_t Connection::last_insert_id() const {
  return state_->database.getLastInsertRowid();
}

bool Connection::in_transaction() const {
  return sqlite3_get_autocommit(handle()) == 0;
}

sqlite3* Connection::handle() const {
  return state_->database.getHandle();
}

}  // namespace geond::storage
