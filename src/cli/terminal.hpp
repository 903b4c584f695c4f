// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace geond::cli {

enum class Colour { green, red, yellow };

/// Whether a descriptor takes colours: it is a terminal that can show them, and NO_COLOR is unset
/// or empty (no-color.org).
bool takes_colour(int descriptor);

/// The text in that colour where `descriptor` takes it, else as it is.
std::string coloured(std::string_view text, Colour colour, int descriptor);

/// How many columns a terminal has; 80 where it does not say.
std::size_t columns_of(int descriptor);

/// The longest end of a text in UTF-8 that takes no more than so many columns. Every character from
/// U+1000 on is taken for two wide, as the widest are.
std::string_view end_within(std::string_view text, std::size_t columns);

/// Writes to stdout; whether it took all of the text, which a full disk behind it does not.
bool print_whole(std::string_view text);

/// The text with a full stop at its end, if it has none.
std::string as_sentence(std::string text);

/// Whether stdout has taken everything that was printed so far.
bool is_output_written();

}  // namespace geond::cli
