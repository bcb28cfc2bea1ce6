#include "server/http/password_form.hpp"

#include "server/passwords.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {

std::string read_password(Fields& form, std::string_view name, Password use) {
    const nlohmann::json* const given = form.any(name, Need::required);
    if (given == nullptr) return {};
    if (!given->is_string()) {
        form.add("WRONG_TYPE", name);
        return {};
    }
    auto password = given->get<std::string>();
    const auto length = static_cast<std::size_t>(std::ranges::count_if(
        password, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
    const std::size_t least = use == Password::chosen ? shortest_password : 1;
    if (length >= least && length <= longest_password) return password;
    form.add(length < least ? "PASSWORD_TOO_SHORT" : "TOO_LONG", name);
    return {};
}

}  // namespace liuhen::server::http
