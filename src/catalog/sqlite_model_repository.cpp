// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "geond/catalog/catalog.hpp"
#include "geond/storage/database.hpp"

namespace geond::catalog {
namespace {

using core::Error;
using core::ErrorKind;
using storage::Connection;
using storage::Statement;
using storage::WriteContext;

std::vector<Model> read_all(Connection& connection) {
  std::vector<Model> models;
  Statement row = connection.prepare(
      "SELECT kind, id, name, version, sha256, enabled, is_default FROM models ORDER BY kind, id");
  while (row.step()) {
    models.push_back({row.id<core::ModelId>(1), static_cast<ModelKind>(row.integer(0)), row.text(2),
                      row.text(3), row.text(4), row.boolean(5), row.boolean(6)});
  }
  return models;
}

core::Result<void> check(const std::vector<Model>& known,
                         std::span<const ModelRegistration> models) {
  std::set<std::string_view> names;
  for (const ModelRegistration& model : models) {
    if (!names.insert(model.name).second) {
      return Error(ErrorKind::conflict, "model_name_twice",
                   fmt::format("Two models are called {}: rename one of them.", model.name));
    }
    if (auto checked = check_kind(known, model.name, model.kind); !checked) return checked.error();
  }
  return core::ok();
}

void insert_or_update(Connection& connection, const ModelRegistration& model, core::Timestamp now) {
  const int kind = static_cast<int>(model.kind);
  const int changed =
      connection
          .prepare(
              "UPDATE models SET version = ?, sha256 = ?, enabled = 1, updated_at = ? "
              "WHERE name = ?")
          .bind(model.version, model.sha256, now, model.name)
          .run();
  if (changed == 1) return;
  connection
      .prepare(
          "INSERT INTO models (kind, id, name, version, sha256, enabled, is_default, "
          "registered_at, updated_at) VALUES (?, "
          "(SELECT coalesce(max(id), 0) + 1 FROM models WHERE kind = ?), ?, ?, ?, 1, 0, ?, ?)")
      .bind(kind, kind, model.name, model.version, model.sha256, now, now)
      .run();
}

void make_default(Connection& connection, const Model& model) {
  connection.prepare("UPDATE models SET is_default = 0 WHERE kind = ? AND is_default = 1")
      .bind(static_cast<int>(model.kind))
      .run();
  connection.prepare("UPDATE models SET is_default = 1 WHERE kind = ? AND id = ?")
      .bind(static_cast<int>(model.kind), model.id)
      .run();
}

/// The model that is to be a kind's default now; null if it has none enabled.
const Model* choose_default(const std::vector<Model>& models, ModelKind kind,
                            std::span<const ModelRegistration> registrations) {
  const auto asks = [&](const Model& model) {
    const auto found = std::ranges::find(registrations, model.name, &ModelRegistration::name);
    return found != registrations.end() && found->is_default;
  };
  const Model* chosen = nullptr;
  for (const Model& model : models) {
    if (model.kind != kind || !model.is_enabled) continue;
    if (model.is_default) return &model;
    if (chosen == nullptr || (asks(model) && !asks(*chosen))) chosen = &model;
  }
  return chosen;
}

/// ModelRepository over geond's own database.
class SqliteModelRepository final : public ModelRepository {
 public:
  SqliteModelRepository(storage::Database& database, const core::Clock& clock)
      : database_(database), clock_(clock) {}

  core::Result<std::vector<Model>> replace_enabled(
      std::span<const ModelRegistration> models) override {
    return database_.write([&](WriteContext& context) -> core::Result<std::vector<Model>> {
      Connection& connection = context.connection();
      const auto checked = check(read_all(connection), models);
      if (!checked) return checked.error();
      connection.execute("UPDATE models SET enabled = 0");
      for (const ModelRegistration& model : models) {
        insert_or_update(connection, model, clock_.now());
      }
      connection.execute("UPDATE models SET is_default = 0 WHERE enabled = 0");
      const std::vector<Model> now = read_all(connection);
      for (const ModelKind kind : {ModelKind::detection, ModelKind::classification}) {
        const Model* chosen = choose_default(now, kind, models);
        if (chosen != nullptr) make_default(connection, *chosen);
      }
      return read_all(connection);
    });
  }

  core::Result<std::vector<Model>> all() const override {
    return database_.read([](Connection& connection) -> core::Result<std::vector<Model>> {
      return read_all(connection);
    });
  }

  core::Result<std::vector<Model>> set_default(std::string_view name) override {
    return database_.write([&](WriteContext& context) -> core::Result<std::vector<Model>> {
      const std::vector<Model> models = read_all(context.connection());
      const auto found = std::ranges::find(models, name, &Model::name);
      if (found == models.end() || !found->is_enabled) {
        return Error(ErrorKind::not_found, "model_not_found",
                     fmt::format("There is no model {}.", name.substr(0, 100)));
      }
      make_default(context.connection(), *found);
      return read_all(context.connection());
    });
  }

 private:
  storage::Database& database_;
  const core::Clock& clock_;
};

}  // namespace

std::unique_ptr<ModelRepository> make_sqlite_model_repository(storage::Database& database,
                                                              const core::Clock& clock) {
  return std::make_unique<SqliteModelRepository>(database, clock);
}

}  // namespace geond::catalog
