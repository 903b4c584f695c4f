// SPDX-License-Identifier: MIT
#pragma once

namespace geond::support {

/// While one of these lives, its thread gets no memory from `new`: std::bad_alloc. Needs
/// scarce_memory.cpp among the program's sources. No doctest assertions meanwhile, which allocate.
class ScarceMemory {
 public:
  ScarceMemory();
  ~ScarceMemory();
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;
};

}  // namespace geond::support
