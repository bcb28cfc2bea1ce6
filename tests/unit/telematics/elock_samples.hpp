// Frames that the lock tests share; all are our own, built by hand in docs/wire-elock.md.
#pragma once

#include "base/time.hpp"
#include "telematics/elock/frame.hpp"
#include "telematics/elock/report.hpp"
#include "telematics/text.hpp"
#include "telematics/turn.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace liuhen::telematics::elock::test {

/// JT701D 0080001234: 2026-11-21 14:00:05Z, 28.1 N 119.6 E, 18 knots, 304 degrees, sealed,
/// serial 86.
inline constexpr std::string_view sealed_hex =
    "240080001234 19 11 0034 211126140005 28060000 119360000F 12 98 0000002D 06 00000000 20E0 28 "
    "00000000 14 00 01 0F 0F0F0F0F0F0F0F0F0F 0000 01CC 00 56";

/// The same lock 60 s later opened by an authorised card outside any fence's rules, serial 24.
inline constexpr std::string_view card_text =
    "(0080001234,P45,211126,140105,28.10000,N,119.60000,E,A,36,270,1,98,0008627839,0,0,24,45)";

inline Bytes sealed_frame() { return from_hex(sealed_hex).value(); }
inline Bytes text(std::string_view words) {
    const ByteView view = bytes_of(words);
    return {view.begin(), view.end()};
}
inline Piece binary_piece(Bytes bytes) { return {Piece::Form::binary, std::move(bytes)}; }
inline Piece text_piece(std::string_view words) { return {Piece::Form::text, text(words)}; }
inline Instant at(std::string_view iso) { return parse_iso(iso).value(); }
inline std::string words(const Bytes& bytes) {
    std::string said;
    for (const std::byte b : bytes) said.push_back(static_cast<char>(b));
    return said;
}
inline std::vector<LockEvent> events(const std::vector<Sighting>& seen) {
    std::vector<LockEvent> found;
    for (const Sighting& one : seen) {
        if (const auto* event = std::get_if<LockEvent>(&one.what)) found.push_back(*event);
    }
    return found;
}
inline std::vector<Fix> fixes(const std::vector<Sighting>& seen) {
    std::vector<Fix> found;
    for (const Sighting& one : seen) {
        if (const auto* fix = std::get_if<Fix>(&one.what)) found.push_back(*fix);
    }
    return found;
}

}  // namespace liuhen::telematics::elock::test
