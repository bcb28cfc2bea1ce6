#include "telematics/jtt808/sensor_items.hpp"

#include "telematics/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr std::uint8_t first_load_sensor = 0x70, second_load_sensor = 0x71;
constexpr std::size_t load_sensor_bytes = 24;
constexpr std::uint8_t custom_status = 0xE1, total_weight = 0xE2;
constexpr std::size_t word_of_four = 4;

ItemValue number(std::string_view name, double value) { return {std::string{name}, value}; }

// Weights come in steps of 0.1, 1, 10 or 100 kg.
std::optional<double> kilograms(std::uint16_t raw, std::uint8_t unit) {
    constexpr std::array steps{0.1, 1.0, 10.0, 100.0};
    if (unit >= steps.size()) return std::nullopt;
    return unit == 0 ? raw / 10.0 : raw * steps[unit];
}

ItemValues load_sensor(ByteView value) {
    Reader r{value};
    ItemValues values{{"important", Flags{r.u16(), 2}}};
    const std::uint8_t unit = r.u8();
    values.push_back(number("weight_unit", unit));
    values.push_back(number("load_state", r.u8()));
    r.u16();
    values.push_back(number("loadings", r.u16()));
    r.u16();
    if (const auto weight = kilograms(r.u16(), unit))
        values.push_back(number("weight_kg", *weight));
    if (const auto change = kilograms(r.u16(), unit))
        values.push_back(number("last_change_kg", *change));
    values.push_back(number("ad", r.u16()));
    r.u16();
    values.push_back(number("ad_raw", r.u16()));
    r.u16();
    values.push_back(number("ad_zero", r.u16()));
    return values;
}

// {id, length, value} to the end of `value`; empty when a length runs past it.
struct Nested {
    std::uint8_t id;
    ByteView value;
};
std::optional<std::vector<Nested>> nested(ByteView value) {
    Reader r{value};
    std::vector<Nested> all;
    while (r.remaining() > 0) {
        const std::uint8_t id = r.u8();
        const std::size_t length = r.u8();
        all.push_back({id, r.take(length)});
        if (!r.ok()) return std::nullopt;
    }
    return all;
}

bool is_load_sensor(const Nested& one) {
    const bool has_its_id = one.id == first_load_sensor || one.id == second_load_sensor;
    return has_its_id && one.value.size() == load_sensor_bytes;
}

std::string id_text(std::uint8_t id) { return to_hex(std::array{std::byte{id}}); }

}  // namespace

ItemValues read_sensors(ByteView value) {
    if (value.empty()) return {};
    const auto all = nested(value.subspan(1));
    if (!all || all->size() != std::to_integer<std::size_t>(value[0])) return {};
    std::vector<ItemValues> sensors;
    for (const Nested& one : *all) {
        ItemValues values{{"sensor", id_text(one.id)}, {"raw", to_hex(one.value)}};
        if (is_load_sensor(one))
            std::ranges::move(load_sensor(one.value), std::back_inserter(values));
        sensors.push_back(std::move(values));
    }
    return {{"sensors", std::move(sensors)}};
}

Load load_in_sensors(ByteView value) {
    constexpr std::array states{Load::unknown, Load::empty, Load::full, Load::full,
                                Load::half,    Load::half,  Load::half, Load::full};
    constexpr std::size_t state_at = 3;
    const auto all = value.empty() ? std::nullopt : nested(value.subspan(1));
    if (!all || all->size() != std::to_integer<std::size_t>(value[0])) return Load::unknown;
    Load load = Load::unknown;
    for (const Nested& one : *all) {
        if (!is_load_sensor(one)) continue;
        const auto state = std::to_integer<std::size_t>(one.value[state_at]);
        if (state < states.size()) load = std::max(load, states.at(state));
    }
    return load;
}

std::optional<Grams> mass_in_sensors(ByteView value) {
    constexpr std::size_t unit_at = 2, weight_at = 10;
    constexpr double grams = 1000;
    const auto all = value.empty() ? std::nullopt : nested(value.subspan(1));
    if (!all || all->size() != std::to_integer<std::size_t>(value[0])) return std::nullopt;
    for (const Nested& one : *all) {
        if (!is_load_sensor(one)) continue;
        const std::uint16_t raw = Reader{one.value.subspan(weight_at)}.u16();
        const auto unit = std::to_integer<std::uint8_t>(one.value[unit_at]);
        if (const auto kg = kilograms(raw, unit)) return Grams{std::llround(*kg * grams)};
    }
    return std::nullopt;
}

Signals signals_in_container(ByteView value) {
    constexpr std::uint32_t cover_open = 1U << 9U, lifted = 1U << 10U;
    Signals signals;
    if (value.empty()) return signals;
    const auto all = nested(value.first(value.size() - 1));
    for (const Nested& one : all.value_or(std::vector<Nested>{})) {
        if (one.id != custom_status || one.value.size() != word_of_four) continue;
        const std::uint32_t word = Reader{one.value}.u32();
        if ((word & cover_open) != 0) signals.set(Signal::cover_open);
        if ((word & lifted) != 0) signals.set(Signal::lifted);
    }
    return signals;
}

ItemValues read_container(ByteView value) {
    if (value.empty()) return {};
    const auto all = nested(value.first(value.size() - 1));
    if (!all) return {};
    std::vector<ItemValues> items;
    for (const Nested& one : *all) {
        ItemValues values{{"item", id_text(one.id)}, {"raw", to_hex(one.value)}};
        Reader r{one.value};
        if (one.id == custom_status && one.value.size() == word_of_four)
            values.push_back({"custom_status", Flags{r.u32(), 4}});
        if (one.id == total_weight && one.value.size() == word_of_four)
            values.push_back(number("total_weight", r.u32()));
        items.push_back(std::move(values));
    }
    return {{"container", std::move(items)}};
}

ItemValues read_lock_text(ByteView value) {
    constexpr std::string_view head = "*M00,";
    constexpr std::size_t volts_at = 10, volts_digits = 3;
    const std::string text = utf8_from_gbk(value);
    if (!text.starts_with(head)) return {};
    ItemValues values{{"lock_text", text}};
    if (text.size() < volts_at + volts_digits) return values;
    const std::string volts = text.substr(volts_at, volts_digits);
    const bool is_number = std::ranges::all_of(volts, [](char c) { return c >= '0' && c <= '9'; });
    if (is_number) values.push_back(number("battery_v", std::stoi(volts) / 100.0));
    return values;
}

}  // namespace liuhen::telematics::jtt808
