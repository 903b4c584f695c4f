// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "geond/core/clock.hpp"
#include "geond/core/ids.hpp"
#include "geond/core/model_kind.hpp"
#include "geond/core/result.hpp"

namespace geond::storage {
class Database;
}

namespace geond::catalog {

/// A model that geond knows or has known.
struct Model {
  core::ModelId id;  ///< Counted per kind from 1; belongs to the name for ever.
  core::ModelKind kind = core::ModelKind::detection;
  std::string name;  ///< Unique among both kinds.
  std::string version;
  std::string sha256;       ///< Of the model, lower-case hexadecimal.
  bool is_enabled = false;  ///< Loaded now, and may be chosen.
  bool is_default = false;  ///< Chosen when nobody says which; one a kind.

  bool operator==(const Model&) const = default;
};

/// not_found `model_not_found`.
core::Error model_not_found(std::string_view name);

/// A name belongs to one kind for ever: tasks refer to models by it. `known` is every model that
/// there has been. Errors: conflict `model_kind_changed`.
core::Result<void> check_kind(std::span<const Model> known, std::string_view name,
                              core::ModelKind kind);

/// A model that was found at start.
struct ModelRegistration {
  core::ModelKind kind = core::ModelKind::detection;
  std::string name;
  std::string version;
  std::string sha256;
  bool is_default = false;  ///< What its manifest asks for.
};

/// Where the catalog keeps its rows. Every method is one transaction and may return storage's
/// errors. Thread-safe.
class ModelRepository {
 public:
  virtual ~ModelRepository() = default;

  /// Makes exactly these models enabled, in one transaction: a known name keeps its id and takes
  /// the new version and SHA-256, a new name gets the next id of its kind (in the order given),
  /// and the others stay, disabled. The default of a kind stays what it is. While it is
  /// not enabled another stands in for it, as one is chosen where there was none: the first that
  /// asks to be, else the enabled one with the smallest id.
  /// Returns all(). Errors: conflict `model_kind_changed` (a name that was of the other kind),
  /// `model_name_twice`.
  virtual core::Result<std::vector<Model>> replace_enabled(
      std::span<const ModelRegistration> models) = 0;

  /// Every model ever known, by kind and id. Before replace_enabled(): as the process before left
  /// them, a default that was not enabled among them.
  virtual core::Result<std::vector<Model>> all() const = 0;

  /// Makes an enabled model the default of its kind. Returns all(). Errors: not_found
  /// `model_not_found`.
  virtual core::Result<std::vector<Model>> set_default(std::string_view name) = 0;
};

/// The repository over geond's own database. What is passed must outlive it.
std::unique_ptr<ModelRepository> make_sqlite_model_repository(storage::Database& database,
                                                              const core::Clock& clock);

/// Which models may be asked for, answered from memory. Thread-safe.
class Catalog {
 public:
  /// `repository` must outlive it; nothing is known before register_models().
  explicit Catalog(ModelRepository& repository);
  ~Catalog();

  /// Takes over what was found at start. Errors: ModelRepository::replace_enabled's.
  core::Result<void> register_models(std::span<const ModelRegistration> models);

  /// The enabled models, by kind and id.
  std::vector<Model> list() const;
  std::vector<Model> list(core::ModelKind kind) const;

  /// By name, or the kind's default if `name` is empty. Errors: invalid_argument `unknown_model`
  /// (names the enabled ones; with the field `detector` or `classifier`), unavailable `no_model`
  /// (no name given and nothing enabled).
  core::Result<Model> resolve(core::ModelKind kind, std::string_view name) const;

  /// By name, of either kind. Errors: not_found `model_not_found`.
  core::Result<Model> find(std::string_view name) const;

  /// By its number, as the classic API asks for it; nothing if there is none that is enabled.
  std::optional<Model> find(core::ModelKind kind, core::ModelId id) const;

  /// Errors: not_found `model_not_found`, and storage's.
  core::Result<Model> set_default(std::string_view name);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace geond::catalog
