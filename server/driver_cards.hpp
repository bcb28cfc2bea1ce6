// Who drove when, by the cards that were put into the driving recorder (JT/T 808 0x0702).
#pragma once

#include "base/time.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server {

/// What a card says. All empty when it could not be read.
struct DriverCard {
    std::string name;
    std::string certificate;  ///< of qualification
    std::string issuer;
    std::string valid_until;  ///< "2030-12-31"; empty: not said
    std::string reading;      ///< "read", or why it was not: "keys_refused", "locked", …
    friend bool operator==(const DriverCard&, const DriverCard&) = default;
};

/// A card put in, or taken out.
struct CardMoment {
    Instant at;
    std::optional<DriverCard> card;  ///< empty: taken out
};
/// From the content of a document 0x0702. The 2011 edition tells no state: its card was put in.
CardMoment card_moment(Instant at, const nlohmann::json& content);

/// The time that one card was in.
struct DriverStint {
    DriverCard card;
    Instant from;
    std::optional<Instant> until;  ///< empty: still in
};
/// Moments by time, folded: the same card told again goes on, another one ends the one before.
std::vector<DriverStint> stints_of(const std::vector<CardMoment>& moments);

/// A name or number without spaces, the ideographic one included: as cards are compared.
std::string closed_up(std::string text);

/// A card as shown, its certificate whole or masked.
enum class Certificate : std::uint8_t { whole, masked };
nlohmann::json to_json(const DriverStint& stint, Certificate certificate);

}  // namespace liuhen::server
