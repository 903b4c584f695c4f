// SPDX-License-Identifier: MIT
#pragma once
#include <array>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "furnisher.hpp"

namespace geond::rendering {

// What a picture is for. Detectors learn from kTrain, scene classifiers from what is found in
// kStudy; these two have furniture and layouts in common, but no picture. kHeldOut and kTest share
// no furniture with them, and kTest has layouts of its own.
enum class Split { kTrain, kStudy, kHeldOut, kTest };

inline constexpr std::array<std::string_view, 4> kSplitNames = {"train", "study", "val", "test"};

inline bool is_taught(Split split) {
  return split == Split::kTrain || split == Split::kStudy;
}

// A piece of furniture as geond-import has prepared it (see model_file.hpp).
struct CatalogueEntry {
  std::filesystem::path file;
  std::string name;
  std::string category;
  // Width, height, depth in centimetres.
  Vector3 size = Vector3::Zero();
};

class Catalogue {
 public:
  // Reads FOLDER/catalogue.tsv; throws std::runtime_error when there is none, or a bad line in it.
  Catalogue(const std::filesystem::path& folder, Split split);

  const std::vector<CatalogueEntry>& entries() const { return entries_; }
  // The pictures on all entries' surfaces, less those that are small, have holes or show
  // geons.
  std::vector<std::shared_ptr<const Texture>> pictures() const;

 private:
  std::vector<CatalogueEntry> entries_;
};

// Whether any layout asks for such a thing.
bool is_wanted(const CatalogueEntry& entry);

// Furniture from the catalogue where it has the thing, built of geons where it has not.
class CatalogueFurnisher : public Furnisher {
 public:
  explicit CatalogueFurnisher(const Catalogue& catalogue);
  ModelPtr get(Thing thing, Random& random) override;

 private:
  ModelPtr load(const CatalogueEntry& entry);

  BuiltFurnisher built_;
  std::map<Thing, std::vector<const CatalogueEntry*>> choices_;
  std::map<std::filesystem::path, ModelPtr> cache_;
};

}  // namespace geond::rendering
