// 0x5501 and 0x5502, live and blind-area reports of Jointech locks: an 808 frame whose serial has
// one byte, with a body of its own (docs/wire-elock.md, "Locks on JT/T 808").
#pragma once

#include "base/observation.hpp"
#include "telematics/elock/report.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/profile.hpp"

#include <optional>
#include <string>
#include <vector>

namespace liuhen::telematics::jtt808 {

inline constexpr std::uint16_t lock_report_live = 0x5501, lock_report_blind = 0x5502;
constexpr bool is_lock_report(std::uint16_t id) {
    return id == lock_report_live || id == lock_report_blind;
}

/// Reads a piece between two delimiters, escapes removed, as such a frame; `Header::attributes` and
/// the serial are as sent. Faults: `not_a_frame` for other ids, `bad_length`, `bad_checksum`.
Result<Frame, Fault> parse_lock_frame(Bytes unescaped, Checksum checksum = Checksum::required);

/// Bytes of a body before its items.
inline constexpr std::size_t jointech_basic_bytes = 35;
/// The dialect of a profile, or that of the model when it has none.
const Dialect& lock_dialect(const Profile& profile);

/// The body. `place` has time, position, odometer and satellites.
struct JointechReport {
    elock::LockReport place;
    std::uint8_t gsm{};
    std::uint8_t battery{};  ///< percent; AA and AB while charging
    std::uint32_t cell{};
    std::uint16_t lac{};
    std::uint8_t product{};
    std::uint16_t status{};  ///< bit 5 is said to be the motor
    std::uint16_t alarm{};   ///< 1 and 3 battery, 2 vibration, 5 and 6 fence
    std::vector<Item> items;
    Bytes tail;  ///< from the first item on that runs past the end
};
/// Faults: `truncated`, `bad_value` for a time or fixed position that does not exist.
Result<JointechReport, Fault> read_jointech_report(ByteView body, std::chrono::minutes zone);

/// The fix of a report and the events of its items and its battery. Its status word does not name
/// the rope, so it is neither sealed nor unsealed. The hash is that of the body, the same live and
/// as blind-area data; of the whole frame when the report has no time.
Result<std::vector<Sighting>, Fault> sightings_of(const Frame& frame, const Profile& profile,
                                                  const std::string& lock, Instant received);

/// 0x4401, which the lock waits for when attribute bit 15 is set; empty when it does not.
Bytes lock_answer(const Header& to);

}  // namespace liuhen::telematics::jtt808
