// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sys/socket.h>

#include <fstream>

#include "doctor_checks.hpp"
#include "geond/storage/file_descriptor.hpp"
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
  storage::FileDescriptor socket;
  std::string url;
};

}  // namespace

TEST_CASE("the data directory is well when it is writable and for its owner alone") {
  const support::TemporaryDirectory folder;
  CHECK(cli::check_data(folder.path() / "to-be").remedy.empty());
  fs::permissions(folder.path(), fs::perms::owner_all);
  CHECK(cli::check_data(folder.path()).remedy.empty());
  fs::permissions(folder.path(), fs::perms::others_read, fs::perm_options::add);
  CHECK(cli::check_data(folder.path()).remedy.find("chmod 700") != std::string::npos);
  CHECK_FALSE(cli::check_data("/no/such/folder/at/all").remedy.empty());
}

TEST_CASE("a signing key that others can read is found") {
  const support::TemporaryDirectory folder;
  CHECK(cli::check_key(folder.path()).remedy.empty());
  write(folder.path() / "token.key", fs::perms::owner_read | fs::perms::owner_write);
  CHECK(cli::check_key(folder.path()).remedy.empty());
  fs::permissions(folder.path() / "token.key", fs::perms::group_read, fs::perm_options::add);
  CHECK(cli::check_key(folder.path()).remedy.find("chmod 600") != std::string::npos);
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
    const Finding finding = cli::check_server(url);
    CHECK(finding.what == "port");
    CHECK(finding.remedy.find("ss -ltnp") != std::string::npos);
  }
  CHECK(cli::check_server(url).remedy.empty());
  CHECK_FALSE(cli::check_server("http://192.0.2.1.example.invalid:80").remedy.empty());
  CHECK_FALSE(cli::check_server("nonsense").remedy.empty());
}

TEST_CASE("the libraries of the build are not older than themselves") {
  CHECK(cli::libraries_older_than_built().empty());
  CHECK(cli::check_libraries().remedy.empty());
}
