// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>

#include "geond/core/random.hpp"
#include "geond/storage/blob_store.hpp"
#include "geond/storage/data_directory.hpp"
#include "geond/storage/database.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

namespace geond::storage {

/// A schema for tests: one table, and the view that blobs are kept by.
inline constexpr Migration kTestMigrations[] = {
    {1, "initial",
     "CREATE TABLE items (name TEXT NOT NULL UNIQUE, data BLOB) STRICT;"
     "CREATE TABLE pictures (sha256 TEXT NOT NULL) STRICT;"
     "CREATE VIEW blob_references (sha256) AS SELECT sha256 FROM pictures;"}};

struct Fixture {
  support::TemporaryDirectory directory;
  core::SystemRandom random;
  std::filesystem::path root = directory.path() / "data";
  std::unique_ptr<DataDirectory> data =
      std::make_unique<DataDirectory>(DataDirectory::open(root).value());
  DiskSpace disk{root / "reserve", 0, 1 << 20};
  int faults = 0;
  std::unique_ptr<Database> database = open_database();
  std::unique_ptr<BlobStore> blobs =
      BlobStore::open(root / "blobs", root / "tmp", *database, disk, random, {}).value();

  std::unique_ptr<Database> open_database() {
    DatabaseOptions options;
    options.file = root / "geond.db";
    options.migrations = kTestMigrations;
    options.disk = &disk;
    return Database::open(options, {}, [this](const core::Error&) { ++faults; }).value();
  }

  core::Result<void> insert(const std::string& name, std::size_t bytes = 0) {
    return database->write([&](WriteContext& context) -> core::Result<void> {
      context.connection()
          .prepare("INSERT INTO items (name, data) VALUES (?, zeroblob(?))")
          .bind(name, bytes)
          .run();
      return core::ok();
    });
  }

  std::int64_t count() {
    return database
        ->read([](Connection& connection) -> core::Result<std::int64_t> {
          Statement statement = connection.prepare("SELECT count(*) FROM items");
          statement.step();
          return statement.integer(0);
        })
        .value();
  }

  StagedBlob staged(std::string_view content) {
    StagedBlob blob = blobs->stage(0).value();
    blob.append(std::as_bytes(std::span(content))).value();
    static_cast<void>(blob.finish().value());
    return blob;
  }

  /// Publishes a blob, with a row that keeps it if `keep` says so.
  enum class Row { none, keeps_it };
  std::string publish(std::string_view content, Row row = Row::keeps_it) {
    StagedBlob blob = staged(content);
    database
        ->write([&](WriteContext& context) -> core::Result<void> {
          if (const auto done = blobs->publish(blob, context); !done) return done;
          if (row == Row::none) return core::ok();
          context.connection()
              .prepare("INSERT INTO pictures VALUES (?)")
              .bind(blob.info().sha256)
              .run();
          return core::ok();
        })
        .value();
    return blob.info().sha256;
  }
};

}  // namespace geond::storage
