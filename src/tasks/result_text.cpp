// SPDX-License-Identifier: MIT
#include "result_text.hpp"

#include <nlohmann/json.hpp>

namespace geond::tasks {
namespace {

using nlohmann::json;

core::Error damaged(const char* why) {
  return core::Error(core::ErrorKind::internal, "result_damaged", why);
}

std::string to_text(const json& document) {
  return document.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace

std::string candidates_to_text(const std::vector<geometry::Primitive>& candidates) {
  json rows = json::array();
  for (const geometry::Primitive& candidate : candidates) {
    const geometry::RotatedBox& box = candidate.box;
    rows.push_back(json::array({candidate.class_name, candidate.probability, box.center.x,
                                box.center.y, box.width, box.height, box.rotation}));
  }
  return to_text(rows);
}

core::Result<std::vector<geometry::Primitive>> candidates_from_text(const std::string& text) {
  try {
    std::vector<geometry::Primitive> candidates;
    for (const json& row : json::parse(text)) {
      geometry::Primitive candidate;
      candidate.class_name = row.at(0).get<std::string>();
      candidate.probability = row.at(1).get<double>();
      candidate.box.center = {row.at(2).get<double>(), row.at(3).get<double>()};
      candidate.box.width = row.at(4).get<double>();
      candidate.box.height = row.at(5).get<double>();
      candidate.box.rotation = row.at(6).get<double>();
      candidates.push_back(std::move(candidate));
    }
    return candidates;
  } catch (const json::exception& exception) {
    return damaged(exception.what());
  }
}

std::string scenes_to_text(const std::vector<std::pair<std::string, double>>& scenes) {
  json rows = json::array();
  for (const auto& [name, probability] : scenes) rows.push_back(json::array({name, probability}));
  return to_text(rows);
}

core::Result<std::vector<std::pair<std::string, double>>> scenes_from_text(
    const std::string& text) {
  try {
    std::vector<std::pair<std::string, double>> scenes;
    for (const json& row : json::parse(text)) {
      scenes.emplace_back(row.at(0).get<std::string>(), row.at(1).get<double>());
    }
    return scenes;
  } catch (const json::exception& exception) {
    return damaged(exception.what());
  }
}

}  // namespace geond::tasks
