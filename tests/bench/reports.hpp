// The stream that the decoding benchmarks read: positions with six items, each another.
#pragma once

#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"

#include <algorithm>

namespace liuhen::bench {

using namespace telematics;
using namespace telematics::jtt808;

inline constexpr std::size_t frames_in_stream = 4096;
inline constexpr std::size_t read_bytes = 4096;  // what a busy socket hands over at once
inline const Instant received = *parse_iso("2026-11-21T14:00:05Z");

inline Item item(std::uint8_t id, Writer value) { return {.id = id, .value = value.finish()}; }

// Odometer, fuel, recorder speed, signals, signal strength, satellites.
inline Position position(std::uint32_t n) {
    Fix fix;
    fix.at = received + std::chrono::seconds{n};
    fix.where = {28.1 + 1e-5 * n, 119.6 - 1e-5 * n};
    fix.speed = from_kmh(n % 90);
    fix.heading = {static_cast<double>(n % 360)};
    fix.satellites = static_cast<std::uint8_t>(4 + n % 12);
    fix.odometer = Metres{1e6 + 100.0 * n};
    Position p = report_of(fix);
    p.items.push_back(item(0x02, Writer{}.u16(static_cast<std::uint16_t>(400 + n % 200))));
    p.items.push_back(item(0x03, Writer{}.u16(static_cast<std::uint16_t>(n % 900))));
    p.items.push_back(item(0x25, Writer{}.u32(n & 0x7FFFU)));
    p.items.push_back(item(0x30, Writer{}.u8(static_cast<std::uint8_t>(n % 32))));
    return p;
}

inline Bytes frame_of(Header head, const Position& told) {
    Writer body;
    write_position(told, body, head.edition);
    head.id = Position::id;
    return seal(head, body.view());
}

inline Bytes stream_of_reports() {
    Bytes stream;
    Header head = *header_for("13912344323", Edition::v2013);
    for (std::uint32_t n = 0; n < frames_in_stream; ++n) {
        head.serial = static_cast<std::uint16_t>(n);
        const Bytes wire = frame_of(head, position(n));
        stream.insert(stream.end(), wire.begin(), wire.end());
    }
    return stream;
}

// Hands the stream over in reads of a size; `hear` is told each of them.
template <class Hear>
void in_reads(ByteView stream, std::size_t size, const Hear& hear) {
    while (!stream.empty()) {
        const ByteView read = stream.first(std::min(size, stream.size()));
        hear(read);
        stream = stream.subspan(read.size());
    }
}

}  // namespace liuhen::bench
