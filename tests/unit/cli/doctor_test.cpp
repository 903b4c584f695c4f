// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fstream>

#include "doctor_checks.hpp"
#include "geond/app/own_url.hpp"
#include "geond/core/file_descriptor.hpp"
#include "geond/storage/connection.hpp"
#include "geond/storage/migrator.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"
#include "version.hpp"

using namespace geond;
using cli::Finding;
using std::chrono::system_clock;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, fs::perms permissions) {
  std::ofstream(file) << "x";
  fs::permissions(file, permissions);
}

/// A TCP socket on a free port of 127.0.0.1 that listens to nobody.
struct TakenPort {
  TakenPort() : socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    socklen_t size = sizeof address;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(socket.get(), generic, size) == 0);
    REQUIRE(::getsockname(socket.get(), generic, &size) == 0);
    url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  core::FileDescriptor socket;
  std::string url;
};

}  // namespace

TEST_CASE("the data directory is well when it is writable and for its owner alone") {
  const support::TemporaryDirectory folder;
  // geond serve makes the folders on the way, too.
  CHECK(cli::check_data(folder.path() / "to" / "be" / "made").remedy.empty());
  std::ofstream(folder.path() / "file") << "in the way";
  CHECK(cli::check_data(folder.path() / "file" / "data").state.find("no folder") !=
        std::string::npos);
  fs::remove(folder.path() / "file");
  fs::permissions(folder.path(), fs::perms::owner_all);
  CHECK(cli::check_data(folder.path()).remedy.empty());
  fs::permissions(folder.path(), fs::perms::others_read, fs::perm_options::add);
  CHECK(cli::check_data(folder.path()).remedy.find("chmod 700") != std::string::npos);
}

// Root may do everything everywhere, and every answer was good.
TEST_CASE("root judges the data directory as its owner, whom geond runs as") {
  if (::geteuid() != 0) return;
  constexpr uid_t kOwner = 65534;
  const support::TemporaryDirectory folder;
  REQUIRE(::chown(folder.path().c_str(), kOwner, kOwner) == 0);
  fs::permissions(folder.path(), fs::perms::owner_all);
  const Finding good = cli::check_data(folder.path());
  CHECK(good.state.find("its owner") != std::string::npos);
  CHECK(good.remedy.empty());

  fs::permissions(folder.path(), fs::perms::owner_read | fs::perms::owner_exec);
  CHECK(cli::check_data(folder.path()).remedy.find("chown -R") != std::string::npos);
  fs::permissions(folder.path(), fs::perms::owner_all);

  // As a command of root's leaves it behind.
  write(folder.path() / "token.key", fs::perms::owner_read | fs::perms::owner_write);
  const Finding foreign = cli::check_data(folder.path());
  CHECK(foreign.state.find("token.key") != std::string::npos);
  CHECK_FALSE(foreign.remedy.empty());
}

TEST_CASE("a database that geond does not start with is found, and nothing is changed in it") {
  const support::TemporaryDirectory folder;
  const fs::path file = folder.path() / "geond.db";
  CHECK(cli::check_database(folder.path()).remedy.empty());

  std::ofstream(file) << std::string(5'000, 'x');
  const Finding damaged = cli::check_database(folder.path());
  CHECK(damaged.state.find("damaged") != std::string::npos);
  CHECK(damaged.remedy.find("backup") != std::string::npos);
  CHECK(fs::file_size(file) == 5'000);

  fs::remove(file);
  storage::Connection(file.string(), storage::Connection::Mode::read_write)
      .execute("CREATE TABLE songs (title TEXT)");
  CHECK(cli::check_database(folder.path()).remedy.find("another program") != std::string::npos);

  fs::remove(file);
  REQUIRE(storage::migrate(file, storage::embedded_migrations(), core::Logger()));
  CHECK(cli::check_database(folder.path()).remedy.empty());
  storage::Connection(file.string(), storage::Connection::Mode::read_write)
      .execute("PRAGMA user_version = 1000");
  CHECK(cli::check_database(folder.path()).remedy.find("newer geond") != std::string::npos);
}

TEST_CASE("settings that geond serve refuses are found") {
  app::ServeConfig config;
  CHECK(cli::check_settings(config).remedy.empty());
  config.tls_certificate = "cert.pem";
  CHECK(cli::check_settings(config).remedy.find("--tls-key") != std::string::npos);
}

TEST_CASE("room below the watermark is too little") {
  const support::TemporaryDirectory folder;
  constexpr std::int64_t kMoreThanAnyDisk = 1LL << 60;
  CHECK(cli::check_disk(folder.path(), kMoreThanAnyDisk).remedy.find("disk-watermark") !=
        std::string::npos);
}

TEST_CASE("more connections than there may be open files are told before the start") {
  CHECK(cli::check_open_files(1'000'000'000).remedy.find("max-connections") != std::string::npos);
  CHECK(cli::check_open_files(1).remedy.empty());
}

TEST_CASE("a server that listens everywhere is asked at loopback") {
  CHECK(app::own_url("0.0.0.0:8080", false, "") == "http://127.0.0.1:8080");
  CHECK(app::own_url("[::]:8443", true, "/geond") == "https://[::1]:8443/geond");
  CHECK(app::own_url("192.0.2.1:80", false, "") == "http://192.0.2.1:80");
}

TEST_CASE("a signing key that geond does not start with is found") {
  const support::TemporaryDirectory folder;
  const fs::path key = folder.path() / "token.key";
  CHECK(cli::check_key(folder.path()).remedy.empty());

  std::ofstream(key) << std::string(32, 'k');
  fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
  CHECK(cli::check_key(folder.path()).remedy.empty());
  fs::permissions(key, fs::perms::group_read, fs::perm_options::add);
  CHECK(cli::check_key(folder.path()).remedy.find("chmod 600") != std::string::npos);

  fs::remove(key);
  write(key, fs::perms::owner_read | fs::perms::owner_write);
  CHECK(cli::check_key(folder.path()).remedy.find("32 bytes") != std::string::npos);

  fs::rename(key, folder.path() / "elsewhere");
  fs::create_symlink(folder.path() / "elsewhere", key);
  CHECK(cli::check_key(folder.path()).remedy.find("symbolic link") != std::string::npos);
}

TEST_CASE("pictures whose database is gone are found") {
  const support::TemporaryDirectory folder;
  fs::create_directories(folder.path() / "blobs" / "ab");
  std::ofstream(folder.path() / "blobs" / "ab" / "cdef") << "picture";
  const Finding lost = cli::check_database(folder.path());
  CHECK(lost.state == "lost");
  CHECK(lost.remedy.find("backup") != std::string::npos);
  std::ofstream(folder.path() / "geond.db").close();
  CHECK(cli::check_database(folder.path()).state == "lost");
}

TEST_CASE("a file where geond keeps its pictures is found") {
  const support::TemporaryDirectory folder;
  fs::permissions(folder.path(), fs::perms::owner_all);
  std::ofstream(folder.path() / "blobs") << "no folder";
  CHECK(cli::check_data(folder.path()).state.find("blobs is no folder") != std::string::npos);
}

TEST_CASE("models that are not there or broken are found") {
  const support::TemporaryDirectory folder;
  CHECK_FALSE(cli::check_models((folder.path() / "nowhere").string()).remedy.empty());
  CHECK_FALSE(cli::check_models(folder.path().string()).remedy.empty());
  fs::create_directory(folder.path() / "broken");
  write(folder.path() / "broken" / "model.json", fs::perms::owner_read);
  CHECK(cli::check_models(folder.path().string()).remedy.find("broken") != std::string::npos);
}

TEST_CASE("a clock that cannot be right is found") {
  const support::TemporaryDirectory folder;
  const auto now = system_clock::now();
  CHECK(cli::check_clock(now, folder.path()).remedy.empty());
  CHECK_FALSE(cli::check_clock(system_clock::time_point(), folder.path()).remedy.empty());
  write(folder.path() / "geond.db", fs::perms::owner_all);
  CHECK(cli::check_clock(now, folder.path()).remedy.empty());
  CHECK_FALSE(cli::check_clock(now - std::chrono::hours(1), folder.path()).remedy.empty());
}

TEST_CASE("a port is free, or taken by something that does not answer") {
  std::string url;
  {
    const TakenPort taken;
    url = taken.url;
    const Finding finding = cli::check_server({url, {}, ""});
    CHECK(finding.what == "port");
    CHECK(finding.state.find("No answer from") != std::string::npos);
    CHECK(finding.remedy.find("ss -ltnp") != std::string::npos);
    const Finding elsewhere = cli::check_server({url, {}, ""}, http::ListenAddress{"127.0.0.1", 0});
    CHECK(elsewhere.remedy.empty());
  }
  CHECK(cli::check_server({url, {}, ""}).remedy.empty());
  CHECK_FALSE(cli::check_server({"http://192.0.2.1.example.invalid:80", {}, ""}).remedy.empty());
  CHECK_FALSE(cli::check_server({"nonsense", {}, ""}).remedy.empty());
}

TEST_CASE("the libraries of the build are not older than themselves") {
  CHECK(cli::libraries_older_than_built().empty());
  CHECK(cli::check_libraries().remedy.empty());
}
