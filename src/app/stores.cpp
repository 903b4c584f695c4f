// SPDX-License-Identifier: MIT
#include "stores.hpp"

namespace geond::app {

core::Result<std::unique_ptr<Stores>> open_stores(const StoresConfig& config,
                                                  const core::Logger& logger) {
  auto stores = std::make_unique<Stores>();
  auto directory = storage::DataDirectory::open(config.data);
  if (!directory) return directory.error();
  stores->directory = std::make_unique<storage::DataDirectory>(std::move(*directory));
  const storage::DataLayout& layout = stores->directory->layout();
  if (auto checked = storage::check_database_not_lost(config.data); !checked) {
    return checked.error();
  }
  stores->disk = std::make_unique<storage::DiskSpace>(layout.reserve(), config.disk_watermark);
  storage::DatabaseOptions options;
  options.file = layout.database();
  options.readers = config.readers;
  options.disk = stores->disk.get();
  options.upgrade = config.upgrade;
  options.goes_on = config.goes_on;
  auto database = storage::Database::open(options, logger, config.on_fault);
  if (!database) return database.error();
  stores->database = std::move(*database);
  auto blobs = storage::BlobStore::open(layout.blobs(), layout.incoming(), *stores->database,
                                        *stores->disk, stores->random, logger);
  if (!blobs) return blobs.error();
  stores->blobs = std::move(*blobs);
  stores->accounts = auth::make_sqlite_auth_repository(*stores->database);
  auth::AuthConfig auth_config;
  auth_config.key_file = layout.signing_key();
  auth_config.registration = config.registration;
  auto auth = auth::AuthService::create(auth_config, *stores->accounts, stores->clock,
                                        stores->random, logger);
  if (!auth) return auth.error();
  stores->auth = std::move(*auth);
  return stores;
}

}  // namespace geond::app
