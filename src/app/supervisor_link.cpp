// SPDX-License-Identifier: MIT
#include "supervisor_link.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string>

#include "geond/core/file_descriptor.hpp"

namespace geond::app {
namespace {

/// The first inherited descriptor, by the protocol's definition.
constexpr int kFirstInherited = 3;
constexpr int kMostInherited = 64;

}  // namespace

std::vector<int> take_inherited_sockets() {
  std::vector<int> sockets;
  const char* count = std::getenv("LISTEN_FDS");
  const char* process = std::getenv("LISTEN_PID");
  if (count != nullptr && process != nullptr && std::atol(process) == ::getpid()) {
    const int most = std::min(std::atoi(count), kMostInherited);
    for (int index = 0; index < most; ++index) sockets.push_back(kFirstInherited + index);
  }
  ::unsetenv("LISTEN_FDS");
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDNAMES");
  return sockets;
}

void notify_supervisor(std::string_view state) {
  const char* name = std::getenv("NOTIFY_SOCKET");
  if (name == nullptr) return;
  sockaddr_un address{};
  const std::size_t length = std::strlen(name);
  if (length < 2 || length >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, name, length);
  if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // abstract
  const core::FileDescriptor connection(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!connection.is_open()) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  // A supervisor that does not listen is no reason to stop.
  static_cast<void>(::sendto(connection.get(), state.data(), state.size(), MSG_NOSIGNAL,
                             reinterpret_cast<const sockaddr*>(&address), size));
}

void extend_start() {
  notify_supervisor("EXTEND_TIMEOUT_USEC=60000000");
}

}  // namespace geond::app
