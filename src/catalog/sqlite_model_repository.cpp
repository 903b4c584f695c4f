// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
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

std::vector<Model> read_rows(Connection& connection) {
  std::vector<Model> models;
  Statement row = connection.prepare(
      "SELECT kind, id, name, version, sha256, enabled, is_default FROM models ORDER BY kind, id");
  while (row.step()) {
    models.push_back({row.id<core::ModelId>(1), static_cast<core::ModelKind>(row.integer(0)),
                      row.text(2), row.text(3), row.text(4), row.boolean(5), row.boolean(6)});
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

/// Names of the models whose manifests ask to be the default.
using Asking = std::set<std::string>;

Asking asking_among(std::span<const ModelRegistration> models) {
  Asking names;
  for (const ModelRegistration& model : models) {
    if (model.is_default) names.insert(model.name);
  }
  return names;
}

/// The model that is to be a kind's default now; null if it has none enabled.
Model* choose_default(std::vector<Model>& models, core::ModelKind kind, const Asking& asking) {
  Model* chosen = nullptr;
  for (Model& model : models) {
    if (model.kind != kind || !model.is_enabled) continue;
    if (model.is_default) return &model;
    const bool asks_first =
        chosen != nullptr && asking.contains(model.name) && !asking.contains(chosen->name);
    if (chosen == nullptr || asks_first) chosen = &model;
  }
  return chosen;
}

bool has_default(const std::vector<Model>& models, core::ModelKind kind) {
  return std::ranges::any_of(
      models, [&](const Model& model) { return model.kind == kind && model.is_default; });
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
      const auto checked = check(read_rows(connection), models);
      if (!checked) return checked.error();
      connection.execute("UPDATE models SET enabled = 0");
      for (const ModelRegistration& model : models) {
        insert_or_update(connection, model, clock_.now());
      }
      std::vector<Model> now = read_rows(connection);
      for (const core::ModelKind kind : kKinds) {
        // One that is not there now stays the default for when it is back.
        if (has_default(now, kind)) continue;
        const Model* chosen = choose_default(now, kind, asking_among(models));
        if (chosen != nullptr) make_default(connection, *chosen);
      }
      {
        const std::lock_guard lock(mutex_);
        asking_ = asking_among(models);
      }
      return read_all(connection);
    });
  }

  core::Result<std::vector<Model>> all() const override {
    return database_.read([this](Connection& connection) -> core::Result<std::vector<Model>> {
      return read_all(connection);
    });
  }

  core::Result<std::vector<Model>> set_default(std::string_view name) override {
    return database_.write([&](WriteContext& context) -> core::Result<std::vector<Model>> {
      const std::vector<Model> models = read_rows(context.connection());
      const auto found = std::ranges::find(models, name, &Model::name);
      if (found == models.end() || !found->is_enabled) {
        return model_not_found(name);
      }
      make_default(context.connection(), *found);
      return read_all(context.connection());
    });
  }

 private:
  static constexpr core::ModelKind kKinds[] = {core::ModelKind::detection,
                                               core::ModelKind::classification};

  /// The rows, but that where a default is not there, another of its kind stands in for it.
  std::vector<Model> read_all(Connection& connection) const {
    std::vector<Model> models = read_rows(connection);
    const std::lock_guard lock(mutex_);
    if (!asking_) return models;
    for (const core::ModelKind kind : kKinds) {
      Model* chosen = choose_default(models, kind, *asking_);
      for (Model& model : models) {
        if (model.kind == kind) model.is_default = &model == chosen;
      }
    }
    return models;
  }

  storage::Database& database_;
  const core::Clock& clock_;
  mutable std::mutex mutex_;
  std::optional<Asking> asking_;  ///< Of the last replace_enabled(); guarded by mutex_.
};

}  // namespace

std::unique_ptr<ModelRepository> make_sqlite_model_repository(storage::Database& database,
                                                              const core::Clock& clock) {
  return std::make_unique<SqliteModelRepository>(database, clock);
}

}  // namespace geond::catalog
