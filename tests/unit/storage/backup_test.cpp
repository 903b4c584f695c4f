// SPDX-License-Identifier: MIT
#include "geond/storage/backup.hpp"

#include <unistd.h>

#include <fstream>
#include <thread>

#include "fixture.hpp"

namespace geond::storage {

TEST_CASE_FIXTURE(Fixture, "a backup of a working server is whole and can be started from") {
  for (int i = 0; i < 20; ++i) {
    REQUIRE(insert(std::to_string(i)));
    publish("picture " + std::to_string(i));
  }
  std::filesystem::create_directories(root / "models" / "mine");
  std::ofstream(root / "models" / "mine" / "model.json") << "{}";
  std::ofstream(root / "token.key") << "key";
  {
    std::jthread busy([&](std::stop_token stop) {
      for (int i = 100; !stop.stop_requested(); ++i) {
        publish("picture " + std::to_string(i));
        static_cast<void>(insert(std::to_string(i)));
      }
    });
    const BackupReport report = back_up(*database, *blobs, directory.path() / "copy").value();
    CHECK(report.blobs >= 20);
    CHECK(report.bytes > 0);
  }
  const VerifyReport verified = verify(directory.path() / "copy").value();
  CHECK(verified.problems.empty());
  CHECK(verified.blobs >= 20);
  CHECK(std::filesystem::exists(directory.path() / "copy" / "models" / "mine" / "model.json"));
  CHECK(std::filesystem::exists(directory.path() / "copy" / "token.key"));
  CHECK_FALSE(std::filesystem::exists(directory.path() / "copy.partial"));
  DatabaseOptions options;
  options.file = directory.path() / "copy" / "geond.db";
  options.migrations = kTestMigrations;
  CHECK(Database::open(options, {}));
}

// 40 levels of copies in copies made 2.5 GB of a few files.
TEST_CASE_FIXTURE(Fixture, "links in what is copied along are followed, loops are not") {
  namespace fs = std::filesystem;
  fs::create_directories(root / "models" / "mine");
  fs::create_directories(directory.path() / "elsewhere");
  std::ofstream(directory.path() / "elsewhere" / "model.json") << "{}";
  fs::create_directory_symlink(directory.path() / "elsewhere", root / "models" / "linked");
  fs::create_directory_symlink(root / "models", root / "models" / "mine" / "up");
  fs::create_directory_symlink(".", root / "models" / "mine" / "here");
  fs::create_directory_symlink(root / "models", directory.path() / "elsewhere" / "back");
  const fs::path copy = directory.path() / "copy";
  REQUIRE(back_up(*database, *blobs, copy));
  CHECK(fs::exists(copy / "models" / "linked" / "model.json"));
  CHECK_FALSE(fs::exists(copy / "models" / "mine" / "up"));
  CHECK_FALSE(fs::exists(copy / "models" / "mine" / "here"));
  CHECK_FALSE(fs::exists(copy / "models" / "linked" / "back"));
}

TEST_CASE_FIXTURE(Fixture, "a backup does not overwrite anything") {
  std::filesystem::create_directory(directory.path() / "there");
  CHECK(back_up(*database, *blobs, directory.path() / "there").error().code() == "backup_exists");
  CHECK(back_up(*database, *blobs, "/dev/null/copy").error().code() == "backup_failed");
}

// In models it copied itself into itself until a path was too long; in blobs it broke verify.
TEST_CASE_FIXTURE(Fixture, "a backup into the folders that are geond's own is refused") {
  std::filesystem::create_directories(root / "models");
  std::filesystem::create_directory_symlink(root / "models", directory.path() / "link");
  for (const auto& within :
       {root / "blobs" / "copy", root / "tmp" / "copy", root / "models" / "copy", root / "models",
        root / "no" / ".." / "models" / "copy", directory.path() / "link" / "copy"}) {
    CAPTURE(within);
    const auto refused = back_up(*database, *blobs, within);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code() == "backup_within_data");
    CHECK(refused.error().kind() == core::ErrorKind::invalid_argument);
  }
  CHECK(back_up(*database, *blobs, root / "copy"));
  CHECK(back_up(*database, *blobs, root / "models-of-today"));
  CHECK(verify(root).value().problems.empty());
}

TEST_CASE_FIXTURE(Fixture, "a backup leaves a folder that happens to have its passing name alone") {
  const auto other = directory.path() / "copy.partial";
  std::filesystem::create_directory(other);
  std::ofstream(other / "mine") << "text";
  CHECK(back_up(*database, *blobs, directory.path() / "copy").error().code() == "backup_exists");
  CHECK(std::filesystem::exists(other / "mine"));
}

// "The server's disk failed" was said of a disk that need not be the server's.
TEST_CASE_FIXTURE(Fixture, "what cannot be copied is a backup that failed, and leaves nothing") {
  const std::string folder = publish("one");
  std::filesystem::remove(blobs->path_of(folder));
  std::filesystem::create_directory(blobs->path_of(folder));
  const auto failed = back_up(*database, *blobs, directory.path() / "copy");
  REQUIRE(failed.has_error());
  CHECK(failed.error().code() == "backup_failed");
  CHECK(failed.error().detail().find("copy: The disk failed: read ") != std::string::npos);
  CHECK(failed.error().detail().ends_with("Is a directory."));
  CHECK_FALSE(std::filesystem::exists(directory.path() / "copy.partial"));
}

TEST_CASE_FIXTURE(Fixture, "a backup whose name is taken meanwhile leaves nothing") {
  const auto destination = directory.path() / "copy";
  const auto partial = directory.path() / "copy.partial";
  const std::jthread other([&](const std::stop_token& stop) {
    while (!stop.stop_requested() && !std::filesystem::exists(partial)) std::this_thread::yield();
    std::ofstream(destination) << "mine";
  });
  CHECK(back_up(*database, *blobs, destination).error().code() == "backup_failed");
  CHECK(std::filesystem::is_regular_file(destination));
  CHECK_FALSE(std::filesystem::exists(partial));
}

TEST_CASE_FIXTURE(Fixture, "a backup takes the place of one that was interrupted") {
  const auto unfinished = directory.path() / "copy.partial";
  std::filesystem::create_directory(unfinished);
  std::ofstream(unfinished / "geond.db") << "half";
  REQUIRE(back_up(*database, *blobs, directory.path() / "copy"));
  CHECK_FALSE(std::filesystem::exists(unfinished));
}

TEST_CASE_FIXTURE(Fixture, "a backup's folder may end in a slash, and needs one to be in") {
  const auto report = back_up(*database, *blobs, directory.path() / "copy" / "");
  REQUIRE(report);
  CHECK(report->destination == directory.path() / "copy");
  CHECK(std::filesystem::exists(directory.path() / "copy" / "geond.db"));
  const auto nowhere = back_up(*database, *blobs, directory.path() / "none" / "copy");
  CHECK(nowhere.error().code() == "no_such_folder");
}

TEST_CASE_FIXTURE(Fixture, "a stop ends a backup, which leaves nothing, and a verification") {
  publish("one");
  std::stop_source stop;
  stop.request_stop();
  const auto destination = directory.path() / "stopped";
  CHECK(back_up(*database, *blobs, destination, stop.get_token()).error().code() == "stopping");
  CHECK_FALSE(std::filesystem::exists(destination));
  CHECK_FALSE(std::filesystem::exists(directory.path() / "stopped.partial"));
  CHECK(verify(root, stop.get_token()).error().code() == "stopping");
}

TEST_CASE_FIXTURE(Fixture, "a stop ends the copy of a large database") {
  for (int row = 0; row < 2'000; ++row) REQUIRE(insert("row " + std::to_string(row)));
  std::stop_source stop;
  stop.request_stop();
  const auto copied = database->copy_to(directory.path() / "copy.db", stop.get_token());
  CHECK(copied.error().code() == "stopping");
}

TEST_CASE_FIXTURE(Fixture, "a backup says which pictures were not there, and takes the others") {
  const std::string missing = publish("one");
  const std::string kept = publish("two");
  std::filesystem::remove(blobs->path_of(missing));
  const BackupReport report = back_up(*database, *blobs, directory.path() / "copy").value();
  CHECK(report.missing == std::vector{missing});
  CHECK(report.blobs == 1);
  const VerifyReport verified = verify(directory.path() / "copy").value();
  CHECK(verified.missing == 1);
  CHECK(verified.broken == 0);
}

TEST_CASE_FIXTURE(Fixture, "verify finds a missing and a changed picture") {
  const std::string missing = publish("one");
  const std::string broken = publish("two");
  publish("three", Row::none);
  CHECK(verify(root).value().problems.empty());
  CHECK(verify(root).value().orphans == 1);
  std::filesystem::remove(blobs->path_of(missing));
  std::ofstream(blobs->path_of(broken)) << "changed";
  const VerifyReport report = verify(root).value();
  CHECK(report.missing == 1);
  CHECK(report.broken == 1);
  CHECK(report.problems.size() == 2);
  CHECK(verify(directory.path() / "nowhere").error().code() == "data_directory_not_found");
}

// It was neither broken nor missing: "0 pictures are whole".
TEST_CASE_FIXTURE(Fixture, "verify finds a picture that cannot be opened or read") {
  const std::string linked = publish("one");
  const std::string folder = publish("two");
  for (const std::string& sha256 : {linked, folder})
    std::filesystem::remove(blobs->path_of(sha256));
  std::filesystem::create_symlink("nowhere", blobs->path_of(linked));
  std::filesystem::create_directory(blobs->path_of(folder));
  const VerifyReport report = verify(root).value();
  CHECK(report.blobs == 0);
  CHECK(report.unreadable == 2);
  CHECK(report.missing == 0);
  REQUIRE(report.problems.size() == 2);
  for (const std::string& problem : report.problems) {
    CHECK(problem.find("cannot be read: ") != std::string::npos);
  }
}

// The error of one folder was forgotten when the next could be read.
TEST_CASE_FIXTURE(Fixture, "verify names each thing among the pictures that is not geond's") {
  publish("one");
  std::ofstream(root / "blobs" / "00-README") << "text";
  std::ofstream(root / "blobs" / "zz-README") << "text";
  const VerifyReport report = verify(root).value();
  CHECK(report.blobs == 1);
  REQUIRE(report.problems.size() == 2);
  for (const std::string& problem : report.problems) {
    CHECK(problem.find("README is not a file of geond's.") != std::string::npos);
  }
}

TEST_CASE_FIXTURE(Fixture, "verify tells of folders that cannot be listed") {
  const std::string sha256 = publish("one");
  const auto folder = blobs->path_of(sha256).parent_path();
  std::filesystem::permissions(folder, std::filesystem::perms::none);
  if (::access(folder.c_str(), R_OK) != 0) {  // Root may read everything.
    const VerifyReport report = verify(root).value();
    CHECK(report.missing == 0);
    REQUIRE(report.problems.size() == 1);
    CHECK(report.problems.front().find("cannot be checked: ") != std::string::npos);
  }
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
  std::filesystem::remove_all(root / "blobs");
  const VerifyReport report = verify(root).value();
  CHECK(report.missing == 1);
  CHECK(report.problems.size() == 2);
}

}  // namespace geond::storage
