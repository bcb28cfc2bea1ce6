#include "print/text.hpp"

#include <glib.h>

namespace liuhen::print {
namespace {

constexpr gunichar replacement = 0xFFFD;
constexpr gunichar ellipsis = 0x2026;

void append(std::string& text, gunichar character) {
    char bytes[6];
    const int size = g_unichar_to_utf8(character, bytes);
    text.append(bytes, static_cast<std::size_t>(size));
}

bool is_space(gunichar character) {
    switch (g_unichar_type(character)) {
        case G_UNICODE_LINE_SEPARATOR:
        case G_UNICODE_PARAGRAPH_SEPARATOR:
        case G_UNICODE_SPACE_SEPARATOR:
            return true;
        default:
            return character == '\n' || character == '\r' || character == '\t';
    }
}

bool is_mark(gunichar character) {
    return g_unichar_ismark(character) != FALSE;  // any of the three kinds
}

// Kept from ever being a character (Unicode section 23.7): cairo prints nothing at all beside one.
bool is_none(gunichar character) {
    return (character & 0xFFFEU) == 0xFFFEU || (character >= 0xFDD0 && character <= 0xFDEF);
}

// Shows nothing of itself, or moves what stands beside it.
bool is_hidden(gunichar character) {
    if (is_none(character)) return true;
    switch (g_unichar_type(character)) {
        case G_UNICODE_CONTROL:
        case G_UNICODE_FORMAT:
        case G_UNICODE_SURROGATE:
            return true;
        default:
            return g_unichar_iszerowidth(character) != FALSE && !is_mark(character);
    }
}

}  // namespace

std::string printable(std::string_view text) {
    std::string shown;
    shown.reserve(text.size());
    std::size_t length = 0;
    int marks = 0;
    while (!text.empty()) {
        if (length++ == longest_text) {
            append(shown, ellipsis);
            break;
        }
        const gunichar read =
            g_utf8_get_char_validated(text.data(), static_cast<gssize>(text.size()));
        const bool valid = read < 0x110000;
        text.remove_prefix(valid ? static_cast<std::size_t>(g_unichar_to_utf8(read, nullptr)) : 1);
        marks = valid && is_mark(read) ? marks + 1 : 0;
        if (marks > most_marks) continue;
        if (valid && is_space(read))
            shown += ' ';
        else
            append(shown, valid && !is_hidden(read) ? read : replacement);
    }
    return shown;
}

}  // namespace liuhen::print
