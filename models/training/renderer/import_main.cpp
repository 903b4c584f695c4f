// SPDX-License-Identifier: MIT
// Prepares furniture for the renderer: OBJ models to files with parts and geons.
//   geond-import LIST.tsv OUT     (LIST.tsv: geond_training/furniture.py)
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "catalogue.hpp"
#include "model_file.hpp"
#include "obj_file.hpp"
#include "parts.hpp"
#include "roles.hpp"
#include "whole_file.hpp"

namespace {

using namespace geond::rendering;

constexpr size_t kMostTriangles = 150'000;

bool contains(const std::string& text, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* word) { return text.find(word) != std::string::npos; });
}

// People, vehicles (but for the fork lift), clothes, a whole room, and what is mislabelled.
bool is_left_out(const ObjDescription& d) {
  if (d.name == "Fork lift") return false;
  return contains(d.category, {"Characters", "Vehicles", "Staircases"}) ||
         contains(d.name, {"Contemporary living room", "switch", "Mannequin", "Snowman", "boy",
                           "girl", "shoes"}) ||
         d.name == "Boy" || d.name == "Girl" || d.name == "Cone" || d.name == "Keys";
}

ObjDescription parse(const std::string& line) {
  std::istringstream stream(line);
  ObjDescription d;
  std::string path, numbers;
  std::getline(stream, path, '\t');
  std::getline(stream, d.name, '\t');
  std::getline(stream, d.category, '\t');
  std::getline(stream, numbers);
  d.path = path;
  std::istringstream values(numbers);
  values >> d.size.x() >> d.size.y() >> d.size.z() >> d.top;
  for (int row = 0; row < 3; ++row)
    for (int column = 0; column < 3; ++column) values >> d.rotation(row, column);
  if (!values) throw std::runtime_error("bad line: " + line);
  return d;
}

// The same whatever else is on the list, since it decides which split a model belongs to.
std::string file_name(const std::filesystem::path& obj) {
  const std::filesystem::path folder = obj.parent_path();
  return folder.parent_path().filename().string() + "-" + obj.stem().string() + ".model";
}

}  // namespace

int main(int argc, char** argv) try {
  if (argc != 3) throw std::runtime_error("usage: geond-import LIST.tsv OUT");
  const std::filesystem::path out = argv[2];
  std::filesystem::create_directories(out);
  std::ifstream list(argv[1]);
  WholeFile catalogue(out / "catalogue.tsv");
  std::string line;
  while (std::getline(list, line)) {
    const ObjDescription description = parse(line);
    const CatalogueEntry entry{file_name(description.path), description.name, description.category,
                               description.size};
    if (is_left_out(description) || !is_wanted(entry)) continue;
    Mesh mesh = read_obj(description);
    if (mesh.triangles.size() > kMostTriangles) continue;
    assign_parts(mesh);
    adjust_roles(mesh, description);
    write_model(out / entry.file, mesh, description.top);
    catalogue.stream() << entry.file.string() << '\t' << entry.name << '\t' << entry.category
                       << '\t' << entry.size.transpose() << '\n';
    const auto labelled = std::count_if(mesh.parts.begin(), mesh.parts.end(),
                                        [](const Part& p) { return p.role == PartRole::kGeon; });
    std::printf("%s\t%s\t%zu triangles\t%zu parts\t%ld geons\n", entry.file.c_str(),
                entry.name.c_str(), mesh.triangles.size(), mesh.parts.size(),
                static_cast<long>(labelled));
  }
  catalogue.finish();
  return EXIT_SUCCESS;
} catch (const std::exception& error) {
  std::cerr << "geond-import: " << error.what() << "\n";
  return EXIT_FAILURE;
}
