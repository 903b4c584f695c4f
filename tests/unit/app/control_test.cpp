// SPDX-License-Identifier: MIT
#include "geond/app/control.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "geond/app/administration.hpp"
#include "geond/core/file_descriptor.hpp"
#include "geond/storage/data_directory.hpp"
#include "support/print_result.hpp"
#include "support/temporary_directory.hpp"

using namespace geond;

namespace {

void connect_to(const std::filesystem::path& data, int client) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string name = storage::DataLayout(data).control_socket().string();
  std::strncpy(address.sun_path, name.c_str(), sizeof address.sun_path - 1);
  REQUIRE(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
}

}  // namespace

TEST_CASE("a request gets its answer through a socket that only the owner may use") {
  const support::TemporaryDirectory data;
  const mode_t umask_before = ::umask(0);
  const auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [](const std::string& request, const std::stop_token&) { return "echo " + request; },
      core::Logger());
  CHECK(::umask(umask_before) == 0);
  REQUIRE(server);
  struct stat status{};
  REQUIRE(::stat(storage::DataLayout(data.path()).control_socket().c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(app::ask_server(data.path(), "one").value() == "echo one");
  CHECK(app::ask_server(data.path(), "two").value() == "echo two");
}

TEST_CASE("where no server listens the error says so") {
  const support::TemporaryDirectory data;
  const auto stale = [&] {
    const core::FileDescriptor closed(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const std::string name = storage::DataLayout(data.path()).control_socket().string();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, name.c_str(), sizeof address.sun_path - 1);
    ::bind(closed.get(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  };
  for (const bool is_stale : {false, true}) {
    CAPTURE(is_stale);
    if (is_stale) stale();
    const auto answer = app::ask_server(data.path(), "one");
    REQUIRE(answer.has_error());
    CHECK(answer.error().code() == "control_unreachable");
    CHECK(answer.error().detail().find("server that is starting") != std::string::npos);
  }
}

// "The server does not answer: No such file or directory", where a backup was at work.
TEST_CASE("where a command holds the data directory, another is told to wait for it") {
  const support::TemporaryDirectory folder;
  const auto data = folder.path() / "data";
  const auto held = storage::DataDirectory::open(data);
  REQUIRE(held);
  std::ofstream(data / "geond.db") << "";
  const auto answer = app::administer(data, R"({"do": "user-list"})");
  REQUIRE(answer.has_error());
  CHECK(answer.error().kind() == core::ErrorKind::unavailable);
  CHECK(answer.error().detail().find(data.string() + " is in use") != std::string::npos);
  CHECK(answer.error().detail().find("backup") != std::string::npos);
}

// "The server does not answer: Success."
TEST_CASE("a server that hangs up without an answer is told of as that") {
  const support::TemporaryDirectory data;
  const auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [](const std::string&, const std::stop_token&) -> std::string {
        throw std::runtime_error("a fault");
      },
      core::Logger());
  REQUIRE(server);
  const auto answer = app::ask_server(data.path(), "one");
  REQUIRE(answer.has_error());
  CHECK(answer.error().code() == "control_unreachable");
  CHECK(answer.error().detail().find("closed the connection") != std::string::npos);
}

// It took a whole core until there were descriptors again.
TEST_CASE("a client that cannot be let in costs next to nothing, and gets its answer later") {
  const support::TemporaryDirectory data;
  const auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [](const std::string&, const std::stop_token&) { return "yes"; }, core::Logger());
  REQUIRE(server);
  const core::FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
  const rlimit none_more{3, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &none_more) == 0);
  connect_to(data.path(), client.get());
  REQUIRE(::send(client.get(), "one\n", 4, MSG_NOSIGNAL) == 4);
  const std::clock_t began = std::clock();
  std::this_thread::sleep_for(std::chrono::milliseconds(400));
  const double seconds = static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &before) == 0);
  CHECK(seconds < 0.1);
  char answer[4];
  CHECK(::recv(client.get(), answer, sizeof answer, MSG_WAITALL) == 4);
}

// `geond user list` waited for ever.
TEST_CASE("a client does not wait for a server whose process is stopped") {
  const support::TemporaryDirectory data;
  const std::string socket = storage::DataLayout(data.path()).control_socket().string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
  const pid_t server = ::fork();
  if (server == 0) {
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::listen(listener, 16);
    ::raise(SIGSTOP);
    ::_exit(0);
  }
  int status = 0;
  REQUIRE(::waitpid(server, &status, WUNTRACED) == server);
  REQUIRE(WIFSTOPPED(status));
  const auto answer = app::ask_server(data.path(), "one");
  ::kill(server, SIGKILL);
  ::waitpid(server, &status, 0);
  REQUIRE(answer.has_error());
  CHECK(answer.error().code() == "control_unreachable");
  CHECK(answer.error().detail().find(std::to_string(server) + " is stopped") != std::string::npos);
}

TEST_CASE("what its client no longer waits for is not begun") {
  const support::TemporaryDirectory data;
  std::atomic<int> begun = 0;
  std::atomic<bool> may_go_on = false;
  const auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [&](const std::string& request, const std::stop_token&) {
        ++begun;
        while (!may_go_on) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return request;
      },
      core::Logger());
  REQUIRE(server);
  std::jthread first([&] { CHECK(app::ask_server(data.path(), "backup")); });
  while (begun == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  {
    const core::FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    connect_to(data.path(), client.get());
    REQUIRE(::send(client.get(), "remove\n", 7, MSG_NOSIGNAL) == 7);
  }
  may_go_on = true;
  first.join();
  CHECK(app::ask_server(data.path(), "list"));
  CHECK(begun == 2);
}

// `geond user remove` waited for the end of a backup, for an hour if it took one.
TEST_CASE("what takes long keeps only what takes long waiting, and that in order") {
  const support::TemporaryDirectory data;
  std::atomic<int> begun = 0;
  std::atomic<bool> may_go_on = false;
  const auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [&](const std::string& request, const std::stop_token&) {
        if (request != "backup") return request;
        ++begun;
        while (!may_go_on) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return request;
      },
      core::Logger(), [](const std::string& request) { return request == "backup"; });
  REQUIRE(server);
  const auto ask = [&] { CHECK(app::ask_server(data.path(), "backup").value() == "backup"); };
  std::jthread first(ask);
  while (begun == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::jthread second(ask);
  {
    const core::FileDescriptor gone(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    connect_to(data.path(), gone.get());
    REQUIRE(::send(gone.get(), "backup\n", 7, MSG_NOSIGNAL) == 7);
  }
  CHECK(app::ask_server(data.path(), "remove").value() == "remove");
  CHECK(begun == 1);
  may_go_on = true;
  first.join();
  second.join();
  CHECK(app::ask_server(data.path(), "list").value() == "list");
  CHECK(begun == 2);
}

// Seventeen whose clients had gone held up all others, until the backup was done.
TEST_CASE("however many wait for what takes long, the rest is answered") {
  const support::TemporaryDirectory data;
  std::atomic<int> begun = 0;
  std::atomic<bool> may_go_on = false;
  const auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [&](const std::string& request, const std::stop_token&) {
        if (request != "backup") return request;
        ++begun;
        while (!may_go_on) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return request;
      },
      core::Logger(), [](const std::string& request) { return request == "backup"; });
  REQUIRE(server);
  const auto send_backup = [&] {
    core::FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    connect_to(data.path(), client.get());
    REQUIRE(::send(client.get(), "backup\n", 7, MSG_NOSIGNAL) == 7);
    return client;
  };
  const core::FileDescriptor first = send_backup();
  while (begun == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  for (int gone = 0; gone < 20; ++gone) static_cast<void>(send_backup());
  CHECK(app::ask_server(data.path(), "list").value() == "list");
  std::vector<core::FileDescriptor> waiting;
  for (int client = 0; client < 16; ++client) waiting.push_back(send_backup());
  const auto refused = app::ask_server(data.path(), "backup");
  REQUIRE(refused.has_error());
  CHECK(refused.error().code() == "control_unreachable");
  CHECK(app::ask_server(data.path(), "list").value() == "list");
  may_go_on = true;
  while (begun < 17) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

TEST_CASE("a stop ends what takes long, and lets nothing begin that waits for it") {
  const support::TemporaryDirectory data;
  std::atomic<int> begun = 0;
  auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [&](const std::string&, const std::stop_token& stop) {
        ++begun;
        while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return "stopped";
      },
      core::Logger(), [](const std::string&) { return true; });
  REQUIRE(server);
  core::Result<std::string> first = core::Error();
  core::Result<std::string> second = core::Error();
  std::jthread client([&] { first = app::ask_server(data.path(), "backup"); });
  while (begun == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::jthread waiting([&] { second = app::ask_server(data.path(), "backup"); });
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server->reset();
  client.join();
  waiting.join();
  CHECK(first.value() == "stopped");
  REQUIRE(second.has_error());
  CHECK(second.error().code() == "control_unreachable");
  CHECK(begun == 1);
}

// The server hung up, and the client said that its log may say why.
TEST_CASE("a request that is too long is told so") {
  const support::TemporaryDirectory data;
  const auto answer = app::ask_server(data.path(), std::string((64 << 10) + 1, 'x'));
  REQUIRE(answer.has_error());
  CHECK(answer.error().code() == "request_too_large");
}

TEST_CASE("a request ends with its first newline") {
  const support::TemporaryDirectory data;
  const auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [](const std::string& request, const std::stop_token&) { return "echo " + request; },
      core::Logger());
  REQUIRE(server);
  CHECK(app::ask_server(data.path(), "one\ntwo").value() == "echo one");
}

TEST_CASE("a data directory with a long path works all the same") {
  const support::TemporaryDirectory data;
  const auto deep = data.path() / std::string(120, 'd');
  std::filesystem::create_directory(deep);
  const auto server = app::ControlServer::start(
      storage::DataLayout(deep).control_socket(),
      [](const std::string&, const std::stop_token&) { return "yes"; }, core::Logger());
  REQUIRE(server);
  CHECK(app::ask_server(deep, "there?").value() == "yes");
}

TEST_CASE("a stop ends a request that would take for ever, and its client hears how") {
  const support::TemporaryDirectory data;
  std::atomic<bool> has_begun{false};
  auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [&](const std::string&, const std::stop_token& stop) {
        has_begun = true;
        while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return "stopped";
      },
      core::Logger());
  REQUIRE(server);
  core::Result<std::string> answer = core::Error();
  std::jthread client([&] { answer = app::ask_server(data.path(), "verify"); });
  while (!has_begun) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  server->reset();
  client.join();
  CHECK(answer.value() == "stopped");
}

TEST_CASE("a client that does not read its answer does not hold up a stop") {
  const support::TemporaryDirectory data;
  std::atomic<bool> has_begun{false};
  auto server = app::ControlServer::start(
      storage::DataLayout(data.path()).control_socket(),
      [&](const std::string&, const std::stop_token&) {
        has_begun = true;
        return std::string(32 << 20, 'x');
      },
      core::Logger());
  REQUIRE(server);
  const core::FileDescriptor client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  connect_to(data.path(), client.get());
  REQUIRE(::send(client.get(), "verify\n", 7, MSG_NOSIGNAL) == 7);
  while (!has_begun) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  server->reset();
  CHECK_FALSE(std::filesystem::exists(storage::DataLayout(data.path()).control_socket()));
}
