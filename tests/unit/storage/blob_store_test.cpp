// SPDX-License-Identifier: MIT
#include "geond/storage/blob_store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "fixture.hpp"
#include "geond/core/clock.hpp"
#include "geond/core/file_descriptor.hpp"
#include "geond/storage/backup.hpp"

namespace geond::storage {
namespace {

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

core::Timestamp later() {
  return core::SystemClock().now() + std::chrono::hours(1);
}

}  // namespace

TEST_CASE_FIXTURE(Fixture, "a blob is called by its SHA-256 and read back as it was") {
  const std::string sha256 = publish("abc");
  CHECK(sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  const OpenBlob blob = blobs->open(sha256).value();
  CHECK(blob.size == 3);
  char content[3];
  REQUIRE(::read(blob.file.get(), content, 3) == 3);
  CHECK(std::string_view(content, 3) == "abc");
  CHECK(files_in(root / "tmp") == 0);
}

TEST_CASE_FIXTURE(Fixture, "the same content is stored once") {
  CHECK(publish("abc") == publish("abc"));
  int found = 0;
  REQUIRE(blobs->for_each([&](const std::string&) { return ++found > 0; }));
  CHECK(found == 1);
}

TEST_CASE_FIXTURE(Fixture, "an upload that is given up leaves nothing") {
  {
    const StagedBlob blob = staged("abc");
  }
  CHECK(files_in(root / "tmp") == 0);
}

TEST_CASE_FIXTURE(Fixture, "what an earlier process left in tmp is removed at the start") {
  std::ofstream(root / "tmp" / "left") << "x";
  blobs = BlobStore::open(root / "blobs", root / "tmp", *database, disk, random, {}).value();
  CHECK(files_in(root / "tmp") == 0);
}

// Their clients were told the name of the file and what the system had said of it.
TEST_CASE_FIXTURE(Fixture, "what the disk says of an upload is for the log alone") {
  StagedBlob unwritable = blobs->stage(0).value();
  const core::FileDescriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  REQUIRE(::dup3(null.get(), unwritable.descriptor(), O_CLOEXEC) >= 0);
  const auto appended = unwritable.append(std::as_bytes(std::span("abc")));
  StagedBlob unsyncable = blobs->stage(0).value();
  REQUIRE(::dup3(null.get(), unsyncable.descriptor(), O_CLOEXEC) >= 0);
  const auto finished = unsyncable.finish();
  REQUIRE(appended.has_error());
  REQUIRE(finished.has_error());
  for (const core::Error& error : {appended.error(), finished.error()}) {
    CHECK(error.kind() == core::ErrorKind::unavailable);
    CHECK(error.code() == "storage_failed");
    CHECK(error.detail() == "The server's disk failed and nothing was saved; try again later.");
  }
  CHECK(faults == 1);
}

TEST_CASE_FIXTURE(Fixture, "a name that is no SHA-256 opens nothing") {
  for (const char* name : {"", "..", "../../etc/passwd", "abc", "/etc/passwd"}) {
    CAPTURE(name);
    CHECK(blobs->open(name).error().code() == "blob_not_found");
  }
}

TEST_CASE_FIXTURE(Fixture, "an upload that was not finished is not published") {
  StagedBlob blob = blobs->stage(0).value();
  const auto published =
      database->write([&](WriteContext& context) { return blobs->publish(blob, context); });
  CHECK(published.error().code() == "blob_not_published");
}

TEST_CASE_FIXTURE(Fixture,
                  "a picture whose write is undone is removed, unless a row has the same one") {
  const std::string kept = publish("kept");
  for (const char* content : {"new", "kept"}) {
    CAPTURE(content);
    StagedBlob blob = staged(content);
    const auto undone = database->write([&](WriteContext& context) -> core::Result<void> {
      blobs->publish(blob, context).value();
      return core::Error(core::ErrorKind::conflict, "test", "The write is undone.");
    });
    CHECK(undone.error().code() == "test");
    CHECK(blobs->check_there(blob.info().sha256).has_value() == (blob.info().sha256 == kept));
  }
}

TEST_CASE_FIXTURE(Fixture, "a write that is undone takes no picture from its neighbours") {
  std::jthread failing([&](const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      StagedBlob blob = staged("abc");
      static_cast<void>(database->write([&](WriteContext& context) -> core::Result<void> {
        blobs->publish(blob, context).value();
        return core::Error(core::ErrorKind::conflict, "test", "The write is undone.");
      }));
    }
  });
  for (int i = 0; i < 30; ++i) CHECK(blobs->check_there(publish("abc")));
}

TEST_CASE_FIXTURE(Fixture, "the sweep removes what nothing refers to, once it is old enough") {
  const std::string kept = publish("kept");
  const std::string orphan = publish("orphan", Row::none);
  CHECK(blobs->sweep(later() - std::chrono::hours(2)).value().removed == 0);
  const SweepReport report = blobs->sweep(later()).value();
  CHECK(report.seen == 2);
  CHECK(report.removed == 1);
  CHECK(blobs->check_there(kept));
  CHECK_FALSE(blobs->check_there(orphan));
}

TEST_CASE_FIXTURE(Fixture, "the sweep cannot take a file that a new row has just found") {
  std::jthread sweeper([&](std::stop_token stop) {
    while (!stop.stop_requested()) static_cast<void>(blobs->sweep(later()));
  });
  for (int i = 0; i < 60; ++i) {
    publish("content " + std::to_string(i % 10), Row::none);
    const std::string sha256 = publish("content " + std::to_string(i % 10));
    CHECK(blobs->check_there(sha256));
  }
}

TEST_CASE_FIXTURE(Fixture, "no blob goes while a backup holds them") {
  const std::string orphan = publish("orphan", Row::none);
  {
    const BlobStore::RemovalHold hold(*blobs);
    CHECK(blobs->sweep(later()).value().removed == 0);
    CHECK_FALSE(blobs->take_put_off());
  }
  CHECK(blobs->take_put_off());
  CHECK_FALSE(blobs->take_put_off());
  CHECK(blobs->sweep(later()).value().removed == 1);
  CHECK_FALSE(blobs->take_put_off());
}

TEST_CASE_FIXTURE(Fixture, "uploads are refused below the watermark, reads and writes go on") {
  const std::string sha256 = publish("abc");
  DiskSpace full(root / "reserve", disk.available() + (1LL << 40), 1 << 20);
  const auto store =
      BlobStore::open(root / "blobs", root / "tmp", *database, full, random, {}).value();
  const auto staged_blob = store->stage(0);
  REQUIRE(staged_blob.has_error());
  CHECK(staged_blob.error().kind() == core::ErrorKind::storage_full);
  CHECK(staged_blob.error().code() == "disk_watermark");
  CHECK(store->open(sha256));
  CHECK(insert("a"));
}

TEST_CASE_FIXTURE(Fixture, "an upload that began with room ends when there is none any more") {
  StagedBlob blob = blobs->stage(0).value();
  const std::string piece(1000, 'x');
  CHECK(blob.append(std::as_bytes(std::span(piece))));
  disk.set_watermark(disk.available() + (1LL << 40));
  CHECK(blob.append(std::as_bytes(std::span(piece))).error().code() == "disk_watermark");
  CHECK(blob.size() == 1000);
}

TEST_CASE_FIXTURE(Fixture, "a folder that cannot be read is an error, not an empty folder") {
  const std::string sha256 = publish("abc");
  // 00 comes before the picture's folder and ff after it.
  for (const char* folder : {"00", "ff"}) {
    CAPTURE(folder);
    std::filesystem::remove(root / "blobs" / folder);
    std::ofstream(root / "blobs" / folder) << "no folder";
    CHECK(blobs->for_each([](const std::string&) { return true; }).has_error());
    CHECK(blobs->sweep(later()).has_error());
    CHECK(back_up(*database, *blobs, directory.path() / "copy").has_error());
    std::filesystem::remove(root / "blobs" / folder);
    std::filesystem::create_directory(root / "blobs" / folder);
  }
  CHECK(blobs->check_there(sha256));
}

// A folder that could not be entered made its pictures count as gone.
TEST_CASE_FIXTURE(Fixture, "what cannot be looked up is not taken for gone") {
  const std::string sha256 = publish("abc");
  const std::string never(64, 'a');
  const std::filesystem::path folder = root / "blobs" / sha256.substr(0, 2);
  std::filesystem::remove_all(folder);
  std::filesystem::create_symlink(folder, folder);
  CHECK(blobs->check_there(sha256).error().code() == "storage_failed");
  CHECK(blobs->check_there(never).error().code() == "blob_not_found");
  CHECK(blobs->missing(std::vector{sha256, never}) == std::set{never});
  std::filesystem::remove(folder);
  std::ofstream(folder) << "no folder";
  CHECK(blobs->check_there(sha256).error().code() == "blob_not_found");
}

TEST_CASE_FIXTURE(Fixture, "folders that vanish while the server runs are made again") {
  const std::string first = publish("abc");
  for (const std::filesystem::path& gone :
       std::vector{root / "blobs" / first.substr(0, 2), root / "tmp", root / "blobs"}) {
    CAPTURE(gone);
    std::filesystem::remove_all(gone);
    CHECK(publish("abc") == first);
    CHECK(blobs->check_there(first));
  }
}

TEST_CASE_FIXTURE(Fixture, "a client is not told the names of the server's files") {
  std::filesystem::remove_all(root / "tmp");
  std::ofstream(root / "tmp") << "no folder";
  const core::Error error = blobs->stage(0).error();
  CHECK(error.code() == "storage_failed");
  CHECK(error.detail().find("tmp") == std::string::npos);
}

TEST_CASE_FIXTURE(Fixture, "a stop ends a sweep, which then has removed nothing") {
  const std::string orphan = publish("orphan", Row::none);
  std::stop_source stop;
  stop.request_stop();
  CHECK(blobs->sweep(later(), stop.get_token()).error().code() == "stopping");
  CHECK(blobs->check_there(orphan));
}

TEST_CASE_FIXTURE(Fixture, "while the reserve is in use, uploads wait for room beside it") {
  REQUIRE(disk.ensure_reserve());
  CHECK(std::filesystem::file_size(root / "reserve") == 1 << 20);
  // A reserve of most of the disk: the room that it gives is the database's.
  DiskSpace tight(root / "reserve", 0, disk.available() / 3 * 2);
  CHECK(tight.check(0));
  CHECK(tight.release_reserve());
  CHECK_FALSE(tight.release_reserve());
  CHECK(tight.check(0).error().code() == "disk_watermark");
  // With ample room nobody has to wait until somebody looks.
  REQUIRE(disk.ensure_reserve());
  REQUIRE(disk.release_reserve());
  CHECK(disk.check(0));
  CHECK(std::filesystem::file_size(root / "reserve") == 1 << 20);
}

// It was told that pictures are refused, and they were taken.
TEST_CASE_FIXTURE(Fixture, "without a reserve nothing is taken in, and the operator is told why") {
  std::filesystem::create_directory(root / "reserve");
  const core::Error denied = disk.ensure_reserve().error();
  CHECK(denied.code() == "reserve_denied");
  CHECK(denied.detail().find((root / "reserve").string()) != std::string::npos);
  CHECK(disk.is_reserve_denied());
  CHECK_FALSE(disk.has_room(0));
  const core::Error refused = disk.check(0).error();
  CHECK(refused.code() == "disk_watermark");
  CHECK(refused.detail().find("reserve") == std::string::npos);
  // Not before somebody looks, but at the next upload.
  std::filesystem::remove(root / "reserve");
  CHECK(disk.check(0));
  CHECK(disk.has_room(0));
}

}  // namespace geond::storage
