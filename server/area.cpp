#include "server/area.hpp"

#include "manifest/codes.hpp"

#include <algorithm>
#include <string>

namespace liuhen::server {
namespace {

bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// A province is known by its prefectures.
bool is_province(std::string_view code) {
    for (char tens = '0'; tens <= '9'; ++tens) {
        for (char ones = '0'; ones <= '9'; ++ones) {
            if (manifest::is_prefecture(std::string{code} + tens + ones)) return true;
        }
    }
    return false;
}

}  // namespace

bool is_county(std::string_view code) {
    return code.size() == 6 && all_digits(code) && manifest::is_prefecture(code.substr(0, 4));
}

bool is_area(std::string_view code) {
    if (!all_digits(code)) return false;
    if (code.size() == 2) return is_province(code);
    return code.size() == 4 ? manifest::is_prefecture(code) : is_county(code);
}

bool lies_in(std::string_view inner, std::string_view outer) { return inner.starts_with(outer); }

}  // namespace liuhen::server
