#include "simulators/model_items.hpp"

#include "telematics/bytes.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <array>

namespace liuhen::simulators {
namespace {

using telematics::Bytes;
using telematics::Writer;
using telematics::jtt808::Position;

constexpr std::string_view card_digits = "0008627839";
constexpr std::uint32_t card_number = 8'627'839;
constexpr std::uint16_t laden_kg = 12'400;

void add(Position& position, std::uint8_t id, Bytes value) {
    position.items.push_back({id, std::move(value)});
}

void set(std::uint32_t& word, unsigned bit) { word |= 1U << bit; }

bool has_opened(const Scene& scene) {
    return scene.now.lock == LockState::open && scene.before.lock == LockState::shut;
}
bool has_shut(const Scene& scene) {
    return scene.now.lock == LockState::shut && scene.before.lock == LockState::open;
}
bool is_released(const Scene& scene) {
    return scene.now.lock == LockState::open || scene.bolt.motor == Motor::releases;
}
bool was_cut(const Scene& scene) { return scene.now.cuts > scene.before.cuts; }

Bytes nested(std::uint8_t id, const Bytes& value) {
    Writer w;
    w.u8(id).u8(static_cast<std::uint8_t>(value.size())).put(value);
    return w.finish();
}

// Packed digits, in front as many zeros as fill `width` bytes.
Bytes packed(std::string_view digits, std::size_t width) {
    std::string all(width * 2 - std::min(width * 2, digits.size()), '0');
    all += digits.substr(digits.size() - std::min(width * 2, digits.size()));
    return *telematics::from_hex(all);
}

// HHD: event number, 00, then the card or the user. It is told as the motor runs, not as the rod
// is pulled.
void tell_seal(Writer& event, const Scene& scene) {
    constexpr std::uint16_t auto_sealed = 0x0002, card_unsealed = 0x0004, platform_sealed = 0x0007,
                            platform_unsealed = 0x0008;
    const bool was_released =
        scene.held_before == Motor::releases || scene.before.lock == LockState::open;
    if (is_released(scene) == was_released) return;
    if (has_shut(scene)) {
        event.u16(auto_sealed).u8(0);
    } else if (was_released) {
        event.u16(platform_sealed).u8(0).put(telematics::bytes_of(scene.bolt.word));
    } else if (scene.bolt.opener == Opener::platform) {
        event.u16(platform_unsealed).u8(0).put(telematics::bytes_of(scene.bolt.word));
    } else {
        event.u16(card_unsealed).u8(0).put(telematics::bytes_of(card_digits.substr(2)));
    }
}

}  // namespace

void tell_load(Position& position, const Scene& scene) {
    if (scene.now.load == Load::half || scene.now.load == Load::full) set(position.status, 8);
    if (scene.now.load == Load::full) set(position.status, 9);
}

void tell_as_eeye(Position& position, const Scene& scene) {
    const bool lifted = scene.now.body == Body::lifted;
    const bool open = scene.now.cover == Cover::open;
    if (!lifted && scene.before.body == Body::lifted) {
        Writer report;
        report.u8(1).put(position.time).put(position.time);
        add(position, 0xE3, report.finish());
    }
    Writer alarm;
    alarm.u32((open ? 1U : 0U) | (lifted ? 2U : 0U));
    if (open || lifted) add(position, 0xE4, alarm.finish());
    Writer status;
    status.u32((open ? 1U << 9U : 0U) | (lifted ? 1U << 10U : 0U));
    Bytes container = nested(0xE1, status.finish());
    std::uint8_t sum = 0;
    for (const std::byte b : container)
        sum = static_cast<std::uint8_t>(sum + std::to_integer<int>(b));
    container.push_back(std::byte{sum});
    add(position, 0xF0, std::move(container));
}

void tell_as_trwy(Position& position, const Scene& scene) {
    if (scene.now.cover == Cover::open) {
        for (const unsigned bit : {22U, 23U, 29U}) set(position.status, bit);
    }
    if (scene.now.lock == LockState::shut) set(position.status, 25);
    if (scene.now.load == Load::half || scene.now.load == Load::full) set(position.status, 28);
    if (scene.now.body == Body::lifted) set(position.status, 30);
}

void tell_as_zoomwell(Position& position, const Scene& scene) {
    constexpr std::uint8_t one_kilogram = 1, empty = 1, full = 2;
    const bool laden = scene.now.load == Load::half || scene.now.load == Load::full;
    const auto weight = static_cast<std::uint16_t>(laden ? laden_kg : 0);
    Writer sensor;
    sensor.u16(0).u8(one_kilogram).u8(laden ? full : empty).u16(0).u16(1).u16(0);
    sensor.u16(weight).u16(laden_kg).u16(800).u16(0).u16(801).u16(0).u16(120);
    Writer list;
    list.u8(1).put(nested(0x70, sensor.finish()));
    add(position, 0xF3, list.finish());
}

void tell_as_gps51(Position& position, const Scene&) {
    Writer temperatures, voltage;
    temperatures.u16(215);
    for (int probe = 1; probe < 8; ++probe) temperatures.u16(0xFFFF);
    voltage.u16(2'410);
    add(position, 0x51, temperatures.finish());
    add(position, 0x52, {std::byte{3}});
    add(position, 0x56, {std::byte{9}});
    add(position, 0x61, voltage.finish());
}

void tell_as_jointech(Position& position, const Scene& scene) {
    constexpr std::uint8_t by_password = 0x01, by_one_time_password = 0x02, by_card = 0x22;
    constexpr std::uint8_t no_fence = 98;
    const bool open = scene.now.lock == LockState::open;
    if (open) set(position.status, 20);
    if (is_released(scene)) set(position.status, 21);
    Writer cuts, battery;
    cuts.u16(scene.now.cuts).u8(open ? 1 : 0);
    add(position, 0xDA, cuts.finish());
    add(position, 0xD4, {std::byte{86}});
    battery.u16(392);
    add(position, 0xD5, battery.finish());
    if (!has_opened(scene)) return;
    Writer event;
    if (scene.bolt.opener == Opener::card) {
        event.u8(by_card).u32(card_number);
    } else {
        const bool is_static = scene.bolt.opener == Opener::static_password;
        event.u8(is_static ? by_password : by_one_time_password);
        event.put(telematics::bytes_of(scene.bolt.word));
    }
    event.u8(no_fence);
    add(position, 0x0B, event.finish());
}

void tell_as_huabao(Position& position, const Scene& scene) {
    constexpr std::uint16_t seated = 0x0012, unlocked = 1U << 5U;
    const auto opened = static_cast<std::uint16_t>(seated | unlocked);
    Writer list;
    list.u8(1).put(packed(scene.number, 5)).put(packed(card_digits, 5)).u8(90);
    list.u16(scene.now.lock == LockState::open ? opened : seated);
    add(position, 0xD5, list.finish());
}

void tell_as_hhd(Position& position, const Scene& scene) {
    constexpr std::uint16_t rod_forced = 0x000F;
    if (!is_released(scene)) set(position.status, 14);
    if (scene.now.lock == LockState::shut) set(position.status, 15);
    if (scene.now.cuts > 0) set(position.alarm, 0);
    Writer event, battery;
    if (was_cut(scene)) {
        event.u16(rod_forced).u8(0);
    } else {
        tell_seal(event, scene);
    }
    if (!event.view().empty()) add(position, 0x60, event.finish());
    battery.u16(8'650);
    add(position, 0x68, battery.finish());
}

void tell_as_text_lock(Position& position, const Scene&) {
    const auto text = telematics::bytes_of("*M00,3.98,0#");
    add(position, 0x33, {text.begin(), text.end()});
}

}  // namespace liuhen::simulators
