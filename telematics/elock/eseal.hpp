// The text of electronic seals, `##S,eSeal,…,E##`: their reports, what is answered, and the order
// that opens one (docs/wire-elock.md, "eSeal").
#pragma once

#include "base/observation.hpp"
#include "base/result.hpp"
#include "telematics/elock/frame.hpp"
#include "telematics/elock/orders.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::telematics::elock {

/// `Sighting::message` of a seal's report.
inline constexpr std::uint16_t seal_message = 0x7050;
/// Volts below which a seal's battery is told as low. The seal itself sets no limit.
inline constexpr double seal_battery_low = 3.5;

/// A piece taken apart at its commas.
struct SealText {
    std::vector<std::string> fields;  ///< [0] is `##S`, the last one `E##`

    [[nodiscard]] const std::string& number() const { return fields[2]; }
    /// `Normal`, `Event-Door`, …; of an answer `RC-Unlock ACK`.
    [[nodiscard]] const std::string& event() const { return fields[5]; }
    /// What an answer or order to this seal begins with: `##S,eSeal,number,customer,firmware,`.
    [[nodiscard]] std::string head() const;
    /// True for an answer to an order: it carries no position.
    [[nodiscard]] bool is_answer() const;
};
/// Fault: `truncated` when it is too short to have an event and an index.
Result<SealText, Fault> read_seal(const Piece& piece);

/// The fix of a report and what it says of the seal: an open door is unsealed, whatever the event;
/// Event-Lock is sealed, Event-RC-Unlock is unsealed by remote, a battery below `seal_battery_low`
/// is battery_low, else it is only reported; shock and drop stay in `raw`. A report without a time
/// is `undated`. The hash is that of the text from its event on without its index. Faults:
/// `truncated`, `bad_value`.
Result<std::vector<Sighting>, Fault> sightings_of(const SealText& text, std::chrono::minutes zone,
                                                  Instant received);

/// What tells the seal to forget a report: `…,<event> ACK,<index>,E##`. Empty for an answer.
std::string acknowledgement(const SealText& text);

/// The order in the words of a seal, of which opening is the only one. Fault: `not_supported`.
Result<Spoken, Untold> spoken_seal_order(const Command& command, const SealText& seal);
/// As `take_answer` for a lock's text.
std::optional<OrderAnswer> take_answer(Outstanding& open, const SealText& text);

}  // namespace liuhen::telematics::elock
