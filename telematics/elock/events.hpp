// From what a lock sends to what was seen: positions and lock events (docs/wire-elock.md,
// "Events").
#pragma once

#include "telematics/elock/report.hpp"
#include "telematics/elock/sentence.hpp"
#include "telematics/elock/slave.hpp"

#include <vector>

namespace liuhen::telematics::elock {

/// `Sighting::message` of a binary record: 0x7010 + its data type.
inline constexpr std::uint16_t binary_message = 0x7010;
/// `Sighting::message` of a WLNET record.
inline constexpr std::uint16_t slave_message = 0x7005;

/// The fix in a record, as seen at `at`.
Fix fix_of(const LockReport& report, Instant at);

/// The fix of a record and one event for each thing that its status word says. A record without a
/// time is `undated` and takes `received`.
///
/// Sealed is rope in and motor locked; unsealed is rope out, whatever the motor; a motor that is
/// unlocked with its rope still in is neither, and only `reported` is said. States and alarms are
/// repeated by every record for as long as they hold.
///
/// The hash covers the record from its date, without the serial and with the answer-wanted bit
/// cleared, followed for an event by its action and means: the same record sent again under another
/// serial or as blind-area data is the same sightings.
std::vector<Sighting> sightings_of(const LockReport& report, Instant received);

/// The fix of the master that relays a WLNET record and, when the record is that of a slave lock,
/// the slave's events under the slave's own number. The hash covers the payload without its serial.
std::vector<Sighting> sightings_of(const SlaveReport& report, Instant received);

/// The fix of a text and, for a P45, what was done to the lock; a vehicle card and unknown event
/// numbers say nothing of the lock. The hash covers the fields without the serial.
std::vector<Sighting> sightings_of(const Sentence& sentence, const TextFix& place,
                                   Instant received);
std::vector<Sighting> sightings_of(const Sentence& sentence, const TextFix& place,
                                   const UnlockReport& unlock, Instant received);

}  // namespace liuhen::telematics::elock
