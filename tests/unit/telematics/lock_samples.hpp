// Positions of locks on JT/T 808 and what is made of them, shared by their tests.
#pragma once

#include "telematics/jtt808/location.hpp"
#include "telematics/profile.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace liuhen::telematics::jtt808::test {

inline const Instant noon = *parse_iso("2026-11-21T04:00:00Z");
inline const std::string own = "8000620011";

inline Fix standing() {
    Fix fix;
    fix.at = noon;
    fix.where = {28.1, 119.6};
    return fix;
}
inline Position position_with(std::uint32_t status, std::uint32_t alarm = 0,
                              std::vector<Item> items = {}) {
    Position p = report_of(standing());
    p.status = (p.status & 3U) | status;
    p.alarm = alarm;
    p.items = std::move(items);
    return p;
}
inline Item item_of(std::uint8_t id, std::string_view hex) {
    return {.id = id, .value = *from_hex(hex)};
}

inline std::vector<Sighting> seen_by(std::string_view profile, const Position& p) {
    const auto seen = sightings_of(p, *find_profile(profile),
                                   {.received = noon, .hash = 7, .undated_hash = 8, .lock = own});
    REQUIRE(seen);
    return *seen;
}
/// What the position says of locks, beyond that they are there.
inline std::vector<LockEvent> events_by(std::string_view profile, const Position& p) {
    std::vector<LockEvent> events;
    for (const Sighting& one : seen_by(profile, p)) {
        const auto* const event = std::get_if<LockEvent>(&one.what);
        if (event != nullptr && event->action != LockAction::reported) events.push_back(*event);
    }
    return events;
}
inline std::vector<LockAction> actions_by(std::string_view profile, const Position& p) {
    std::vector<LockAction> actions;
    for (const LockEvent& event : events_by(profile, p)) actions.push_back(event.action);
    return actions;
}
using Actions = std::vector<LockAction>;

inline constexpr std::uint32_t rope_open = 1U << 20U, motor_unlocked = 1U << 21U;
inline constexpr std::uint32_t hhd_sealed = 1U << 14U, hhd_closed = 1U << 15U;

}  // namespace liuhen::telematics::jtt808::test
