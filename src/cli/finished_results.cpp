// SPDX-License-Identifier: MIT
#include "finished_results.hpp"

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <system_error>

#include "geond/core/result.hpp"
#include "geond/core/sha256.hpp"
#include "geond/imaging/file_bytes.hpp"
#include "picture_files.hpp"
#include "without_exceptions.hpp"

namespace geond::cli {
namespace {

using nlohmann::json;

std::optional<std::string> text_at(const json& line, const char* pointer) {
  const json::json_pointer place(pointer);
  if (!line.is_structured() || !line.contains(place) || !line[place].is_string()) return {};
  return line[place].get<std::string>();
}

bool is_made_with(const json& line, const SendingSettings& settings) {
  const auto agrees = [&line](const std::string& wanted, const char* pointer) {
    return wanted.empty() || text_at(line, pointer) == wanted;
  };
  return agrees(settings.detector, "/detector/name") &&
         agrees(settings.classifier, "/classifier/name") &&
         (!settings.threshold || line.value("threshold", json()) == json(*settings.threshold));
}

core::Result<std::string> sha256_of(const std::filesystem::path& file) {
  const auto content = imaging::FileBytes::open(file);
  if (!content) return content.error();
  return core::to_hex(core::sha256(content->bytes()));
}

}  // namespace

bool can_hold_results(const std::string& output) {
  std::error_code error;
  return std::filesystem::is_regular_file(output, error);
}

FinishedResults::FinishedResults(const std::string& output, const SendingSettings& settings) {
  if (!can_hold_results(output)) return;
  std::ifstream stream(output);
  for (std::string text; std::getline(stream, text);) {
    const json line = json::parse(text, nullptr, false);
    const auto name = text_at(line, "/image/file");
    if (!name) continue;
    const auto sha256 = text_at(line, "/image/sha256");
    if (!sha256) {
      lines_[*name].has_name_alone = true;
    } else if (is_made_with(line, settings)) {
      lines_[*name].sha256.insert(*sha256);
    }
  }
}

FinishedResults::Match FinishedResults::find(const std::filesystem::path& file) const {
  const auto found = lines_.find(told_name(file));
  if (found == lines_.end()) return Match::none;
  const Lines& lines = found->second;
  if (!lines.sha256.empty()) {
    const auto sha256 = without_exceptions([&] { return sha256_of(file); });
    if (sha256 && lines.sha256.contains(*sha256)) return Match::content;
  }
  return lines.has_name_alone ? Match::name_alone : Match::none;
}

}  // namespace geond::cli
