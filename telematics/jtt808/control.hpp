// The terminal itself: its attributes, control, upgrade and clock (0x8105, 0x8107, 0x8108, 0x0107,
// 0x0108, 0x8004) and the messages that only ask (empty bodies).
#pragma once

#include "telematics/jtt808/fields.hpp"

namespace liuhen::telematics::jtt808 {

/// A message whose id says everything.
template <std::uint16_t Id>
struct Bare {
    static constexpr std::uint16_t id = Id;
    friend bool operator==(const Bare&, const Bare&) = default;

    static void describe(auto&, auto&) {}
};
using TimeQuery = Bare<0x0004>;           ///< 2019: what time is it; answered by ServerTime
using QueryAllParameters = Bare<0x8104>;  ///< answered by ParametersReply
using QueryAttributes = Bare<0x8107>;     ///< answered by TerminalAttributes
using LocateNow = Bare<0x8201>;           ///< answered by PositionReply
using LinkCheck = Bare<0x8204>;           ///< 2019; answered by 0x0001
using QueryDriver = Bare<0x8702>;         ///< 2013 on; answered by DriverCard

/// 0x8004 (2019): the time in UTC, packed YYMMDDhhmmss; the one time that is not GMT+8.
struct ServerTime {
    static constexpr std::uint16_t id = 0x8004;
    Octets<6> utc{};
    friend bool operator==(const ServerTime&, const ServerTime&) = default;

    static void describe(auto& fields, auto& m) { fields.digits("utc", m.utc); }
};

/// 0x8105. Commands: 1 upgrade, 2 connect to a server, 3 power off, 4 reset, 5 factory settings,
/// 6 data off, 7 radio off; 2019 keeps 2, 4 and 5; vendors use more (64/65 hex for fuel).
struct TerminalControl {
    static constexpr std::uint16_t id = 0x8105;
    std::uint8_t command{};
    Text arguments{};  ///< joined by semicolons, empty for most commands
    friend bool operator==(const TerminalControl&, const TerminalControl&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("command", m.command);
        fields.text("arguments", m.arguments);
    }
};

/// Widths of maker, model and terminal id in 0x0107. The 2019 edition says 5/30/30; many units
/// send the maker in the 11 bytes it has in 0x0100, others keep a width of 2013.
enum class AttributesLayout : std::uint8_t { v2013, v2019, v2019_long_maker, v2019_short_model };

/// 0x0107.
struct TerminalAttributes {
    static constexpr std::uint16_t id = 0x0107;
    struct Widths {
        std::size_t maker, model, terminal;
    };
    static constexpr std::array<Widths, 4> widths{
        {{5, 20, 7}, {5, 30, 30}, {11, 30, 30}, {5, 20, 30}}};

    AttributesLayout layout = AttributesLayout::v2013;
    std::uint16_t kind{};  ///< bits: 0 passengers, 1 dangerous goods, 2 freight, 3 taxi, 6
                           ///< recorder, 7 split unit, 8 trailer (2019)
    Text maker{};
    Text model{};
    Text terminal{};
    Octets<10> iccid{};
    Text hardware{};
    Text firmware{};
    std::uint8_t gnss{};  ///< bits: 0 GPS, 1 BeiDou, 2 GLONASS, 3 Galileo
    std::uint8_t
        comms{};  ///< bits: 0 GPRS, 1 CDMA, 2 TD-SCDMA, 3 WCDMA, 4 CDMA2000, 5 LTE, 7 other
    Bytes tail{};
    friend bool operator==(const TerminalAttributes&, const TerminalAttributes&) = default;

    static constexpr std::array<AttributesLayout, 4> layouts(Edition edition) {
        using enum AttributesLayout;
        if (edition == Edition::v2013) {
            return {v2013, v2019, v2019_long_maker, v2019_short_model};
        }
        return {v2019, v2019_long_maker, v2019_short_model, v2013};
    }
    static void describe(auto& fields, auto& m) {
        const Widths& width = widths[static_cast<std::size_t>(m.layout)];
        fields.bits("kind", m.kind);
        fields.text_in("maker", m.maker, width.maker);
        fields.text_in("model", m.model, width.model);
        fields.text_in("terminal", m.terminal, width.terminal);
        fields.digits("iccid", m.iccid);
        fields.template text_after<std::uint8_t>("hardware", m.hardware);
        fields.template text_after<std::uint8_t>("firmware", m.firmware);
        fields.bits("gnss", m.gnss);
        fields.bits("comms", m.comms);
    }
};

/// 0x8108: new firmware. Types: 0 terminal, 12 card reader, 52 GNSS module.
struct Upgrade {
    static constexpr std::uint16_t id = 0x8108;
    std::uint8_t kind{};
    Text maker{};  ///< at most 5 bytes
    Text version{};
    Bytes package{};
    friend bool operator==(const Upgrade&, const Upgrade&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("kind", m.kind);
        fields.text_in("maker", m.maker, 5);
        fields.template text_after<std::uint8_t>("version", m.version);
        fields.template bytes_after<std::uint32_t>("package", m.package);
    }
};

/// 0x0108: what became of an upgrade. Results: 0 done, 1 failed, 2 cancelled.
struct UpgradeResult {
    static constexpr std::uint16_t id = 0x0108;
    std::uint8_t kind{};  ///< as in Upgrade
    std::uint8_t result{};
    friend bool operator==(const UpgradeResult&, const UpgradeResult&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("kind", m.kind);
        fields.number("result", m.result);
    }
};

}  // namespace liuhen::telematics::jtt808
