// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace geond::bench {

/// A `geond serve` on a free loopback port with an empty data directory; ends with the object.
class ServerProcess {
 public:
  /// Starts it and waits until it listens. Throws std::runtime_error.
  ServerProcess(const std::filesystem::path& binary, const std::filesystem::path& models,
                int workers);
  ~ServerProcess();
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;

  const std::string& url() const { return url_; }
  const std::string& key() const { return key_; }

  /// The memory that the server has in use now, in MiB (VmRSS of proc(5)). Throws
  /// std::runtime_error.
  double resident_mib() const;

 private:
  void read_until_listening(int output);

  pid_t process_ = -1;
  std::filesystem::path data_;
  std::string url_;
  std::string key_;
};

}  // namespace geond::bench
