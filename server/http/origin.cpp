#include "server/http/origin.hpp"

#include <algorithm>

namespace liuhen::server::http {
namespace {

constexpr std::size_t longest_host = 4'096;  // what a printed code can hold is asked elsewhere

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_of_name(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '-' || c == '_';
}
bool is_of_address(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' || c == ':';
}

}  // namespace

bool is_host(std::string_view text) {
    if (text.size() > longest_host) return false;
    const bool bracketed = text.starts_with('[');
    const auto end = bracketed ? text.find(']') : std::min(text.find(':'), text.size());
    if (end == std::string_view::npos) return false;
    const auto name = bracketed ? text.substr(1, end - 1) : text.substr(0, end);
    if (name.empty() || !std::ranges::all_of(name, bracketed ? is_of_address : is_of_name))
        return false;
    const auto port = text.substr(bracketed ? end + 1 : end);
    return port.empty() || (port.front() == ':' && std::ranges::all_of(port.substr(1), is_digit));
}

}  // namespace liuhen::server::http
