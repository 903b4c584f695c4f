// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

#include <algorithm>
#include <fstream>
#include <stdexcept>

#include "model_file.hpp"

namespace geond::rendering {
namespace {

// Every sixth name is held out.
constexpr uint32_t kHeldOutEvery = 6;
constexpr size_t kCacheLimit = 200;
constexpr int kLeastPictureSide = 48;
// A catalogue's thing is taken this often; the rest is built of geons, for variety.
constexpr float kCatalogueShare = 0.85f;

uint32_t hash_of(const std::string& text) {
  uint32_t hash = 2166136261U;
  for (unsigned char c : text) hash = (hash ^ c) * 16777619U;
  return hash ^ (hash >> 15);
}

// What the catalogue has of each thing, by its names for it.
struct Offer {
  Thing thing;
  std::vector<std::string> names;
  // Only in this category, where it is not empty.
  std::string category;
};

const std::vector<Offer>& offers() {
  static const std::vector<Offer> all = {
      {Thing::kDesk,
       {"Desk", "Desk table", "Wooden table", "Wooden desk", "Wooden alder table",
        "Wooden teak table", "Technical table"},
       "Office"},
      {Thing::kOfficeChair, {"Armchair", "Chair", "Class seat"}, "Office"},
      {Thing::kOfficeStorage,
       {"Bookcase", "Filing cabinet", "Box", "Safe", "Water cooler", "White board"},
       "Office"},
      {Thing::kMonitor, {"Apple iMac 1998", "Apple iMac 2004", "Apple iBook", "Laptop"}, ""},
      {Thing::kDeskItem,
       {"Phone", "Letter tray", "Penbox", "Calendar", "Inkjet printer and scanner", "Desk lamp",
        "Coffee mug", "Coffee cup", "Book", "Newspaper", "Little plant", "Speaker", "Glass",
        "Wine bottle"},
       ""},
      {Thing::kBin, {"Dustbin", "Recycling bin", "Bullet trash can"}, ""},
      {Thing::kBookcase,
       {"Bookcase", "Full bookcase", "Shelves", "Vertical shelves", "Dresser with drawers",
        "Cupboard", "Chest"},
       ""},
      {Thing::kSofa,
       {"Sofa", "Sofa 2 seats", "Sofa 3 seats", "Couch", "Corner sofa", "Burlap sofa", "Clear sofa",
        "Winchester sofa", "Futon couch"},
       ""},
      {Thing::kArmchair,
       {"Armchair", "Modern armchair", "Winchester armchair", "Puff"},
       "Living room"},
      {Thing::kCoffeeTable, {"Coffee table"}, ""},
      {Thing::kDiningTable,
       {"Table", "Round table", "Glass table", "Black table", "Oak table"},
       "Living room"},
      {Thing::kChair,
       {"Chair", "Oak chair", "Chair with cushion", "Plastic chair", "Osaka chair"},
       "Living room"},
      {Thing::kSideboard, {"TV stand", "Television cabinet", "Dresser with drawers", "Chest"}, ""},
      {Thing::kTelevision, {"TV", "TV 16:9"}, ""},
      {Thing::kTableItem,
       {"Vase", "Candle", "Book", "Bowl with fruits", "Tulips", "Flowers", "Little plant",
        "TV remote control", "Coffee cup", "Coffee mug", "Glass", "Wine bottle", "Apples",
        "Newspaper", "Bowl", "Teapot"},
       ""},
      {Thing::kFloorLamp, {"Lamp", "Pedestal vase lamp"}, ""},
      {Thing::kTableLamp, {"Little lamp", "Desk lamp", "Candle"}, ""},
      {Thing::kHangingLamp, {"Hanging light"}, ""},
      {Thing::kRug, {"Oriental rug", "Round carpet"}, ""},
      {Thing::kLivingExtra, {"Fireplace", "Upright piano", "Aquarium", "Box", "Radiator"}, ""},
      {Thing::kDoor, {"Door", "Exterior door"}, ""},
      {Thing::kLargePlant,
       {"Ficus", "Yucca", "Indoor plant", "Decorative plant", "Spathiphyllum", "Plant"},
       ""},
      {Thing::kSmallPlant,
       {"Little plant", "Spider plant", "Tulips", "Succulent plant", "Cactus", "Bonsai tree",
        "Orchids", "Flowers", "White lily", "Decorative plant"},
       "Living room"},
      {Thing::kStoreItem,
       {"Barrel", "Crate", "Cardboard box", "Open cardboard box", "Extinguisher", "Step ladder",
        "Small step ladder", "Locked locker", "Trunck", "Box", "Workbench", "Suitcase"},
       "Miscellaneous"},
      {Thing::kCarton, {"Cardboard box", "Open cardboard box", "Crate"}, ""},
      {Thing::kDrum, {"Barrel"}, ""},
      {Thing::kLadder, {"Step ladder", "Small step ladder"}, ""},
      {Thing::kVehicle, {"Fork lift", "Shipping container"}, ""},
      {Thing::kGardenItem,
       {"Wheelbarrow", "Flower box", "Plant box", "Barrel", "Garden faucet", "Hose reel", "Bench",
        "Shovel", "Yucca", "Ficus"},
       ""},
  };
  return all;
}

bool has_name(const Offer& offer, const std::string& name) {
  return std::find(offer.names.begin(), offer.names.end(), name) != offer.names.end();
}

}  // namespace

Catalogue::Catalogue(const std::filesystem::path& folder, Split split) {
  std::ifstream stream(folder / "catalogue.tsv");
  if (!stream) throw std::runtime_error("no catalogue.tsv in " + folder.string());
  std::string file, name, category;
  while (std::getline(stream, file, '\t') && std::getline(stream, name, '\t') &&
         std::getline(stream, category)) {
    const bool held_out = hash_of(file) % kHeldOutEvery == 0;
    if (held_out == (split != Split::kTrain)) entries_.push_back({folder / file, name, category});
  }
}

std::vector<const CatalogueEntry*> Catalogue::find(const std::vector<std::string>& names,
                                                   const std::string& category) const {
  std::vector<const CatalogueEntry*> found;
  for (const CatalogueEntry& entry : entries_)
    if ((category.empty() || entry.category == category) &&
        std::find(names.begin(), names.end(), entry.name) != names.end())
      found.push_back(&entry);
  return found;
}

std::vector<std::shared_ptr<const Texture>> Catalogue::pictures() const {
  std::vector<std::shared_ptr<const Texture>> found;
  for (const CatalogueEntry& entry : entries_) {
    const ModelPtr model = read_model(entry.file);
    if (!model) continue;
    for (const Surface& surface : model->mesh.surfaces)
      if (surface.texture && !surface.texture->has_holes &&
          std::min(surface.texture->width, surface.texture->height) >= kLeastPictureSide)
        found.push_back(surface.texture);
  }
  return found;
}

bool is_wanted(const std::string& name, const std::string& category) {
  return std::any_of(offers().begin(), offers().end(), [&](const Offer& offer) {
    return has_name(offer, name) && (offer.category.empty() || offer.category == category);
  });
}

CatalogueFurnisher::CatalogueFurnisher(const Catalogue& catalogue) {
  for (const Offer& offer : offers())
    for (const CatalogueEntry* entry : catalogue.find(offer.names, offer.category))
      choices_[offer.thing].push_back(entry);
}

ModelPtr CatalogueFurnisher::load(const CatalogueEntry& entry) {
  if (cache_.size() > kCacheLimit) cache_.clear();
  auto [place, fresh] = cache_.try_emplace(entry.file, nullptr);
  if (fresh) place->second = read_model(entry.file);
  return place->second;
}

ModelPtr CatalogueFurnisher::get(Thing thing, Random& random) {
  const auto found = choices_.find(thing);
  if (found != choices_.end() && random.chance(kCatalogueShare))
    if (ModelPtr model = load(*random.pick(found->second))) return model;
  return built_.get(thing, random);
}

}  // namespace geond::rendering
