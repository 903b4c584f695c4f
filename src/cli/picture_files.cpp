// SPDX-License-Identifier: MIT
#include "picture_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>

#include "geond/core/utf8.hpp"

namespace geond::cli {
namespace {

bool is_named_like_a_picture(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

}  // namespace

core::Result<std::vector<std::filesystem::path>> find_pictures(
    const std::vector<std::string>& inputs) {
  namespace fs = std::filesystem;
  std::vector<fs::path> files;
  for (const std::string& input : inputs) {
    std::error_code error;
    if (!fs::exists(input, error)) {
      return core::Error(core::ErrorKind::invalid_argument, "no_such_file",
                         error ? fmt::format("{} cannot be read: {}.", input, error.message())
                               : fmt::format("There is no file or directory {}.", input));
    }
    if (!fs::is_directory(input, error)) {
      files.emplace_back(input);
      continue;
    }
    std::vector<fs::path> found;
    for (const auto& entry : fs::recursive_directory_iterator(
             input, fs::directory_options::skip_permission_denied, error)) {
      if (entry.is_regular_file(error) && is_named_like_a_picture(entry.path())) {
        found.push_back(entry.path());
      }
    }
    std::ranges::sort(found);
    files.insert(files.end(), found.begin(), found.end());
  }
  if (files.empty()) {
    return core::Error(core::ErrorKind::invalid_argument, "no_pictures",
                       "There is no picture (.jpg, .jpeg or .png) in what was given.");
  }
  return files;
}

std::string told_name(const std::filesystem::path& file) {
  const std::string bytes = file.string();
  std::string name;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t length = core::utf8_length(rest);
    if (length == 0) {
      name += fmt::format("\\x{:02X}", static_cast<unsigned char>(rest.front()));
    } else {
      name += rest.substr(0, length);
    }
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return name;
}

}  // namespace geond::cli
