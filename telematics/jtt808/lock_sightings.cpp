#include "telematics/jtt808/lock_sightings.hpp"

#include "base/hash.hpp"
#include "telematics/jtt808/lock_items.hpp"

#include <array>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

struct AlarmRow {
    Sense sense;
    LockAction action;
};
constexpr std::array alarms{AlarmRow{Sense::cut, LockAction::cut},
                            AlarmRow{Sense::shell_opened, LockAction::shell_opened},
                            AlarmRow{Sense::left_open, LockAction::left_open},
                            AlarmRow{Sense::battery_low, LockAction::battery_low},
                            AlarmRow{Sense::motor_fault, LockAction::motor_fault}};

LockEvent event_of(LockAction action, std::string lock) {
    LockEvent event;
    event.action = action;
    event.lock = {std::move(lock)};
    return event;
}

// What rope and motor, or rod and seal, come to together. A model without a bit for its rope or rod
// does not say whether it is open.
std::vector<LockAction> state_of(const Dialect& dialect, std::uint32_t status) {
    const auto bit = [&](Sense sense) { return dialect.says(sense, Word::status, status); };
    const auto rope_open = bit(Sense::rope_open);
    const auto rod_closed = bit(Sense::rod_closed);
    if (!rope_open && !rod_closed) return {};
    const bool open = rope_open.value_or(false) || !rod_closed.value_or(true);
    const bool claims_sealed = bit(Sense::sealed).value_or(false);
    const bool locked = claims_sealed || !bit(Sense::motor_unlocked).value_or(true);
    if (open && claims_sealed) return {LockAction::unsealed, LockAction::cut};
    if (open) return {LockAction::unsealed};
    if (locked) return {LockAction::sealed};
    return {};
}

void add_event(std::vector<Sighting>& seen, const Item& item, Reading reading,
               const Dialect& dialect, const std::string& own) {
    const auto told = read_lock_event(item, reading, dialect);
    if (!told || told->rule == nullptr || !told->rule->action) return;
    LockEvent event = event_of(told->refused ? LockAction::refused : *told->rule->action,
                               told->lock.empty() ? own : told->lock);
    event.means = told->rule->means;
    event.actor = told->actor;
    add_lock_event(seen, std::move(event));
}

void add_listed(std::vector<Sighting>& seen, const ListedLock& one, const Dialect& dialect) {
    const auto add = [&](LockAction action) { add_lock_event(seen, event_of(action, one.lock)); };
    if (one.status) {
        const auto unlocked = dialect.says(Sense::unlocked, Word::listed, *one.status);
        if (unlocked) add(*unlocked ? LockAction::unsealed : LockAction::sealed);
        for (const AlarmRow& row : alarms) {
            if (dialect.says(row.sense, Word::listed, *one.status).value_or(false)) add(row.action);
        }
    }
    if (one.rod_closed && !*one.rod_closed) add(LockAction::unsealed);
    if (one.rod_closed.value_or(false) && one.sealed.value_or(false)) add(LockAction::sealed);
}

}  // namespace

void add_lock_event(std::vector<Sighting>& seen, LockEvent event) {
    const Sighting& fix = seen.front();
    const Fix& place = std::get<Fix>(fix.what);
    event.at = place.at;
    if (place.source == FixSource::satellite) event.where = place.where;
    for (const Sighting& other : seen) {
        if (other.what == Observation{event}) return;
    }
    Writer hashed;
    hashed.u32(static_cast<std::uint32_t>(fix.hash >> 32U));
    hashed.u32(static_cast<std::uint32_t>(fix.hash));
    hashed.u8(static_cast<std::uint8_t>(event.action)).u8(static_cast<std::uint8_t>(event.means));
    hashed.put(telematics::bytes_of(event.lock.text)).u8(0).put(telematics::bytes_of(event.actor));
    Sighting sighting = fix;
    sighting.hash = hash64(hashed.view());
    sighting.what = std::move(event);
    seen.push_back(std::move(sighting));
}

void add_item_events(std::vector<Sighting>& seen, std::span<const Item> items,
                     const Dialect& dialect, const std::string& own) {
    for (const Item& item : items) {
        const ItemRule* const rule = dialect.item(item.id, item.value.size());
        if (rule == nullptr) continue;
        const Reading reading = rule->reading;
        if (reading == Reading::lock_event || reading == Reading::event)
            add_event(seen, item, reading, dialect, own);
        if (reading == Reading::lock_list || reading == Reading::slave_locks) {
            for (const ListedLock& one : read_listed_locks(item, reading))
                add_listed(seen, one, dialect);
        }
    }
}

void add_lock_events(std::vector<Sighting>& seen, const Position& position, const Dialect& dialect,
                     const std::string& own) {
    for (const LockAction action : state_of(dialect, position.status))
        add_lock_event(seen, event_of(action, own));
    for (const AlarmRow& row : alarms) {
        if (dialect.says(row.sense, Word::alarm, position.alarm).value_or(false))
            add_lock_event(seen, event_of(row.action, own));
    }
    add_item_events(seen, position.items, dialect, own);
}

}  // namespace liuhen::telematics::jtt808
