#include "telematics/elock/events.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace liuhen::telematics::elock {
namespace {

constexpr std::size_t place_bytes = 17;        // date to direction
constexpr std::size_t low_status_offset = 27;  // of the status word's low byte in a record
constexpr std::size_t serial_place = 16;

struct AlarmRow {
    Status bit;
    LockAction action;
    LockMeans means;
};
constexpr std::array<AlarmRow, 7> alarms{{
    {Status::rope_cut, LockAction::cut, LockMeans::unknown},
    {Status::cover_opened, LockAction::shell_opened, LockMeans::unknown},
    {Status::unknown_card, LockAction::refused, LockMeans::card},
    {Status::wrong_passwords, LockAction::refused, LockMeans::password},
    {Status::open_too_long, LockAction::left_open, LockMeans::unknown},
    {Status::battery_low, LockAction::battery_low, LockMeans::unknown},
    {Status::motor_stuck, LockAction::motor_fault, LockMeans::unknown},
}};

// Event numbers of P45. `opens`: verify (and for passwords, the password) decides.
struct UnlockRow {
    std::uint8_t event;
    bool opens;
    bool needs_password;
    LockAction otherwise;  // what happened when it does not open
    LockMeans means;
};
constexpr std::array<UnlockRow, 6> unlocks{{
    {1, true, false, LockAction::refused, LockMeans::card},
    {2, false, false, LockAction::refused, LockMeans::card},
    {4, true, true, LockAction::refused, LockMeans::password},
    {5, false, false, LockAction::sealed, LockMeans::automatic},
    {6, true, true, LockAction::refused, LockMeans::one_time_password},
    {7, true, false, LockAction::refused, LockMeans::bluetooth},
}};
constexpr std::uint8_t refused_by_lock = 0, refused_outside_fence = 99;

bool opened(const UnlockRow& row, const UnlockReport& unlock) {
    return row.opens && unlock.verify != refused_by_lock &&
           unlock.verify != refused_outside_fence && (!row.needs_password || unlock.password_ok);
}

struct SlaveRow {
    SlaveState bit;
    LockAction action;
    LockMeans means;
};
constexpr std::array<SlaveRow, 3> slave_events{{
    {SlaveState::cut, LockAction::cut, LockMeans::unknown},
    {SlaveState::cover_opened, LockAction::shell_opened, LockMeans::unknown},
    {SlaveState::rope_pulled, LockAction::unsealed, LockMeans::unknown},
}};

// The bytes that make a record the same record when it is sent again.
Bytes identity(const LockReport& report) {
    Bytes bytes = report.body;
    const auto answer = static_cast<std::uint8_t>(Status::wants_answer);
    if (report.status && bytes.size() > low_status_offset)
        bytes[low_status_offset] &= ~std::byte{answer};
    return bytes;
}

Bytes identity(const Sentence& sentence) {
    Writer out;
    for (std::size_t place = 0; place < sentence.fields.size(); ++place) {
        if (sentence.command == "P45" && place == serial_place) continue;
        out.put(bytes_of(sentence.fields[place])).u8(',');
    }
    return out.finish();
}

// What all sightings of one record share.
struct Record {
    Sighting base;
    Bytes identity;
    Instant at;
    std::string lock;
    std::optional<LatLon> where;

    [[nodiscard]] Sighting event(LockAction action, LockMeans means, std::string actor = {}) const {
        Sighting seen = base;
        seen.what = LockEvent{at, LockId{lock}, action, means, std::move(actor), where};
        Writer hashed;
        hashed.put(identity).u8(static_cast<std::uint8_t>(action));
        seen.hash = hash64(hashed.u8(static_cast<std::uint8_t>(means)).view());
        return seen;
    }
    [[nodiscard]] Sighting position(const Fix& fix) const {
        Sighting seen = base;
        seen.what = fix;
        seen.hash = hash64(identity);
        return seen;
    }
};

std::optional<LatLon> place_of(FixSource source, LatLon where) {
    return source == FixSource::satellite ? std::optional{where} : std::nullopt;
}

Record record_of(const Sentence& sentence, const TextFix& place, Instant received) {
    Record record;
    record.identity = identity(sentence);
    record.lock = sentence.lock();
    record.base.undated = place.fix.at == Instant{};
    record.base.message = place.message;
    record.base.raw = record.identity;
    record.at = record.base.undated ? received : place.fix.at;
    record.where = place_of(place.fix.source, place.fix.where);
    return record;
}

}  // namespace

Fix fix_of(const LockReport& report, Instant at) {
    Fix fix;
    fix.at = at;
    fix.where = report.where;
    fix.speed = report.speed;
    fix.heading = report.heading;
    fix.source = report.source;
    fix.satellites = report.satellites;
    fix.odometer = report.odometer;
    return fix;
}

std::vector<Sighting> sightings_of(const LockReport& report, Instant received) {
    Record record;
    record.identity = identity(report);
    record.lock = report.lock;
    record.at = report.at.value_or(received);
    record.where = place_of(report.source, report.where);
    record.base.undated = !report.at;
    record.base.backlog = report.data_type == blind_area_report;
    record.base.message = static_cast<std::uint16_t>(binary_message + report.data_type);
    record.base.status = report.status.value_or(0);
    record.base.altitude_m = report.altitude_m.value_or(0);
    const auto tail = std::min(place_bytes, report.body.size());
    record.base.raw.assign(report.body.begin() + static_cast<std::ptrdiff_t>(tail),
                           report.body.end());

    std::vector<Sighting> seen{record.position(fix_of(report, record.at))};
    if (!report.status) return seen;
    const bool rope_in = has(*report.status, Status::rope_in);
    const bool locked = has(*report.status, Status::motor_locked);
    if (!rope_in) seen.push_back(record.event(LockAction::unsealed, LockMeans::unknown));
    if (rope_in && locked) seen.push_back(record.event(LockAction::sealed, LockMeans::unknown));
    for (const AlarmRow& row : alarms) {
        if (has(*report.status, row.bit)) seen.push_back(record.event(row.action, row.means));
    }
    if (seen.size() == 1) seen.push_back(record.event(LockAction::reported, LockMeans::unknown));
    return seen;
}

std::vector<Sighting> sightings_of(const SlaveReport& report, Instant received) {
    Record record;
    record.identity = report.identity;
    record.lock = report.slave;
    record.at = report.place.at.value_or(received);
    record.where = place_of(report.place.source, report.place.where);
    record.base.undated = !report.place.at;
    record.base.message = slave_message;
    record.base.status = report.state.value_or(0);
    record.base.raw = report.identity;
    std::vector<Sighting> seen{record.position(fix_of(report.place, record.at))};
    if (!report.state) return seen;
    record.at = report.sensed.value_or(record.at);
    const bool pulled = has(*report.state, SlaveState::rope_pulled);
    if (has(*report.state, SlaveState::locked) && !pulled)
        seen.push_back(record.event(LockAction::sealed, LockMeans::unknown));
    for (const SlaveRow& row : slave_events) {
        if (has(*report.state, row.bit)) seen.push_back(record.event(row.action, row.means));
    }
    if (seen.size() == 1) seen.push_back(record.event(LockAction::reported, LockMeans::unknown));
    return seen;
}

std::vector<Sighting> sightings_of(const Sentence& sentence, const TextFix& place,
                                   Instant received) {
    const Record record = record_of(sentence, place, received);
    Fix fix = place.fix;
    fix.at = record.at;
    return {record.position(fix)};
}

std::vector<Sighting> sightings_of(const Sentence& sentence, const TextFix& place,
                                   const UnlockReport& unlock, Instant received) {
    auto seen = sightings_of(sentence, place, received);
    const auto row = std::ranges::find(unlocks, unlock.event, &UnlockRow::event);
    if (row == unlocks.end()) return seen;
    const auto action = opened(*row, unlock) ? LockAction::unsealed : row->otherwise;
    seen.push_back(record_of(sentence, place, received).event(action, row->means, unlock.card));
    return seen;
}

}  // namespace liuhen::telematics::elock
