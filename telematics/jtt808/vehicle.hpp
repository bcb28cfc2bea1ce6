// Where the vehicle is and its doors: 0x0201, 0x8202, 0x8203, 0x8500 and 0x0500. 0x8201, which asks
// for a position, is empty.
#pragma once

#include "telematics/jtt808/fields.hpp"
#include "telematics/jtt808/position.hpp"

namespace liuhen::telematics::jtt808 {

/// 0x0201: the position that 0x8201 asked for. 2011 sends no serial.
struct PositionReply {
    static constexpr std::uint16_t id = 0x0201;
    Layout layout = Layout::v2013;
    std::uint16_t serial{};  ///< of the query
    Position position{};
    friend bool operator==(const PositionReply&, const PositionReply&) = default;

    static void describe(auto& fields, auto& m) {
        if (m.layout != Layout::v2011) fields.number("reply_serial", m.serial);
        fields.position("position", m.position);
    }
    /// A body of one form read in the other has no time in its place, or no whole items.
    [[nodiscard]] bool plausible() const;
};

/// 0x0500: the position after 0x8500; its status bit 12 tells whether the doors are locked.
struct VehicleControlReply {
    static constexpr std::uint16_t id = 0x0500;
    std::uint16_t serial{};  ///< of the command
    Position position{};
    friend bool operator==(const VehicleControlReply&, const VehicleControlReply&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("reply_serial", m.serial);
        fields.position("position", m.position);
    }
};

/// 0x8202: report every `interval` seconds for a while; interval 0 ends it and nothing follows.
struct TrackForAWhile {
    static constexpr std::uint16_t id = 0x8202;
    std::uint16_t interval_s{};
    std::optional<std::uint32_t> validity_s{};
    friend bool operator==(const TrackForAWhile&, const TrackForAWhile&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("interval_s", m.interval_s);
        fields.maybe("validity_s", m.validity_s);
    }
};

/// 0x8203 (2013 on): a person has seen these alarms.
struct ConfirmAlarm {
    static constexpr std::uint16_t id = 0x8203;
    std::uint16_t serial{};  ///< of the alarm's message; 0 for all of the kinds below
    std::uint32_t alarm{};   ///< alarm bits 0, 3, 20, 21, 22, 27, 28
    friend bool operator==(const ConfirmAlarm&, const ConfirmAlarm&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("alarm_serial", m.serial);
        fields.bits("alarm", m.alarm);
    }
};

/// One control of the 2019 form. 0x0001 are the doors: 0 lock, 1 open. F001 and up are vendors'.
struct Control {
    static constexpr std::uint16_t doors = 0x0001;
    std::uint16_t kind{};
    std::uint8_t value{};
    friend bool operator==(const Control&, const Control&) = default;

    static void describe(auto& fields, auto& m) {
        fields.bits("kind", m.kind);
        fields.number("value", m.value);
    }
};

enum class Doors : std::uint8_t { locked, open };

/// 0x8500. The editions say the opposite of each other: bit 0 of the flags, in 2011 and 2013, is 1
/// to lock the doors; the value of control 1, in 2019, is 1 to open them. Use `door_command` and
/// `doors_in` instead of the numbers.
struct VehicleControl {
    static constexpr std::uint16_t id = 0x8500;
    Layout layout = Layout::v2013;
    std::uint8_t flags{};             ///< 2011 and 2013
    std::vector<Control> controls{};  ///< 2019
    friend bool operator==(const VehicleControl&, const VehicleControl&) = default;

    static void describe(auto& fields, auto& m) {
        if (m.layout != Layout::v2019) {
            fields.bits("flags", m.flags);
            return;
        }
        const auto n = fields.template count<std::uint16_t>("count", m.controls.size());
        fields.items("controls", m.controls, n);
    }
};

/// The command that locks or opens the doors of a terminal of this edition.
VehicleControl door_command(Edition edition, Doors wanted);
/// What a command does to the doors; nullopt when it is about something else.
std::optional<Doors> doors_in(const VehicleControl& command);

}  // namespace liuhen::telematics::jtt808
