#include "telematics/jtt808/signals.hpp"

#include "telematics/jtt808/item_walk.hpp"
#include "telematics/jtt808/sensor_items.hpp"

#include <array>

namespace liuhen::telematics::jtt808 {
namespace {

struct StandardBit {
    unsigned bit;
    Signal signal;
};
constexpr std::array standard_alarms{
    StandardBit{4, Signal::gnss_fault}, StandardBit{5, Signal::antenna_missing},
    StandardBit{6, Signal::antenna_short}, StandardBit{7, Signal::power_low},
    StandardBit{8, Signal::power_cut}};
constexpr unsigned ignition_bit = 0;

std::optional<Signal> signal_of(Sense sense) {
    switch (sense) {
        case Sense::power_low:
            return Signal::power_low;
        case Sense::power_cut:
            return Signal::power_cut;
        case Sense::antenna_missing:
            return Signal::antenna_missing;
        case Sense::antenna_short:
            return Signal::antenna_short;
        case Sense::gnss_fault:
            return Signal::gnss_fault;
        case Sense::jammed:
            return Signal::jammed;
        case Sense::lifted:
            return Signal::lifted;
        case Sense::cover_open:
            return Signal::cover_open;
        case Sense::dump_reported:
            return Signal::dump_reported;
        case Sense::named:
        case Sense::rope_open:
        case Sense::motor_unlocked:
        case Sense::sealed:
        case Sense::rod_closed:
        case Sense::unlocked:
        case Sense::cut:
        case Sense::shell_opened:
        case Sense::battery_low:
        case Sense::motor_fault:
        case Sense::left_open:
        case Sense::loaded:
        case Sense::fix:
        case Sense::cell_tower:
            break;
    }
    return std::nullopt;
}

std::uint32_t number_in(ByteView bytes) {
    std::uint32_t value = 0;
    for (const std::byte b : bytes) value = value << 8U | std::to_integer<unsigned>(b);
    return value;
}

Signals by_standard(const Told& told, const Dialect* dialect) {
    Signals signals;
    for (const auto [bit, signal] : standard_alarms) {
        if ((told.alarm >> bit & 1U) == 0) continue;
        if (dialect == nullptr || !dialect->redefines(Word::alarm, bit)) signals.set(signal);
    }
    const bool tells = dialect == nullptr ||
                       (dialect->tells_ignition && !dialect->redefines(Word::status, ignition_bit));
    if (!tells) return signals;
    signals.set(Signal::ignition_told);
    signals.set(Signal::ignition_on, (told.status >> ignition_bit & 1U) != 0);
    return signals;
}

void take_bits(Signals& signals, const Told& told, const Dialect& dialect) {
    for (const BitRule& rule : dialect.bits) {
        if (rule.word == Word::listed) continue;
        const std::uint32_t word = rule.word == Word::alarm ? told.alarm : told.status;
        const auto signal = signal_of(rule.sense);
        if (signal && (word >> rule.bit & 1U) != 0) signals.set(*signal);
    }
}

void take_item(Signals& signals, const ItemWalk& item, const Dialect& dialect) {
    for (const SignalRule& rule : dialect.signals) {
        if (rule.id != item.id() || rule.length != item.value().size()) continue;
        const bool said = !rule.bit || (number_in(item.value()) >> *rule.bit & 1U) != 0;
        const auto signal = signal_of(rule.sense);
        if (said && signal) signals.set(*signal);
    }
    const ItemRule* const rule = dialect.item(item.id(), item.value().size());
    if (rule == nullptr || rule->reading != Reading::container) return;
    signals.bits =
        static_cast<std::uint16_t>(signals.bits | signals_in_container(item.value()).bits);
}

std::optional<Grams> mass_in(const ItemWalk& item, const Dialect& dialect) {
    const auto& row = dialect.mass;
    if (row && row->id == item.id() && row->length == item.value().size()) {
        const std::uint32_t raw = number_in(item.value().subspan(row->at, row->width));
        return Grams{std::int64_t{raw} * std::int64_t{row->step_g}};
    }
    const ItemRule* const rule = dialect.item(item.id(), item.value().size());
    if (rule == nullptr || rule->reading != Reading::sensors) return std::nullopt;
    return mass_in_sensors(item.value());
}

}  // namespace

Signals signals_of(const Told& told, const Dialect* dialect) {
    Signals signals = by_standard(told, dialect);
    if (dialect == nullptr) return signals;
    take_bits(signals, told, *dialect);
    for (ItemWalk item{told.items}; item.next();) take_item(signals, item, *dialect);
    return signals;
}

std::uint32_t alarm_bits(Signals signals) {
    std::uint32_t word = 0;
    for (const auto [bit, signal] : standard_alarms) {
        if (signals.has(signal)) word |= 1U << bit;
    }
    return word;
}

std::optional<Grams> mass_of(ByteView items, const Dialect* dialect) {
    if (dialect == nullptr) return std::nullopt;
    for (ItemWalk item{items}; item.next();) {
        if (const auto mass = mass_in(item, *dialect)) return mass;
    }
    return std::nullopt;
}

}  // namespace liuhen::telematics::jtt808
