// What a vehicle was seen to do. A vehicle's history is a list of these; everything else is a fold.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace liuhen {

/// Where the coordinates of a fix come from. Only `satellite` moves a truck on the map.
enum class FixSource : std::uint8_t { satellite, cell_tower, none };
/// Load as the device says it (JT/T 808-2013 status bits 8-9, sensors).
enum class Load : std::uint8_t { unknown, empty, half, full };

/// What a terminal says of itself and of the truck beside its place; JT/T 808 alarm and status
/// bits, items and the profile's waste-truck bits. Numbers are stored, never renumber them.
enum class Signal : std::uint16_t {
    ignition_told = 1U << 0U,    ///< `ignition_on` is known
    ignition_on = 1U << 1U,      ///< ACC
    power_low = 1U << 2U,        ///< main power under its voltage
    power_cut = 1U << 3U,        ///< main power gone
    antenna_missing = 1U << 4U,  ///< GNSS antenna not connected or cut
    antenna_short = 1U << 5U,
    gnss_fault = 1U << 6U,
    jammed = 1U << 7U,          ///< the receiver itself reports interference
    lifted = 1U << 8U,          ///< the body is tipped
    cover_open = 1U << 9U,      ///< the load's cover is not shut
    dump_reported = 1U << 10U,  ///< the truck's own sensor reports unloading
};
/// A set of signals.
struct Signals {
    std::uint16_t bits{};
    [[nodiscard]] constexpr bool has(Signal one) const {
        return (bits & static_cast<std::uint16_t>(one)) != 0;
    }
    constexpr void set(Signal one, bool on = true) {
        const auto bit = static_cast<std::uint16_t>(one);
        bits = static_cast<std::uint16_t>(on ? bits | bit : bits & ~bit);
    }
    friend constexpr bool operator==(Signals, Signals) = default;
};

/// One position report.
struct Fix {
    Instant at;    ///< device time
    LatLon where;  ///< WGS 84
    Speed speed;
    Heading heading;
    FixSource source = FixSource::satellite;
    Load load = Load::unknown;
    std::optional<std::uint8_t> satellites;  ///< satellites used
    std::optional<Metres> odometer;          ///< total distance by the vehicle's own sensor
    std::optional<Speed> recorder_speed = std::nullopt;  ///< by the wheels, JT/T 808 item 0x03
    std::optional<Grams> mass = std::nullopt;            ///< of the load, by the truck's own sensor
    Signals signals = {};
    friend bool operator==(const Fix&, const Fix&) = default;
};

/// What a lock says of itself. `sealed` and `unsealed` are states that may be repeated by every
/// report; the fold finds the edges, so that their order of arrival does not matter.
enum class LockAction : std::uint8_t {
    sealed,        ///< rope in or rod closed, and locked
    unsealed,      ///< really open: rope out or rod pulled; a motor that ran is no opening
    refused,       ///< an attempt that the lock turned down
    cut,           ///< rope or rod cut, opened while sealed
    shell_opened,  ///< the lock's own body was opened
    left_open,     ///< open longer than allowed
    battery_low,
    motor_fault,
    reported,  ///< nothing of the above: the lock is there, and perhaps its counter of cuts
};
/// By what means a lock was opened or refused.
enum class LockMeans : std::uint8_t {
    unknown,
    card,
    password,
    one_time_password,
    bluetooth,
    remote,
    key,
    automatic,
};

/// One report or event of an electronic lock.
struct LockEvent {
    Instant at;  ///< device time
    LockId lock;
    LockAction action{};
    LockMeans means = LockMeans::unknown;
    std::string actor;            ///< card number or user as sent; empty when unknown
    std::optional<LatLon> where;  ///< the lock's own position, WGS 84
    /// Times its rope was cut so far, of a lock that counts them. The fold makes a cut of a growth.
    std::optional<std::uint16_t> cuts = std::nullopt;
    friend bool operator==(const LockEvent&, const LockEvent&) = default;
};

using Observation = std::variant<Fix, LockEvent>;

/// Part of an observation's identity; numbers are stored, never renumber them.
enum class ObservationKind : std::uint8_t { fix = 1, lock = 2 };

/// An observation with what is kept of its arrival. Its identity is (terminal, device time, kind,
/// hash): the same point sent again in another message, or after a reboot, is the same sighting.
struct Sighting {
    Observation what;
    std::uint64_t hash{};        ///< hash64 of the unescaped body; of the whole frame if `undated`
    bool undated = false;        ///< the device sent no time: `at` is the time of receipt
    bool backlog = false;        ///< sent as blind-area or batch data (0x0704, JT701 type 3)
    bool unsound = false;        ///< the checksum was wrong, which its profile allows it
    std::uint16_t message{};     ///< source message id, 0x0200 or 0x0704; locks: see wire-elock.md
    std::uint32_t alarm{};       ///< alarm word as sent
    std::uint32_t status{};      ///< status word as sent
    std::int16_t altitude_m{};   ///< metres as sent, signed
    std::vector<std::byte> raw;  ///< additional items or event text as sent, never interpreted here
    friend bool operator==(const Sighting&, const Sighting&) = default;
};

inline Instant time_of(const Observation& seen) {
    return std::visit([](const auto& one) { return one.at; }, seen);
}
inline ObservationKind kind_of(const Observation& seen) {
    return std::holds_alternative<Fix>(seen) ? ObservationKind::fix : ObservationKind::lock;
}

}  // namespace liuhen
