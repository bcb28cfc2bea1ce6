#include "telematics/jtt808/lock_sightings.hpp"

#include "base/hash.hpp"
#include "telematics/jtt808/lock_items.hpp"

#include <algorithm>
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

// True when the model's status word has the state of a lock.
bool is_lock(const Dialect& dialect) {
    return dialect.says(Sense::rope_open, Word::status, 0) ||
           dialect.says(Sense::rod_closed, Word::status, 0);
}

std::optional<std::uint16_t> cuts_in(std::span<const Item> items, const Dialect& dialect) {
    constexpr std::string_view counter = "cut_count";
    for (const Item& item : items) {
        const ItemRule* const rule = dialect.item(item.id, item.value.size());
        if (rule == nullptr) continue;
        const auto field = std::ranges::find(rule->fields, counter, &FieldRule::name);
        if (field == rule->fields.end() || field->width != sizeof(std::uint16_t)) continue;
        return Reader{ByteView{item.value}.subspan(field->at)}.u16();
    }
    return std::nullopt;
}

bool speaks_of(const Sighting& seen, const std::string& lock) {
    const auto* const event = std::get_if<LockEvent>(&seen.what);
    return event != nullptr && event->lock.text == lock;
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

void add_lock_report(std::vector<Sighting>& seen, std::span<const Item> items,
                     const Dialect& dialect, const std::string& own) {
    const auto cuts = cuts_in(items, dialect);
    const auto speaks = [&](const Sighting& one) { return speaks_of(one, own); };
    if (!cuts && std::ranges::any_of(seen, speaks)) return;
    LockEvent report = event_of(LockAction::reported, own);
    report.cuts = cuts;
    add_lock_event(seen, std::move(report));
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
    if (is_lock(dialect)) add_lock_report(seen, position.items, dialect, own);
}

}  // namespace liuhen::telematics::jtt808
