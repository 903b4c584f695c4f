// SPDX-License-Identifier: MIT
#include "picture_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <iterator>
#include <string_view>
#include <system_error>

#include "geond/cli/cli.hpp"
#include "geond/core/standard_streams.hpp"
#include "geond/core/utf8.hpp"

namespace geond::cli {
namespace {

namespace fs = std::filesystem;

bool is_named_like_a_picture(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  std::ranges::transform(extension, extension.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

std::string unreadable(const fs::path& path, const std::error_code& error) {
  return fmt::format("{} cannot be read: {}.", told_name(path), error.message());
}

/// Adds an entry's path to where it belongs, if anywhere. Links to folders are not followed: they
/// may lead round in a circle.
void sort_in(const fs::directory_entry& entry, std::vector<fs::path>& folders,
             FoundPictures& found) {
  std::error_code error;
  fs::file_type type = entry.symlink_status(error).type();
  const bool is_wanted = is_named_like_a_picture(entry.path());
  if (type == fs::file_type::symlink && is_wanted) type = entry.status(error).type();
  if (type == fs::file_type::none) {
    found.problems.push_back(unreadable(entry.path(), error));
  } else if (type == fs::file_type::directory && !entry.is_symlink(error)) {
    folders.push_back(entry.path());
  } else if (type == fs::file_type::regular && is_wanted) {
    found.files.push_back(entry.path());
  }
}

/// The pictures of a folder and those within, sorted.
FoundPictures search(const fs::path& top) {
  FoundPictures found;
  for (std::vector<fs::path> folders{top}; !folders.empty();) {
    const fs::path folder = std::move(folders.back());
    folders.pop_back();
    std::error_code error;
    fs::directory_iterator entry(folder, error);
    for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
      sort_in(*entry, folders, found);
    }
    if (error) found.problems.push_back(unreadable(folder, error));
  }
  std::ranges::sort(found.files);
  std::ranges::sort(found.problems);
  return found;
}

bool is_folder(const std::string& input) {
  std::error_code ignored;
  return fs::is_directory(input, ignored);
}

/// What one of the call's arguments means.
FoundPictures find(const std::string& input) {
  if (is_folder(input)) return search(input);
  std::error_code error;
  if (fs::exists(input, error)) return {{input}, {}};
  return {
      {},
      {error && error != std::errc::no_such_file_or_directory && error != std::errc::not_a_directory
           ? unreadable(input, error)
           : fmt::format("There is no file or directory {}.", told_name(input))}};
}

}  // namespace

core::Result<FoundPictures> find_pictures(const std::vector<std::string>& inputs) {
  FoundPictures all;
  for (const std::string& input : inputs) {
    FoundPictures found = find(input);
    std::ranges::move(found.files, std::back_inserter(all.files));
    std::ranges::move(found.problems, std::back_inserter(all.problems));
  }
  if (!all.files.empty()) return all;
  if (all.problems.empty()) {
    return core::Error(core::ErrorKind::invalid_argument, "no_pictures",
                       "There is no picture (.jpg, .jpeg or .png) in what was given.");
  }
  if (std::ranges::any_of(inputs, is_folder)) return all;
  return core::Error(core::ErrorKind::invalid_argument, "no_such_file",
                     fmt::format("{}", fmt::join(all.problems, " ")));
}

int tell_problems(const FoundPictures& found, int status) {
  for (const std::string& problem : found.problems) {
    core::write_if_possible(STDERR_FILENO, fmt::format("geond: {}\n", core::printable(problem)));
  }
  return found.problems.empty() ? status : std::max<int>(status, exit_failure);
}

std::string told_name(const std::filesystem::path& file) {
  const std::string bytes = file.string();
  std::string name;
  for (std::string_view rest = bytes; !rest.empty();) {
    const std::size_t length = core::utf8_length(rest);
    if (length == 0 || rest.front() == '\\') {
      name += fmt::format("\\x{:02X}", static_cast<unsigned char>(rest.front()));
    } else {
      name += rest.substr(0, length);
    }
    rest.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return name;
}

}  // namespace geond::cli
