#include "server/json/visible.hpp"

#include <algorithm>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

namespace liuhen::server {
namespace {

constexpr UChar32 mongolian_vowel_separator = 0x180E;
constexpr UChar32 blank_of_braille = 0x2800;

bool is_hidden(UChar32 c) {
    constexpr std::uint32_t hidden = U_GC_CF_MASK | U_GC_ZL_MASK | U_GC_ZP_MASK;
    return (U_GET_GC_MASK(c) & hidden) != 0 ||
           u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0 ||
           u_hasBinaryProperty(c, UCHAR_NONCHARACTER_CODE_POINT) != 0;
}

bool writes_a_script(UChar32 c) {
    return c == mongolian_vowel_separator || u_hasBinaryProperty(c, UCHAR_JOIN_CONTROL) != 0 ||
           u_hasBinaryProperty(c, UCHAR_VARIATION_SELECTOR) != 0;
}

bool shows_nothing(UChar32 c) {
    return u_isUWhiteSpace(c) != 0 || c == blank_of_braille || is_hidden(c);
}

/// The first code point of which `wanted` is true.
template <class Wanted>
std::optional<char32_t> first_of(std::string_view text, Wanted wanted) {
    const auto points = icu::UnicodeString::fromUTF8(
        icu::StringPiece{text.data(), static_cast<std::int32_t>(text.size())});
    for (std::int32_t i = 0; i < points.length(); i = points.moveIndex32(i, 1)) {
        if (const UChar32 c = points.char32At(i); wanted(c)) return static_cast<char32_t>(c);
    }
    return std::nullopt;
}

}  // namespace

std::optional<char32_t> first_hidden(std::string_view text, Wording wording) {
    return first_of(text, [wording](UChar32 c) {
        return is_hidden(c) && !(wording == Wording::prose && writes_a_script(c));
    });
}

bool is_blank(std::string_view text) {
    return !first_of(text, [](UChar32 c) { return !shows_nothing(c); });
}

}  // namespace liuhen::server
