// SPDX-License-Identifier: MIT
#pragma once

namespace geond::support {

/// Whether ScarceMemory does anything: the sanitizers bring an allocator of their own, which sees
/// who frees what and must not be replaced. Tests that need scarce memory are skipped there.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryCanBeScarce = false;
#else
inline constexpr bool kMemoryCanBeScarce = true;
#endif

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
