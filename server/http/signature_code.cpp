#include "server/http/signature_code.hpp"

#include "server/crypto.hpp"
#include "server/history/digest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace liuhen::server::http {
namespace {

using manifest::EnumSet;
using manifest::Event;
using manifest::Role;

struct SignerRow {
    Role role;
    EnumSet<Event> events;
};
constexpr SignerRow signers[] = {
    {Role::producer, {Event::load_sign, Event::unload, Event::confirm_return}},
    {Role::driver,
     {Event::load_sign, Event::unload, Event::depart, Event::handover_out, Event::handover_in,
      Event::handover_refuse}},
    {Role::receiver,
     {Event::arrive, Event::weigh_in, Event::accept, Event::accept_with_difference,
      Event::accept_part, Event::reject}},
};

// 12200.0 is 12200: languages differ in how they write a whole number.
nlohmann::json one_form(nlohmann::json value) {
    constexpr double exact = 9'007'199'254'740'992.0;  // 2^53
    if (value.is_number_float()) {
        const double number = value.get<double>();
        if (std::trunc(number) == number && std::abs(number) <= exact)
            return static_cast<std::int64_t>(number);
        return value;
    }
    if (value.is_structured())
        for (auto& part : value) part = one_form(std::move(part));
    return value;
}

std::vector<std::string> in_hex(const std::vector<std::string>& digests) {
    std::vector<std::string> texts;
    for (const auto& one : digests) texts.push_back(history::hex_of(one));
    return texts;
}

}  // namespace

std::string new_signature_code() {
    constexpr std::uint64_t codes = 100'000'000;
    std::uint64_t drawn = 0;
    for (const char byte : random_bytes(sizeof drawn))
        drawn = drawn << 8 | static_cast<unsigned char>(byte);
    std::string digits = std::to_string(drawn % codes);
    return std::string(signature_code_digits - digits.size(), '0') + digits;
}

bool is_signature_code(std::string_view text) {
    return text.size() == signature_code_digits &&
           std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<std::string> digests_of_code(const Vault& vault, const std::string& owner,
                                         const std::string& code) {
    return in_hex(vault.fingerprints(owner + '\n' + code, "liuhen signature code"));
}

std::vector<std::string> digests_of_form(const Vault& vault, const nlohmann::json& form) {
    return in_hex(vault.fingerprints(one_form(form).dump(), "liuhen signed form"));
}

bool signs_by_code(Role role, Event event) {
    return std::ranges::any_of(
        signers, [&](const SignerRow& row) { return row.role == role && row.events.has(event); });
}

}  // namespace liuhen::server::http
