// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace geond::core {

/// Puts /dev/null where stdin, stdout or stderr is closed, so that no file or socket that is opened
/// later gets one of their numbers and what is printed. Reading from it ends at once; writing
/// to it fails, as it did on the closed one. To be called before anything is opened.
/// Returns whether all three are open now.
bool hold_standard_descriptors();

/// Writes to stdout or stderr, past stdio, where nobody need be there to read: what cannot be
/// written is dropped. Safe in a signal handler (signal-safety(7)), except that it changes errno.
/// Returns whether all of it was written.
bool write_if_possible(int descriptor, std::string_view text);

}  // namespace geond::core
