// SPDX-License-Identifier: MIT
#include "supervisor_link.hpp"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "geond/core/file_descriptor.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

/// What systemd has at the other end of NOTIFY_SOCKET.
class Supervisor {
 public:
  explicit Supervisor(const std::string& path)
      : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Supervisor() { ::unsetenv("NOTIFY_SOCKET"); }

  std::string heard() const {
    char buffer[256];
    const ssize_t got = ::recv(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT);
    return got < 0 ? "" : std::string(buffer, static_cast<std::size_t>(got));
  }

 private:
  const core::FileDescriptor socket_;
};

}  // namespace

TEST_CASE("the supervisor hears each state, and nobody is missed where there is none") {
  const support::TemporaryDirectory folder;
  app::notify_supervisor("READY=1");
  {
    const Supervisor supervisor((folder.path() / "notify").string());
    app::notify_supervisor("READY=1");
    CHECK(supervisor.heard() == "READY=1");
    app::notify_supervisor("RELOADING=1\nMONOTONIC_USEC=5");
    CHECK(supervisor.heard() == "RELOADING=1\nMONOTONIC_USEC=5");
  }
  ::setenv("NOTIFY_SOCKET", "/nowhere/at/all", 1);
  app::notify_supervisor("STOPPING=1");
  ::unsetenv("NOTIFY_SOCKET");
}

TEST_CASE("inherited sockets are taken only by the process that they are meant for, and once") {
  ::setenv("LISTEN_FDS", "2", 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  CHECK(app::take_inherited_sockets() == std::vector<int>{3, 4});
  CHECK(std::getenv("LISTEN_FDS") == nullptr);
  CHECK(app::take_inherited_sockets().empty());
  ::setenv("LISTEN_FDS", "2", 1);
  ::setenv("LISTEN_PID", "1", 1);
  CHECK(app::take_inherited_sockets().empty());
  ::setenv("LISTEN_FDS", "-7", 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  CHECK(app::take_inherited_sockets().empty());
}
