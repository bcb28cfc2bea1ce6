// Bytes that 808 only passes on: transparent data 0x0900 and 0x8900, compressed data 0x0901, and
// the RSA keys 0x0A00 and 0x8A00.
#pragma once

#include "telematics/jtt808/fields.hpp"

namespace liuhen::telematics::jtt808 {

/// 0x0900 and 0x8900. Kinds: 00 GNSS details, 0B transport card, 41 and 42 serial ports, F7 and F8
/// state and description of peripherals, F0 to FF vendors'. 2011 puts a total and a packet number
/// before the content of 0x0900, which cannot be told from it and stays in it.
template <std::uint16_t Id>
struct PassedOn {
    static constexpr std::uint16_t id = Id;
    std::uint8_t kind{};
    Bytes content{};
    friend bool operator==(const PassedOn&, const PassedOn&) = default;

    static void describe(auto& fields, auto& m) {
        fields.bits("kind", m.kind);
        fields.bytes("content", m.content);
    }
};
using PassedUp = PassedOn<0x0900>;
using PassedDown = PassedOn<0x8900>;

/// 0x0901: a message compressed with GZIP. It is kept, not unpacked.
struct Compressed {
    static constexpr std::uint16_t id = 0x0901;
    Bytes gzip{};
    Bytes tail{};
    friend bool operator==(const Compressed&, const Compressed&) = default;

    static void describe(auto& fields, auto& m) {
        fields.template bytes_after<std::uint32_t>("gzip", m.gzip);
    }
};

/// 0x0A00 and 0x8A00: the public RSA key {e, n} of the terminal or of the platform.
template <std::uint16_t Id>
struct PublicKey {
    static constexpr std::uint16_t id = Id;
    std::uint32_t e{};
    Octets<128> n{};
    friend bool operator==(const PublicKey&, const PublicKey&) = default;

    static void describe(auto& fields, auto& m) {
        fields.number("e", m.e);
        fields.octets("n", m.n);
    }
};
using TerminalKey = PublicKey<0x0A00>;
using PlatformKey = PublicKey<0x8A00>;

}  // namespace liuhen::telematics::jtt808
