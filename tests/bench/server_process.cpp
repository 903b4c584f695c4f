// SPDX-License-Identifier: MIT
#include "server_process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace geond::bench {

ServerProcess::ServerProcess(const std::filesystem::path& binary,
                             const std::filesystem::path& models, int workers) {
  std::string name = (std::filesystem::temp_directory_path() / "geond-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp failed");
  data_ = name;
  int pipe_ends[2];
  if (::pipe(pipe_ends) != 0) throw std::runtime_error("pipe failed");
  process_ = ::fork();
  if (process_ == 0) {
    ::dup2(pipe_ends[1], STDOUT_FILENO);
    ::close(pipe_ends[0]);
    ::execl(binary.c_str(), binary.c_str(), "serve", "--listen", "127.0.0.1:0", "--data",
            data_.c_str(), "--models", models.c_str(), "--workers", std::to_string(workers).c_str(),
            "--log-level", "warning", nullptr);
    ::_exit(127);
  }
  ::close(pipe_ends[1]);
  read_until_listening(pipe_ends[0]);
}

ServerProcess::~ServerProcess() {
  if (process_ > 0) {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  std::error_code ignored;
  std::filesystem::remove_all(data_, ignored);
}

double ServerProcess::resident_mib() const {
  std::ifstream status(fmt::format("/proc/{}/status", process_));
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(line.find(':') + 1)) / 1024;
  }
  throw std::runtime_error("geond has ended");
}

void ServerProcess::read_until_listening(int output) {
  const std::regex listens("geond listens on (http\\S+)\n");
  const std::regex api_key("(geond_[0-9]+_[A-Za-z0-9_-]+)");
  std::string text;
  std::smatch match;
  char buffer[1024];
  while (!std::regex_search(text, match, listens)) {
    const ssize_t got = ::read(output, buffer, sizeof buffer);
    if (got <= 0) throw std::runtime_error("geond did not start:\n" + text);
    text.append(buffer, static_cast<std::size_t>(got));
  }
  url_ = match[1];
  if (!std::regex_search(text, match, api_key)) throw std::runtime_error("no API key in:\n" + text);
  key_ = match[1];
  ::close(output);
}

}  // namespace geond::bench
