// What a master relays for a lock or sensor without a line of its own: WLNET,5
// (docs/wire-elock.md, "Slaves").
#pragma once

#include "telematics/elock/report.hpp"
#include "telematics/elock/sentence.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace liuhen::telematics::elock {

/// Bits of a slave lock's event word that say something of the lock.
enum class SlaveState : std::uint16_t {
    locked = 1U << 0U,
    cover_opened = 1U << 2U,
    cut = 1U << 4U,
    rope_pulled = 1U << 8U,
};
constexpr bool has(std::uint16_t word, SlaveState bit) {
    return (word & static_cast<std::uint16_t>(bit)) != 0;
}
inline constexpr std::uint8_t slave_lock_type = 4;

/// One record of a slave.
struct SlaveReport {
    LockReport place;               ///< the master's time and position; nothing else is set
    std::optional<Instant> sensed;  ///< the slave's own time
    std::string slave;              ///< ten digits
    std::uint8_t serial{};
    std::uint8_t type{};                 ///< 1 thermo-hygrometer, 4 lock, 5 and 6 valves
    std::optional<std::uint16_t> state;  ///< of type 4
    Bytes identity;                      ///< the payload without its serial
};

/// Faults: `truncated`, `bad_value`, and `unknown_message` for another WLNET form than 5.
Result<SlaveReport, Fault> read_slave(const Sentence& sentence, std::chrono::minutes zone);
/// The serial of a WLNET,5 record, even of one that cannot be read otherwise.
std::optional<std::uint8_t> slave_serial(const Sentence& sentence);

}  // namespace liuhen::telematics::elock
