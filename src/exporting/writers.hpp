// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "geond/exporting/export.hpp"

namespace geond::exporting {

/// The formats one by one. The picture's classes are of the vocabulary.

std::string write_csv(const AnnotatedImage& image);
std::string write_yolo_obb(const AnnotatedImage& image, std::span<const std::string> classes);
std::string write_dota(const AnnotatedImage& image);
std::string write_coco(const AnnotatedImage& image, std::span<const std::string> classes);

/// The place of a class in the vocabulary; `classes.size()` where it is none of it.
std::size_t class_index(std::string_view class_name, std::span<const std::string> classes);

}  // namespace geond::exporting
