// Request targets: origin form, percent-decoded, parameters by name.
#include "server/http/message.hpp"

#include <boost/locale/utf.hpp>

#include <string_view>

namespace liuhen::server::http {
namespace {

int nibble(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

bool is_utf8(const std::string& text) {
    namespace utf = boost::locale::utf;
    for (auto at = text.begin(); at != text.end();) {
        if (!utf::is_valid_codepoint(utf::utf_traits<char>::decode(at, text.end()))) return false;
    }
    return true;
}

enum class Part : std::uint8_t { path, parameter };

std::optional<std::string> decoded(std::string_view text, Part part) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = nibble(text[i + 1]);
            const int low = nibble(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            // Whoever guards an address before us must not read it as another one.
            if (c == '/' && part == Part::path) return std::nullopt;
            i += 2;
        } else if (c == '+' && part == Part::parameter) {
            c = ' ';
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) return std::nullopt;
        out += c;
    }
    if (!is_utf8(out)) return std::nullopt;
    return out;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
    if (target.empty() || target.front() != '/') return std::nullopt;
    const auto mark = target.find('?');
    const auto path = decoded(target.substr(0, mark), Part::path);
    if (!path) return std::nullopt;
    Target found{*path, {}};
    if (mark == std::string_view::npos) return found;
    std::string_view rest = target.substr(mark + 1);
    while (!rest.empty()) {
        const auto end = rest.find('&');
        const auto pair = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        if (pair.empty()) continue;
        const auto equals = pair.find('=');
        const auto name = decoded(pair.substr(0, equals), Part::parameter);
        const auto value =
            decoded(equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1),
                    Part::parameter);
        if (!name || !value || !found.query.emplace(*name, *value).second) return std::nullopt;
    }
    return found;
}

}  // namespace liuhen::server::http
