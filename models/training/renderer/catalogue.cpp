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
// A catalogue's thing is taken this often; the rest is built of geons, for variety.
constexpr float kCatalogueShare = 0.85f;

uint32_t hash_of(const std::string& text) {
  uint32_t hash = 2166136261U;
  for (unsigned char c : text) hash = (hash ^ c) * 16777619U;
  return hash ^ (hash >> 15);
}

}  // namespace

Catalogue::Catalogue(const std::filesystem::path& folder, Split split) {
  std::ifstream stream(folder / "catalogue.tsv");
  if (!stream) throw std::runtime_error("no catalogue.tsv in " + folder.string());
  std::string file, name, category;
  while (std::getline(stream, file, '\t') && std::getline(stream, name, '\t') &&
         std::getline(stream, category)) {
    const bool held_out = hash_of(file) % kHeldOutEvery == 0;
    if (held_out == (split == Split::kHeldOut)) entries_.push_back({folder / file, name, category});
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

CatalogueFurnisher::CatalogueFurnisher(const Catalogue& catalogue) {
  const auto offer = [&](Thing thing, const std::vector<std::string>& names,
                         const std::string& category = "") {
    for (const CatalogueEntry* entry : catalogue.find(names, category))
      choices_[thing].push_back(entry);
  };
  offer(Thing::kDesk,
        {"Desk", "Desk table", "Wooden table", "Wooden desk", "Wooden alder table",
         "Wooden teak table", "Technical table"},
        "Office");
  offer(Thing::kOfficeChair, {"Armchair", "Chair", "Class seat"}, "Office");
  offer(Thing::kOfficeStorage,
        {"Bookcase", "Filing cabinet", "Box", "Safe", "Water cooler", "White board"}, "Office");
  offer(Thing::kMonitor, {"Apple iMac 1998", "Apple iMac 2004", "Apple iBook", "Laptop"});
  offer(Thing::kDeskItem, {"Phone", "Letter tray", "Penbox", "Calendar",
                           "Inkjet printer and scanner", "Desk lamp", "Coffee mug", "Coffee cup",
                           "Book", "Newspaper", "Little plant", "Speaker", "Glass", "Wine bottle"});
  offer(Thing::kBin, {"Dustbin", "Recycling bin", "Bullet trash can"});
  offer(Thing::kBookcase, {"Bookcase", "Full bookcase", "Shelves", "Vertical shelves",
                           "Dresser with drawers", "Cupboard", "Chest"});
  offer(Thing::kSofa, {"Sofa", "Sofa 2 seats", "Sofa 3 seats", "Couch", "Corner sofa",
                       "Burlap sofa", "Clear sofa", "Winchester sofa", "Futon couch"});
  offer(Thing::kArmchair, {"Armchair", "Modern armchair", "Winchester armchair", "Puff"},
        "Living room");
  offer(Thing::kCoffeeTable, {"Coffee table"});
  offer(Thing::kDiningTable, {"Table", "Round table", "Glass table", "Black table", "Oak table"},
        "Living room");
  offer(Thing::kChair, {"Chair", "Oak chair", "Chair with cushion", "Plastic chair", "Osaka chair"},
        "Living room");
  offer(Thing::kSideboard, {"TV stand", "Television cabinet", "Dresser with drawers", "Chest"});
  offer(Thing::kTelevision, {"TV", "TV 16:9"});
  offer(Thing::kTableItem, {"Vase", "Candle", "Book", "Bowl with fruits", "Tulips", "Flowers",
                            "Little plant", "TV remote control", "Coffee cup", "Coffee mug",
                            "Glass", "Wine bottle", "Apples", "Newspaper", "Bowl", "Teapot"});
  offer(Thing::kFloorLamp, {"Lamp", "Pedestal vase lamp"});
  offer(Thing::kTableLamp, {"Little lamp", "Desk lamp", "Candle"});
  offer(Thing::kHangingLamp, {"Hanging light"});
  offer(Thing::kRug, {"Oriental rug", "Round carpet"});
  offer(Thing::kLivingExtra, {"Fireplace", "Upright piano", "Aquarium", "Box", "Radiator"});
  offer(Thing::kDoor, {"Door", "Exterior door"});
  offer(Thing::kLargePlant,
        {"Ficus", "Yucca", "Indoor plant", "Decorative plant", "Spathiphyllum", "Plant"});
  offer(Thing::kSmallPlant,
        {"Little plant", "Spider plant", "Tulips", "Succulent plant", "Cactus", "Bonsai tree",
         "Orchids", "Flowers", "White lily", "Decorative plant"},
        "Living room");
  offer(Thing::kStoreItem,
        {"Barrel", "Crate", "Cardboard box", "Open cardboard box", "Extinguisher", "Step ladder",
         "Small step ladder", "Locked locker", "Trunck", "Box", "Workbench", "Suitcase"},
        "Miscellaneous");
  offer(Thing::kCarton, {"Cardboard box", "Open cardboard box", "Crate"});
  offer(Thing::kDrum, {"Barrel"});
  offer(Thing::kLadder, {"Step ladder", "Small step ladder"});
  offer(Thing::kVehicle, {"Fork lift", "Shipping container"});
  offer(Thing::kGardenItem, {"Wheelbarrow", "Flower box", "Plant box", "Barrel", "Garden faucet",
                             "Hose reel", "Bench", "Shovel", "Yucca", "Ficus"});
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
