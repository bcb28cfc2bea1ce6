// Text from outside as it may be printed.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace liuhen::print {

inline constexpr std::size_t longest_text = 2'000;  ///< code points of one text, then "…"
inline constexpr int most_marks = 2;                ///< combining marks upon one another

/// Valid UTF-8 in one line that is set from left to right as it stands: line breaks and tabs are
/// spaces; bytes that are no UTF-8, control characters, and characters that turn the direction of
/// writing or show nothing are U+FFFD, so that nobody reads another name than the one stored.
std::string printable(std::string_view text);

}  // namespace liuhen::print
