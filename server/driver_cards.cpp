#include "server/driver_cards.hpp"

#include "server/json/document_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server {
namespace {

using nlohmann::json;

constexpr int taken_out = 2;
// Results of reading, JT/T 808-2013 table of 0x0702.
constexpr std::string_view readings[] = {"read", "keys_refused", "locked", "pulled_out",
                                         "wrong_checksum"};

std::string text_in(const json& content, const char* name) {
    const auto found = content.find(name);
    return found != content.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

int number_in(const json& content, const char* name, int otherwise) {
    const auto found = content.find(name);
    return found != content.end() && found->is_number_integer() ? found->get<int>() : otherwise;
}

// Packed YYYYMMDD; anything else is no date.
std::string date_of(const std::string& digits) {
    const bool whole =
        digits.size() == 8 && digits > "19000101" && digits < "99991231" &&
        std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!whole) return {};
    return digits.substr(0, 4) + '-' + digits.substr(4, 2) + '-' + digits.substr(6, 2);
}

}  // namespace

std::string closed_up(std::string text) {
    constexpr std::string_view wide = "\xe3\x80\x80";
    for (auto at = text.find(wide); at != std::string::npos; at = text.find(wide))
        text.erase(at, wide.size());
    std::erase(text, ' ');
    return text;
}

CardMoment card_moment(Instant at, const json& content) {
    if (number_in(content, "state", 1) == taken_out) return {at, std::nullopt};
    DriverCard card;
    card.name = text_in(content, "driver");
    card.certificate = text_in(content, "certificate");
    card.issuer = text_in(content, "issuer");
    card.valid_until = date_of(text_in(content, "valid_until"));
    const auto result = static_cast<std::size_t>(number_in(content, "result", 0));
    card.reading = result < std::size(readings) ? readings[result] : "not_read";
    return {at, std::move(card)};
}

std::vector<DriverStint> stints_of(const std::vector<CardMoment>& moments) {
    std::vector<DriverStint> stints;
    for (const CardMoment& moment : moments) {
        const bool in = !stints.empty() && !stints.back().until;
        if (in && moment.card && stints.back().card == *moment.card) continue;
        if (in) stints.back().until = moment.at;
        if (moment.card) stints.push_back({*moment.card, moment.at, std::nullopt});
    }
    return stints;
}

json to_json(const DriverStint& stint, Certificate certificate) {
    const DriverCard& card = stint.card;
    json shown{{"name", card.name},
               {"certificate",
                certificate == Certificate::whole ? card.certificate : masked(card.certificate)},
               {"issuer", card.issuer},
               {"valid_until", nullptr},
               {"reading", card.reading},
               {"from", to_iso(stint.from)},
               {"until", nullptr}};
    if (!card.valid_until.empty()) shown["valid_until"] = card.valid_until;
    if (stint.until) shown["until"] = to_iso(*stint.until);
    return shown;
}

}  // namespace liuhen::server
