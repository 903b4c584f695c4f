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

// What a picture is for: those for training share no furniture with the others, and those of kTest
// have layouts of their own.
enum class Split { kTrain, kHeldOut, kTest };

inline constexpr std::array<std::string_view, 3> kSplitNames = {"train", "val", "test"};

// A piece of furniture as geond-import has prepared it (see model_file.hpp).
struct CatalogueEntry {
  std::filesystem::path file;
  std::string name;
  std::string category;
};

class Catalogue {
 public:
  // Reads FOLDER/catalogue.tsv; throws std::runtime_error when there is none.
  Catalogue(const std::filesystem::path& folder, Split split);

  // Entries with one of these names (in one of the named category, where it is not empty).
  std::vector<const CatalogueEntry*> find(const std::vector<std::string>& names,
                                          const std::string& category = "") const;
  // The pictures on all entries' surfaces, less those that are small or have holes.
  std::vector<std::shared_ptr<const Texture>> pictures() const;

 private:
  std::vector<CatalogueEntry> entries_;
};

// Whether any layout asks for a thing of this name and category.
bool is_wanted(const std::string& name, const std::string& category);

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
