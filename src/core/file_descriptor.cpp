// SPDX-License-Identifier: MIT
#include "geond/core/file_descriptor.hpp"

#include <unistd.h>

namespace geond::core {

void FileDescriptor::reset() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace geond::core
