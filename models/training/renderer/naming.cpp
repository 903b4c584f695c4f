// SPDX-License-Identifier: MIT
#include "naming.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <set>
#include <string>

namespace geond::rendering {
namespace {

std::set<std::string> words_of(std::string_view name) {
  std::set<std::string> words;
  std::string word;
  const auto finish = [&] {
    if (!word.empty()) words.insert(word);
    word.clear();
  };
  for (const unsigned char letter : name)
    if (std::isalpha(letter))
      word.push_back(static_cast<char>(std::tolower(letter)));
    else
      finish();
  finish();
  return words;
}

bool has_any(const std::set<std::string>& words, std::initializer_list<const char*> wanted) {
  return std::any_of(wanted.begin(), wanted.end(),
                     [&](const char* word) { return words.contains(word); });
}

}  // namespace

bool is_plant(std::string_view name) {
  return has_any(words_of(name), {"plant", "plants", "ficus", "yucca", "flower", "flowers", "tulip",
                                  "tulips", "cactus", "bonsai", "orchid", "orchids", "bamboo",
                                  "lily", "spathiphyllum", "tree", "palm", "bush", "hedge"});
}

bool is_cloth(std::string_view name) {
  const std::set<std::string> words = words_of(name);
  return has_any(words, {"rug", "carpet", "curtain", "curtains", "blanket", "towel", "towels"}) &&
         !has_any(words, {"holder", "rack"});
}

}  // namespace geond::rendering
