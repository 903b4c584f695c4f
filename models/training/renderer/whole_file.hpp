// SPDX-License-Identifier: MIT
#pragma once
#include <filesystem>
#include <fstream>

namespace geond::rendering {

// A text file that bears its name only once it is complete: what is broken off leaves PATH.part.
class WholeFile {
 public:
  explicit WholeFile(const std::filesystem::path& path);

  std::ostream& stream() { return stream_; }
  // Throws std::runtime_error when not everything could be written.
  void finish();

 private:
  std::filesystem::path path_, partial_;
  std::ofstream stream_;
};

}  // namespace geond::rendering
