// What a model's items and bits mean: rows of data, one block a model (docs/decisions/020-profiles
// and docs/wire-items.md). What no row explains stays raw.
#pragma once

#include "base/result.hpp"
#include "telematics/turn.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::telematics {

/// How a field's bytes are to be read.
enum class FieldForm : std::uint8_t {
    number,            ///< unsigned, at most four bytes, divided by the divisor
    signed_magnitude,  ///< top bit is the sign
    signed_number,     ///< two's complement of two or four bytes
    bits,              ///< a word of flags
    octets,            ///< a list of single bytes, FF unused
    words,             ///< a list of words in sign and magnitude, FFFF unused
    text,              ///< GBK or UTF-8, zeros around it dropped
    digits,            ///< packed decimal as its digits, so also times
};

/// What an item is read as. `fields` are those of its rows; the others have a variable layout.
enum class Reading : std::uint8_t {
    raw,
    fields,
    lock_event,         ///< Jointech 0B: type BYTE, then by type
    lock_list,          ///< Huabao D5: count, then 13 bytes a lock
    event,              ///< HHD 60: number WORD, 00, then by event
    slave_locks,        ///< HHD 63: 11 bytes a lock
    sensors,            ///< F3: count, then {id, length, value}
    container,          ///< F0: nested items, then a sum byte
    lock_text,          ///< 33: `*M00,voltage,...`
    secret,             ///< a password: its length is told, nothing else
    one_time_password,  ///< digits that open the lock once; shown and kept as a secret is
};

/// One field of an item. Width 0: to the end of the item.
struct FieldRule {
    std::string name;  ///< with its unit, as `liuhen decode` prints it
    std::uint8_t at{};
    std::uint8_t width{};
    FieldForm form = FieldForm::number;
    double divisor = 1;
    friend bool operator==(const FieldRule&, const FieldRule&) = default;
};

/// One item id of a model in a range of lengths. A model that has any row for an id has no other
/// reading of it: lengths that no row covers are raw.
struct ItemRule {
    std::uint8_t id{};
    std::uint8_t shortest{};
    std::uint8_t longest = 255;
    Reading reading = Reading::raw;
    std::vector<FieldRule> fields{};
    friend bool operator==(const ItemRule&, const ItemRule&) = default;
};

/// Which word a bit stands in: alarm and status of a position, the status word of a listed lock.
enum class Word : std::uint8_t { alarm, status, listed };

/// What a set bit says, as far as somebody acts on it.
enum class Sense : std::uint8_t {
    named,  ///< shown under its name, nothing else
    rope_open,
    motor_unlocked,  ///< alone no opening
    sealed,
    rod_closed,
    unlocked,  ///< the only thing a listed lock says
    cut,
    shell_opened,
    battery_low,
    motor_fault,
    left_open,
    loaded,
    fix,         ///< beside status bit 1
    cell_tower,  ///< the position is that of a cell tower
    power_low,
    power_cut,
    antenna_missing,
    antenna_short,
    gnss_fault,
    jammed,         ///< the receiver reports interference
    lifted,         ///< the truck's body is tipped
    cover_open,     ///< the load's cover is not shut
    dump_reported,  ///< the truck's own sensor reports unloading
};
struct BitRule {
    Word word{};
    std::uint8_t bit{};
    std::string name;
    Sense sense = Sense::named;
    friend bool operator==(const BitRule&, const BitRule&) = default;
};

/// A bit of an item, counted from the lowest of its last byte, or the item being there at all, says
/// something of the truck.
struct SignalRule {
    std::uint8_t id{};
    std::uint8_t length{};  ///< of the item, at most 4 bytes when a bit is named
    std::optional<std::uint8_t> bit;
    Sense sense{};
    friend bool operator==(const SignalRule&, const SignalRule&) = default;
};

/// Where a model sends the weight of the load.
struct MassRule {
    std::uint8_t id{};
    std::uint8_t length{};
    std::uint8_t at{};
    std::uint8_t width{};
    std::uint32_t step_g{};  ///< grams of one unit
    friend bool operator==(const MassRule&, const MassRule&) = default;
};

/// What follows an event's number.
enum class EventData : std::uint8_t {
    none,
    actor,            ///< text: card, user or phone number
    secret,           ///< a password, never kept
    slave,            ///< six bytes: the lock it is about
    slave_actor,      ///< that, then text
    password_result,  ///< six characters and a result, FF refused
    password,         ///< six characters
    card_result,      ///< DWORD and perhaps a result, FF refused
    card,             ///< DWORD
};
/// One event number of a lock, or all from it to `last`. Without an action it is only shown.
struct EventRule {
    std::uint16_t number{};
    std::uint16_t last{};
    std::string name;
    std::optional<LockAction> action;
    LockMeans means = LockMeans::unknown;
    EventData data = EventData::none;
    friend bool operator==(const EventRule&, const EventRule&) = default;
};

/// What tells whether a truck is loaded. A status bit named `loaded` always does.
enum class LoadSource : std::uint8_t {
    status,   ///< bits 8-9
    none,     ///< those bits mean something else, or nothing
    sensors,  ///< load sensors in items read as `sensors`
};

/// In what form a model's lock takes orders.
enum class OrderForm : std::uint8_t {
    none,
    sentences,  ///< Jointech text between the frames
    hhd,        ///< setting 24 of 0x0310
};

/// Everything about a model's positions that is not the standard.
struct Dialect {
    OrderForm orders = OrderForm::none;
    LoadSource load = LoadSource::status;
    bool tells_ignition = true;  ///< status bit 0 is the truck's ignition
    std::vector<ItemRule> items;
    std::vector<BitRule> bits;
    std::vector<SignalRule> signals;
    std::optional<MassRule> mass;
    std::vector<EventRule> events;

    /// The row for an item of this length; nullptr when the id is none of this model's.
    [[nodiscard]] const ItemRule* item(std::uint8_t id, std::size_t length) const;
    [[nodiscard]] const EventRule* event(std::uint16_t number) const;
    /// True when this model gives a bit of the word a meaning of its own.
    [[nodiscard]] bool redefines(Word word, unsigned bit) const;
    /// True when a bit of this sense is known and set in its word; nullopt when no row has it.
    [[nodiscard]] std::optional<bool> says(Sense sense, Word word, std::uint32_t value) const;
    friend bool operator==(const Dialect&, const Dialect&) = default;
};

/// Where a table of profiles cannot be read.
struct ProfileFault {
    std::size_t line{};  ///< counted from 1
    std::string why;
};

/// Reads a table of profiles; its grammar is in docs/wire-items.md. Names must be unique.
Result<std::vector<Profile>, ProfileFault> read_profiles(std::string_view rows);

/// The profiles that come with the program (telematics/profiles.rows), `standard` first.
const std::vector<Profile>& known_profiles();
/// One of them; nullptr when no model has that name.
const Profile* find_profile(std::string_view name);

/// A profile as the operator entered it, completed by what is known of the model it names: the
/// dialect, leave to speak early or with bad checksums, patience. Zone and datum stay the
/// operator's.
Profile completed(Profile entered);

}  // namespace liuhen::telematics
