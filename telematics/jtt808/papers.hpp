// Who drives, what is carried, what was recorded: driver card 0x0702, electronic waybill 0x0701,
// recorder data 0x0700, 0x8700, 0x8701, and CAN data 0x0705. 0x8702, which asks for the driver, is
// empty.
#pragma once

#include "telematics/jtt808/fields.hpp"

namespace liuhen::telematics::jtt808 {

/// 0x0701: an electronic waybill; its content is free. Some trackers send command answers in it.
struct Waybill {
    static constexpr std::uint16_t id = 0x0701;
    Text content{};
    Bytes tail{};
    friend bool operator==(const Waybill&, const Waybill&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint32_t>("content", m.content);
    }
};

/// What a driver's card says, from 2013 on.
struct CardHolder {
    Text name{};
    Text certificate{};  ///< of qualification, at most 20 bytes
    Text issuer{};
    Octets<4> valid_until{};  ///< packed YYYYMMDD
    friend bool operator==(const CardHolder&, const CardHolder&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint8_t>("driver", m.name);
        fields.text_in("certificate", m.certificate, 20);
        fields.template text_after<std::uint8_t>("issuer", m.issuer);
        fields.digits("valid_until", m.valid_until);
    }
};
/// What became of reading the card. Results: 0 read, 1 keys refused, 2 locked, 3 pulled out,
/// 4 wrong checksum. Only a card that was read has a holder.
struct CardReading {
    std::uint8_t result{};
    std::optional<CardHolder> holder{};
    friend bool operator==(const CardReading&, const CardReading&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("result", m.result);
        if (m.result == 0) fields.maybe("holder", m.holder);
    }
};
/// The one form of 2011: no state, no time.
struct DriverOf2011 {
    Text name{};
    Text identity{};     ///< at most 20 bytes
    Text certificate{};  ///< of qualification, at most 40 bytes
    Text issuer{};
    friend bool operator==(const DriverOf2011&, const DriverOf2011&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template text_after<std::uint8_t>("driver", m.name);
        fields.text_in("identity", m.identity, 20);
        fields.text_in("certificate", m.certificate, 40);
        fields.template text_after<std::uint8_t>("issuer", m.issuer);
    }
};

/// 0x0702: a driver's card was put in (1) or taken out (2).
struct DriverCard {
    static constexpr std::uint16_t id = 0x0702;
    Layout layout = Layout::v2013;
    DriverOf2011 driver{};  ///< 2011 only; the rest is 2013 on
    std::uint8_t state{};
    Octets<6> time{};                      ///< packed YYMMDDhhmmss, GMT+8
    std::optional<CardReading> reading{};  ///< when the card was put in
    Text identity{};                       ///< 2019, at most 20 bytes, with a holder only
    Bytes tail{};
    friend bool operator==(const DriverCard&, const DriverCard&) = default;

    static void describe(auto& fields, auto& m) {
        if (m.layout == Layout::v2011) {
            DriverOf2011::describe(fields, m.driver);
            return;
        }
        fields.number("state", m.state);
        fields.digits("time", m.time);
        fields.maybe("reading", m.reading);
        const bool read = m.reading && m.reading->holder;
        if (m.layout == Layout::v2019 && read) fields.text_in("identity", m.identity, 20);
    }
};

/// 0x0700: data of the driving recorder. 2011 also numbers its packets.
struct RecorderData {
    static constexpr std::uint16_t id = 0x0700;
    Layout layout = Layout::v2013;
    std::uint16_t serial{};  ///< of the query; not in 2011
    std::uint8_t command{};
    std::uint16_t packets{};  ///< 2011 only
    std::uint16_t packet{};   ///< 2011 only
    Bytes block{};            ///< GB/T 19056, begins with 55 7A
    friend bool operator==(const RecorderData&, const RecorderData&) = default;

    static void describe(auto& fields, auto& m) {
        if (m.layout != Layout::v2011) fields.number("reply_serial", m.serial);
        fields.bits("command", m.command);
        if (m.layout == Layout::v2011) {
            fields.number("packets", m.packets);
            fields.number("packet", m.packet);
        }
        fields.bytes("block", m.block);
    }
    [[nodiscard]] bool plausible() const;
};

/// 0x8700 asks the recorder for data, 0x8701 sets its parameters; both carry a GB/T 19056 block.
template <std::uint16_t Id>
struct RecorderCommand {
    static constexpr std::uint16_t id = Id;
    std::uint8_t command{};
    Bytes block{};
    friend bool operator==(const RecorderCommand&, const RecorderCommand&) = default;

    static void describe(auto& fields, auto& m) {
        fields.bits("command", m.command);
        fields.bytes("block", m.block);
    }
};
using QueryRecorder = RecorderCommand<0x8700>;
using SetRecorder = RecorderCommand<0x8701>;

/// One CAN frame. Bits of `can`: 31 channel, 30 extended, 29 averaged over the interval, 0-28 id.
struct CanFrame {
    std::uint32_t can{};
    Octets<8> data{};
    friend bool operator==(const CanFrame&, const CanFrame&) = default;

    static void describe(auto& fields, auto& m) {
        fields.bits("can", m.can);
        fields.octets("data", m.data);
    }
};
/// 0x0705 (2013 on): what was seen on the CAN bus since `time`, packed hhmmss and milliseconds.
struct CanData {
    static constexpr std::uint16_t id = 0x0705;
    Octets<5> time{};
    std::vector<CanFrame> frames{};
    Bytes tail{};
    friend bool operator==(const CanData&, const CanData&) = default;

    static void describe(auto& fields, auto& m) {
        const auto n = fields.template count<std::uint16_t>("count", m.frames.size());
        fields.digits("time", m.time);
        fields.items("frames", m.frames, n);
    }
};

}  // namespace liuhen::telematics::jtt808
