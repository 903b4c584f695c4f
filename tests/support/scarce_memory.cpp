// SPDX-License-Identifier: MIT
#include "support/scarce_memory.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local bool is_scarce = false;

}  // namespace

namespace geond::support {

ScarceMemory::ScarceMemory() {
  is_scarce = true;
}

ScarceMemory::~ScarceMemory() {
  is_scarce = false;
}

}  // namespace geond::support

#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// The standard's other forms of `new` for single objects and arrays call this one.
void* operator new(std::size_t size) {
  void* memory = is_scarce ? nullptr : std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept {
  std::free(memory);
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}

#endif
