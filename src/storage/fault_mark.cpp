// SPDX-License-Identifier: MIT
#include "geond/storage/fault_mark.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "geond/core/own_file.hpp"

namespace geond::storage {
namespace {

// Of one length: neither line leaves anything of the other.
constexpr std::string_view kRuns = "runs  ";
constexpr std::string_view kEnded = "ended ";
static_assert(kRuns.size() == kEnded.size());

std::string read_ended_run(int descriptor) {
  std::array<char, 128> text{};
  const ssize_t got = ::pread(descriptor, text.data(), text.size(), 0);
  if (got <= 0) return {};
  const std::string_view line(text.data(), static_cast<std::size_t>(got));
  const std::size_t end = line.find('\n');
  if (!line.starts_with(kEnded) || end == std::string_view::npos) return {};
  return std::string(line.substr(kEnded.size(), end - kEnded.size()));
}

}  // namespace

void FaultMark::open(const std::filesystem::path& file) {
  auto opened = core::open_own_file(file);
  if (!opened) return;
  // The writer may meet a fault at the same time.
  const std::lock_guard lock(mutex_);
  file_ = std::move(*opened);
  ended_run_ = read_ended_run(file_.get());
}

void FaultMark::arm(std::string_view run) {
  const std::lock_guard lock(mutex_);
  ended_line_ = fmt::format("{}{}\n", kEnded, run);
  static_cast<void>(write(is_set_early_ ? ended_line_ : fmt::format("{}{}\n", kRuns, run)));
}

bool FaultMark::set() noexcept {
  const std::lock_guard lock(mutex_);
  is_set_early_ = ended_line_.empty();
  return is_set_early_ ? file_.is_open() : write(ended_line_);
}

bool FaultMark::write(std::string_view line) const {
  return file_.is_open() &&
         ::pwrite(file_.get(), line.data(), line.size(), 0) == static_cast<ssize_t>(line.size());
}

}  // namespace geond::storage
