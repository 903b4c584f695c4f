// SPDX-License-Identifier: MIT
#include "geond/storage/file_descriptor.hpp"

#include <unistd.h>

namespace geond::storage {

void FileDescriptor::reset() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace geond::storage
