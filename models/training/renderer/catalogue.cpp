// SPDX-License-Identifier: MIT
#include "catalogue.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>

#include "model_file.hpp"

namespace geond::rendering {
namespace {

// Every sixth name is held out.
constexpr uint32_t kHeldOutEvery = 6;
constexpr size_t kCacheLimit = 400;
constexpr int kLeastPictureSide = 48;
// A catalogue's thing is taken this often; the rest is built of geons, for variety.
constexpr float kCatalogueShare = 0.85f;

// Their surfaces are photographs or paintings of pots, balls and rolls with light and shade. As a
// print on a wall these would teach that such a thing is none.
bool shows_geons(const CatalogueEntry& entry) {
  static const std::set<std::string> names = {
      "Bowl with salad", "CCTV",         "Clothes washing machine", "Cup cake",
      "Dryer machine",   "Little plant", "Paper towel holder"};
  return names.contains(entry.name);
}

uint32_t hash_of(const std::string& text) {
  uint32_t hash = 2166136261U;
  for (unsigned char c : text) hash = (hash ^ c) * 16777619U;
  return hash ^ (hash >> 15);
}

// What the catalogue has of a thing, by its names for it.
struct Offer {
  Thing thing;
  std::vector<std::string> names;
  // Only in this category, where it is not empty.
  std::string category;
  // Lower ones are another thing, in centimetres.
  float least_height = 0;
};

const std::vector<Offer>& offers() {
  static const std::vector<Offer> all = {
      {Thing::kDesk,
       {"Desk", "Desk table", "Wooden table", "Wooden desk", "Wooden alder table",
        "Wooden teak table", "Technical table"},
       "Office"},
      {Thing::kDesk, {"Table on trestles", "Folding table"}, "Living room"},
      {Thing::kOfficeChair, {"Armchair", "Chair", "Class seat"}, "Office"},
      {Thing::kOfficeStorage,
       {"Bookcase", "Filing cabinet", "Box", "Safe", "Water cooler", "White board"},
       "Office"},
      {Thing::kMonitor, {"Apple iMac 1998", "Apple iMac 2004", "Apple iBook", "Laptop"}, ""},
      {Thing::kDeskItem,
       {"Phone",          "Letter tray", "Penbox",     "Calendar",    "Inkjet printer and scanner",
        "Desk lamp",      "Coffee mug",  "Coffee cup", "Book",        "Newspaper",
        "Little plant",   "Speaker",     "Glass",      "Wine bottle", "Wireless phone",
        "Table fan",      "Camera",      "Stapler",    "Tablet",      "Radio",
        "Video projector"},
       ""},
      {Thing::kBin, {"Dustbin", "Recycling bin", "Bullet trash can"}, ""},
      {Thing::kBookcase,
       {"Bookcase", "Full bookcase", "Shelves", "Vertical shelves", "Dresser with drawers",
        "Cupboard", "Chest"},
       ""},
      {Thing::kSofa,
       {"Sofa", "Sofa 2 seats", "Sofa 3 seats", "Couch", "Corner sofa", "Burlap sofa", "Clear sofa",
        "Winchester sofa", "Futon couch", "Rattan sofa", "Convertible sofa BZ", "Day bed"},
       ""},
      {Thing::kArmchair,
       {"Armchair", "Modern armchair", "Winchester armchair", "Puff", "Armchair ottoman"},
       "Living room"},
      {Thing::kArmchair, {"Rattan armchair"}, "Exterior"},
      {Thing::kCoffeeTable, {"Coffee table", "Rattan table"}, ""},
      {Thing::kDiningTable,
       {"Table", "Round table", "Glass table", "Black table", "Oak table", "Table with tablecloth",
        "Folding table"},
       "Living room"},
      {Thing::kChair,
       {"Chair", "Oak chair", "Chair with cushion", "Plastic chair", "Osaka chair", "Folding chair",
        "Ryokan chair", "Stool"},
       "Living room"},
      {Thing::kChair, {"Stool", "Bar chair"}, "Kitchen"},
      {Thing::kChair, {"Cafe chair", "Teck chair", "Folding chair"}, "Exterior"},
      {Thing::kSideboard,
       {"TV stand", "Television cabinet", "Dresser with drawers", "Chest", "Bedside table"},
       ""},
      {Thing::kTelevision, {"TV", "TV 16:9", "Wall flat TV"}, ""},
      {Thing::kTableItem,
       {"Vase",
        "Candle",
        "Book",
        "Bowl with fruits",
        "Tulips",
        "Flowers",
        "Little plant",
        "TV remote control",
        "Coffee cup",
        "Coffee mug",
        "Glass",
        "Wine bottle",
        "Apples",
        "Newspaper",
        "Bowl",
        "Teapot",
        "Clock",
        "Radio",
        "Old jar",
        "Pottery",
        "Chessboard",
        "Tray",
        "Birthday cake",
        "Coffee press",
        "Stereo amplifier",
        "Mini stereo",
        "DVD player",
        "Gift",
        "Teddy bear",
        "Speaker"},
       ""},
      {Thing::kFloorLamp, {"Lamp", "Pedestal vase lamp"}, "", 75},
      {Thing::kTableLamp, {"Little lamp", "Desk lamp", "Candle", "Japanese lantern"}, ""},
      {Thing::kHangingLamp, {"Hanging light", "Pendant lamp", "Chandelier lamp"}, ""},
      {Thing::kRug, {"Oriental rug", "Round carpet", "Bathmat"}, ""},
      {Thing::kLivingExtra,
       {"Fireplace", "Upright piano", "Grand piano", "Aquarium", "Box", "Radiator", "Bench",
        "Christmas tree", "Electric guitar"},
       ""},
      {Thing::kDoor, {"Door", "Exterior door", "Double door", "Glass door", "Elevator door"}, ""},
      {Thing::kLargePlant,
       {"Ficus", "Yucca", "Indoor plant", "Decorative plant", "Spathiphyllum", "Plant"},
       ""},
      {Thing::kSmallPlant,
       {"Little plant", "Spider plant", "Tulips", "Succulent plant", "Cactus", "Bonsai tree",
        "Orchids", "Flowers", "White lily", "Decorative plant"},
       "Living room"},
      {Thing::kStoreItem,
       {"Barrel", "Crate", "Cardboard box", "Open cardboard box", "Extinguisher", "Step ladder",
        "Small step ladder", "Locked locker", "Trunck", "Box", "Workbench", "Suitcase", "Furnace",
        "Electric water heater", "Wood logs", "Mower", "Round chimney", "Radiator"},
       "Miscellaneous"},
      {Thing::kCarton, {"Cardboard box", "Open cardboard box", "Crate"}, ""},
      {Thing::kDrum, {"Barrel"}, ""},
      {Thing::kLadder, {"Step ladder", "Small step ladder"}, ""},
      {Thing::kVehicle, {"Fork lift", "Shipping container"}, ""},
      {Thing::kGardenItem,
       {"Wheelbarrow", "Flower box", "Plant box", "Barrel", "Garden faucet", "Hose reel", "Bench",
        "Shovel", "Yucca", "Ficus", "Spray bottle", "Rock", "Stone lantern", "Fountain"},
       ""},
  };
  return all;
}

bool offers_it(const Offer& offer, const CatalogueEntry& entry) {
  return std::find(offer.names.begin(), offer.names.end(), entry.name) != offer.names.end() &&
         (offer.category.empty() || offer.category == entry.category) &&
         entry.size.y() >= offer.least_height;
}

// Everything of a handy size will do that is no picture, plug or switch on a wall.
std::optional<Thing> stray_kind(const CatalogueEntry& entry) {
  constexpr float kFlat = 5, kSmall = 45, kTall = 35, kLargest = 235;
  const float longest = entry.size.maxCoeff(), height = entry.size.y();
  if (entry.size.minCoeff() < kFlat || longest > kLargest) return std::nullopt;
  if (longest <= kSmall) return Thing::kTrinket;
  return height >= kTall ? std::optional<Thing>(Thing::kOddment) : std::nullopt;
}

// A line of catalogue.tsv, as geond-import writes it.
CatalogueEntry parse(const std::string& line) {
  std::istringstream stream(line);
  std::string file;
  CatalogueEntry entry;
  std::getline(stream, file, '\t');
  std::getline(stream, entry.name, '\t');
  std::getline(stream, entry.category, '\t');
  entry.file = file;
  if (!(stream >> entry.size.x() >> entry.size.y() >> entry.size.z()))
    throw std::runtime_error("bad line in catalogue.tsv, import the furniture again: " + line);
  return entry;
}

}  // namespace

Catalogue::Catalogue(const std::filesystem::path& folder, Split split) {
  std::ifstream stream(folder / "catalogue.tsv");
  if (!stream) throw std::runtime_error("no catalogue.tsv in " + folder.string());
  std::string line;
  while (std::getline(stream, line)) {
    CatalogueEntry entry = parse(line);
    const bool held_out = hash_of(entry.file.string()) % kHeldOutEvery == 0;
    if (held_out == is_taught(split)) continue;
    entry.file = folder / entry.file;
    entries_.push_back(std::move(entry));
  }
}

std::vector<std::shared_ptr<const Texture>> Catalogue::pictures() const {
  std::vector<std::shared_ptr<const Texture>> found;
  for (const CatalogueEntry& entry : entries_) {
    if (shows_geons(entry)) continue;
    const ModelPtr model = read_model(entry.file);
    if (!model) continue;
    for (const Surface& surface : model->mesh.surfaces)
      if (surface.texture && !surface.texture->has_holes &&
          std::min(surface.texture->width, surface.texture->height) >= kLeastPictureSide)
        found.push_back(surface.texture);
  }
  return found;
}

bool is_wanted(const CatalogueEntry& entry) {
  return stray_kind(entry) ||
         std::any_of(offers().begin(), offers().end(),
                     [&](const Offer& offer) { return offers_it(offer, entry); });
}

CatalogueFurnisher::CatalogueFurnisher(const Catalogue& catalogue) {
  for (const CatalogueEntry& entry : catalogue.entries()) {
    for (const Offer& offer : offers())
      if (offers_it(offer, entry)) choices_[offer.thing].push_back(&entry);
    if (const auto thing = stray_kind(entry)) choices_[*thing].push_back(&entry);
  }
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
