// What of a text can be seen: characters that show nothing make two names that look the same, or
// one that reads backwards.
#pragma once

#include <optional>
#include <string_view>

namespace liuhen::server {

/// What a text is for, which decides how strict it is read.
enum class Wording : bool {
    name,   ///< one line: names, numbers, codes, marks. Nothing in it is hidden.
    prose,  ///< notes and reasons: lines, and what scripts need to be written (see `first_hidden`)
};

/// The first code point of the text (UTF-8) that shows nothing or turns the direction of others:
/// format characters (category Cf: U+200B, U+202E, U+2066, U+FEFF, …), whatever else Unicode says a
/// display ignores (fillers of Hangul, variation selectors, tags), and U+2028 and U+2029, which
/// break lines. Prose may hold joiners and variation selectors and the Mongolian vowel separator,
/// which Mongolian, Uyghur, Tibetan and Indic scripts and emoji are written with; a name may not,
/// since it is compared byte by byte and stands on identity cards and licences without them.
std::optional<char32_t> first_hidden(std::string_view text, Wording wording);

/// Whether nothing of the text can be seen: it is empty, or all white space (Unicode White_Space),
/// blanks of Braille and characters that a display ignores.
bool is_blank(std::string_view text);

}  // namespace liuhen::server
