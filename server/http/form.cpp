#include "server/http/form.hpp"

#include "server/base64.hpp"
#include "server/http/message.hpp"

namespace liuhen::server::http {

std::optional<std::map<std::string, std::string>> parse_form(std::string_view body) {
    if (body.size() > max_form_bytes) return std::nullopt;
    auto target = parse_target("/?" + std::string{body});
    if (!target) return std::nullopt;
    return std::move(target->query);
}

std::optional<std::pair<std::string, std::string>> basic_credentials(std::string_view header) {
    constexpr std::string_view scheme = "basic ";
    if (header.size() <= scheme.size()) return std::nullopt;
    for (std::size_t i = 0; i < scheme.size(); ++i) {
        const char c = header[i];
        if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c) != scheme[i])
            return std::nullopt;
    }
    const auto text = from_base64(header.substr(scheme.size()));
    const auto colon = text ? text->find(':') : std::string::npos;
    if (colon == std::string::npos) return std::nullopt;
    return std::pair{text->substr(0, colon), text->substr(colon + 1)};
}

}  // namespace liuhen::server::http
