// Lists as parameters of statements.
#pragma once

#include <pqxx/strconv>

#include <ranges>
#include <string>
#include <string_view>

namespace liuhen::server::store {

/// The text form of an array of texts, as PostgreSQL reads it (documentation, 8.15.6): every
/// element is quoted, so that none means NULL or ends the list. `text` makes a std::string of an
/// element.
template <std::ranges::input_range Range, class Text>
std::string text_array(const Range& range, const Text& text) {
    std::string out = "{";
    for (const auto& one : range) {
        if (out.size() > 1) out += ',';
        out += '"';
        for (const char c : std::string{text(one)}) {
            if (c == '"' || c == '\\') out += '\\';
            out += c;
        }
        out += '"';
    }
    return out + "}";
}

/// Likewise of numbers; `number` makes one of an element.
template <std::ranges::input_range Range, class Number>
std::string number_array(const Range& range, const Number& number) {
    std::string out = "{";
    for (const auto& one : range) {
        if (out.size() > 1) out += ',';
        out += pqxx::to_string(number(one));
    }
    return out + "}";
}

}  // namespace liuhen::server::store
