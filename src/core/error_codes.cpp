// SPDX-License-Identifier: MIT
#include "geond/core/error_codes.hpp"

#include <algorithm>
#include <array>

namespace geond::core {
namespace {

constexpr std::array kPassing = {codes::kTooManyFiles, codes::kOutOfMemory, codes::kDatabaseBusy,
                                 codes::kDatabaseUnreachable};

}  // namespace

bool is_passing(const Error& error) {
  return error.kind() == ErrorKind::storage_full ||
         std::ranges::find(kPassing, error.code()) != kPassing.end();
}

}  // namespace geond::core
