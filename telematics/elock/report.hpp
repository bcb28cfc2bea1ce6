// Binary reports of a lock: JT701D (protocol 19), JT701 (17), older (16) and the JT600 form
// (docs/wire-elock.md, "Binary report").
#pragma once

#include "base/observation.hpp"
#include "base/result.hpp"
#include "telematics/elock/frame.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::telematics::elock {

/// Bits of the status word.
enum class Status : std::uint16_t {
    cell_tower = 1U << 0U,  ///< the position is that of a cell tower
    entered_fence = 1U << 1U,
    left_fence = 1U << 2U,
    rope_cut = 1U << 3U,  ///< while locked
    vibration = 1U << 4U,
    wants_answer = 1U << 5U,
    rope_in = 1U << 6U,
    motor_locked = 1U << 7U,
    open_too_long = 1U << 8U,
    wrong_passwords = 1U << 9U,  ///< five in a row
    unknown_card = 1U << 10U,
    battery_low = 1U << 11U,
    cover_opened = 1U << 12U,
    cover_closed = 1U << 13U,
    motor_stuck = 1U << 14U,
};
constexpr bool has(std::uint16_t word, Status bit) {
    return (word & static_cast<std::uint16_t>(bit)) != 0;
}

/// Why the lock sends a record (low nibble of its type byte). Other values are read all the same.
inline constexpr std::uint8_t live_report = 1, alarm_report = 2, blind_area_report = 3,
                              second_newest_report = 4;
inline constexpr std::uint8_t jt701d_protocol = 0x19, jt701_protocol = 0x17,
                              jt701_old_protocol = 0x16;

/// One record of a binary frame. Fields that its form does not carry are empty.
struct LockReport {
    std::string lock;              ///< ten digits, leading zeros kept
    std::uint8_t protocol{};       ///< 0x19, 0x17, 0x16, …; 0 for the JT600 form
    std::uint8_t device_type = 1;  ///< 1 padlock; of the JT600 form: the layout of its tail
    std::uint8_t data_type{};      ///< `live_report`, …
    std::optional<Instant> at;     ///< empty when all digits are zero
    LatLon where;                  ///< last known position when `source` is none
    FixSource source = FixSource::none;
    Speed speed;
    Heading heading;                 ///< in steps of two degrees
    std::optional<Metres> odometer;  ///< in whole kilometres
    std::optional<std::uint8_t> satellites;
    std::optional<std::int16_t> altitude_m;  ///< of the JT600 form, type 1
    std::optional<std::uint16_t> status;     ///< see `Status`
    std::optional<std::uint8_t> battery;     ///< percent; 0xFF while charging
    std::uint8_t serial{};                   ///< of the frame; restarts at 0
    Bytes body;  ///< the record as sent, from its date, without the serial
};

/// Reads the 17 bytes of time, place, speed and heading that records and WLNET payloads begin with.
/// Faults: `truncated`, and `bad_value` for a time or fixed position that does not exist.
Result<LockReport, Fault> read_place(Reader& in, std::chrono::minutes zone);

/// Reads every record of a binary piece, oldest sent first. Times are those of a clock `zone` east
/// of Greenwich. Faults: `bad_value` for a time or fixed position that does not exist.
Result<std::vector<LockReport>, Fault> read_reports(const Piece& piece, std::chrono::minutes zone);

/// The frame a lock sends for `report`: protocol 16 in its short layout, others with cells and MNC.
/// `body` is not used. Position to 0.0001', speed to a knot, heading to two degrees, odometer to
/// km.
Bytes write_report(const LockReport& report, std::chrono::minutes zone);

/// What the lock must be told so that it forgets the frame; empty when it waits for nothing.
/// Needs only the frame's layout: a record that cannot be read is answered too, for the lock would
/// repeat it for ever.
std::string acknowledgement(const Piece& piece);

}  // namespace liuhen::telematics::elock
