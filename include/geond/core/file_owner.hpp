// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace geond::core {

/// For root at work in somebody else's folder, who could not use what root makes there: gives the
/// file or folder `made` to the owner and the group of the folder that it lies in, as SQLite does
/// with its log. A symbolic link, and a file with a second name, are left as they are: either may
/// lead to a file that is not the owner's to have. Nothing for other users than root, and where the
/// file system does not let it.
void give_to_folder_owner(const std::filesystem::path& made);

}  // namespace geond::core
