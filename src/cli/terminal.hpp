// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace geond::cli {

enum class Colour { green, red, yellow };

/// Whether a descriptor takes colours: it is a terminal that can show them, and NO_COLOR is unset
/// or empty (no-color.org).
bool takes_colour(int descriptor);

/// The text in that colour where `descriptor` takes it, else as it is.
std::string coloured(std::string_view text, Colour colour, int descriptor);

/// Writes to stdout; whether it took all of the text, which a full disk behind it does not.
bool print_whole(std::string_view text);

/// The text with a full stop at its end, if it has none.
std::string as_sentence(std::string text);

/// Whether stdout has taken everything that was printed so far.
bool is_output_written();

}  // namespace geond::cli
