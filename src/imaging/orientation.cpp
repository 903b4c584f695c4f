// SPDX-License-Identifier: MIT
#include "orientation.hpp"

#include <libexif/exif-data.h>

#include <algorithm>
#include <memory>
#include <opencv2/core.hpp>
#include <string_view>
#include <vector>

namespace geond::imaging {
namespace {

constexpr std::string_view kExifHeader("Exif\0\0", 6);

struct ExifRelease {
  void operator()(ExifData* data) const { exif_data_unref(data); }
};

}  // namespace

int read_orientation(Bytes exif) {
  if (exif.empty() || exif.size() > 0xFFFF) return 1;
  std::vector<unsigned char> bytes;
  bytes.reserve(exif.size() + kExifHeader.size());
  if (!text_at(exif, 0, kExifHeader)) bytes.assign(kExifHeader.begin(), kExifHeader.end());
  const auto* begin = reinterpret_cast<const unsigned char*>(exif.data());
  bytes.insert(bytes.end(), begin, begin + exif.size());

  const std::unique_ptr<ExifData, ExifRelease> data(exif_data_new());
  if (data == nullptr) return 1;
  // Only one tag is wanted. libexif reads makers' notes all the same, and cannot be told not to.
  exif_data_unset_option(data.get(), EXIF_DATA_OPTION_FOLLOW_SPECIFICATION);
  exif_data_load_data(data.get(), bytes.data(), static_cast<unsigned>(bytes.size()));
  const ExifEntry* entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION);
  if (entry == nullptr || entry->format != EXIF_FORMAT_SHORT || entry->components < 1 ||
      entry->size < 2) {
    return 1;
  }
  const int value = exif_get_short(entry->data, exif_data_get_byte_order(data.get()));
  return value >= 1 && value <= 8 ? value : 1;
}

geometry::ImageSize oriented(geometry::ImageSize size, int orientation) {
  if (swaps_sides(orientation)) std::swap(size.width, size.height);
  return size;
}

cv::Mat make_upright(const cv::Mat& stored, int orientation) {
  cv::Mat upright;
  switch (orientation) {
    case 2:
      cv::flip(stored, upright, 1);
      break;
    case 3:
      cv::rotate(stored, upright, cv::ROTATE_180);
      break;
    case 4:
      cv::flip(stored, upright, 0);
      break;
    case 5:
      cv::transpose(stored, upright);
      break;
    case 6:
      cv::rotate(stored, upright, cv::ROTATE_90_CLOCKWISE);
      break;
    case 7:
      cv::transpose(stored, upright);
      cv::rotate(upright, upright, cv::ROTATE_180);
      break;
    case 8:
      cv::rotate(stored, upright, cv::ROTATE_90_COUNTERCLOCKWISE);
      break;
    default:
      return stored;
  }
  return upright;
}

}  // namespace geond::imaging
