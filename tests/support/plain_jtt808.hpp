// The plain reading of frames and positions: byte by byte in the words of the standard, without
// any thought of speed. The product's reading is held to it.
#pragma once

#include "base/hash.hpp"
#include "telematics/datum.hpp"
#include "telematics/jtt808/frame.hpp"
#include "telematics/jtt808/location.hpp"

#include <optional>

namespace liuhen::test::plain {

using namespace telematics;
using namespace telematics::jtt808;

inline unsigned at(ByteView bytes, std::size_t i) { return std::to_integer<unsigned>(bytes[i]); }
inline std::uint32_t number(ByteView bytes, std::size_t from, std::size_t width) {
    std::uint32_t value = 0;
    for (std::size_t i = from; i < from + width; ++i) value = value * 256 + at(bytes, i);
    return value;
}

/// 7D 01 is 7D, 7D 02 is 7E; a 7D at the very end is itself.
inline std::optional<Bytes> unescaped(ByteView wire) {
    Bytes plain;
    for (std::size_t i = 0; i < wire.size(); ++i) {
        if (at(wire, i) != 0x7D || i + 1 == wire.size()) {
            plain.push_back(wire[i]);
            continue;
        }
        ++i;
        if (at(wire, i) != 1 && at(wire, i) != 2) return std::nullopt;
        plain.push_back(at(wire, i) == 1 ? std::byte{0x7D} : std::byte{0x7E});
    }
    return plain;
}

/// A piece between two 7E as a frame.
inline Result<Frame, Fault> frame(ByteView wire) {
    const auto plain = unescaped(wire);
    if (!plain) return fail(Fault::bad_escape);
    const std::size_t size = plain->size();
    if (size < 12) return fail(Fault::not_a_frame);
    if (size > 1045) return fail(Fault::oversized);
    unsigned sum = 0;
    for (std::size_t i = 0; i + 1 < size; ++i) sum ^= at(*plain, i);
    if (sum != at(*plain, size - 1)) return fail(Fault::bad_checksum);
    Frame frame;
    Header& head = frame.head;
    head.id = static_cast<std::uint16_t>(number(*plain, 0, 2));
    head.attributes = static_cast<std::uint16_t>(number(*plain, 2, 2));
    const std::size_t body = head.attributes % 1024;
    const std::size_t parts = (head.attributes & 0x2000U) != 0 ? 4 : 0;
    const bool fits_2013 = 12 + parts + body + 1 == size;
    const bool fits_2019 = 17 + parts + body + 1 == size;
    if (!fits_2013 && !fits_2019) return fail(Fault::bad_length);
    head.edition = fits_2019 ? Edition::v2019 : Edition::v2013;
    std::size_t next = 4;
    if (fits_2019) head.version = static_cast<std::uint8_t>(at(*plain, next++));
    for (std::size_t i = 0; i < (fits_2019 ? 10U : 6U); ++i) head.phone[i] = (*plain)[next++];
    head.serial = static_cast<std::uint16_t>(number(*plain, next, 2));
    next += 2;
    if (parts != 0) {
        head.part = Part{static_cast<std::uint16_t>(number(*plain, next, 2)),
                         static_cast<std::uint16_t>(number(*plain, next + 2, 2))};
        next += 4;
    }
    frame.bytes = *plain;
    frame.body_at = next;
    frame.body_size = body;
    return frame;
}

/// The value of the first item with this id, when it has this width.
inline std::optional<std::uint32_t> item(ByteView body, unsigned id, std::size_t width) {
    std::size_t i = 28;
    while (i + 2 <= body.size() && i + 2 + at(body, i + 1) <= body.size()) {
        const std::size_t length = at(body, i + 1);
        if (at(body, i) == id)
            return length == width ? std::optional{number(body, i + 2, width)} : std::nullopt;
        i += 2 + length;
    }
    return std::nullopt;
}

/// Degrees of a coordinate: with its hemisphere, or in two's complement; none when on no earth or
/// all ones.
inline std::optional<double> degrees(std::uint32_t raw, bool negative, double limit) {
    if (raw == 4294967295) return std::nullopt;
    if (raw / 1e6 <= limit) return negative ? -(raw / 1e6) : raw / 1e6;
    const double complement = (raw - 4294967296.0) / 1e6;
    if (complement >= -limit && complement < 0) return complement;
    return std::nullopt;
}

/// A position of a model that keeps to the standard, apart from its zone and grid.
inline Result<Sighting, Fault> sighting(ByteView body, const Profile& profile,
                                        const Arrival& arrival) {
    if (body.size() < 28) return fail(Fault::truncated);
    const std::uint32_t status = number(body, 4, 4);
    const auto bit = [status](unsigned n) { return (status >> n & 1U) != 0; };
    const bool undated = number(body, 22, 2) == 0 && number(body, 24, 4) == 0;
    std::optional<Instant> at_time = arrival.received;
    std::array<int, 6> part{};
    for (std::size_t i = 0; !undated && i < part.size(); ++i) {
        const unsigned packed = at(body, 22 + i);
        if (packed / 16 > 9 || packed % 16 > 9) return fail(Fault::bad_value);
        part[i] = static_cast<int>(packed / 16 * 10 + packed % 16);
    }
    if (!undated)
        at_time = from_civil(2000 + part[0], part[1], part[2], part[3], part[4], part[5],
                             profile.time_zone);
    if (!at_time) return fail(Fault::bad_value);
    const auto lat = degrees(number(body, 8, 4), bit(2), 90);
    const auto lon = degrees(number(body, 12, 4), bit(3), 180);
    const bool hidden = bit(5) && profile.datum == Datum::wgs84;
    const bool nowhere = number(body, 8, 4) == 0 && number(body, 12, 4) == 0;
    const bool here = bit(1) && !hidden && !nowhere;
    if (here && (!lat || !lon)) return fail(Fault::bad_value);
    Fix fix;
    fix.at = *at_time;
    if (lat && lon) fix.where = {*lat, *lon};
    if (profile.datum == Datum::gcj02) fix.where = wgs84_from_gcj02(fix.where);
    fix.speed = from_kmh(number(body, 18, 2) / 10.0);
    fix.heading = {static_cast<double>(number(body, 20, 2) % 360)};
    fix.source = here ? FixSource::satellite : FixSource::none;
    const unsigned load = status >> 8U & 3U;
    fix.load = load == 0   ? Load::empty
               : load == 1 ? Load::half
               : load == 2 ? Load::unknown
                           : Load::full;
    if (const auto count = item(body, 0x31, 1)) fix.satellites = static_cast<std::uint8_t>(*count);
    if (const auto tenths = item(body, 0x01, 4)) fix.odometer = Metres{*tenths * 100.0};
    const auto tenths_kmh = item(body, 0x03, 2);
    if (tenths_kmh && *tenths_kmh != 0xFFFF) fix.recorder_speed = from_kmh(*tenths_kmh / 10.0);
    const unsigned alarm = number(body, 0, 4);
    const std::array<std::pair<unsigned, Signal>, 5> alarms{{{4, Signal::gnss_fault},
                                                             {5, Signal::antenna_missing},
                                                             {6, Signal::antenna_short},
                                                             {7, Signal::power_low},
                                                             {8, Signal::power_cut}}};
    for (const auto& [place, signal] : alarms) {
        if ((alarm >> place) % 2 == 1) fix.signals.set(signal);
    }
    fix.signals.set(Signal::ignition_told);
    if (status % 2 == 1) fix.signals.set(Signal::ignition_on);
    Sighting seen;
    seen.what = fix;
    seen.hash = undated ? arrival.undated_hash : arrival.hash;
    seen.undated = undated;
    seen.backlog = arrival.backlog;
    seen.message = arrival.message;
    seen.alarm = number(body, 0, 4);
    seen.status = status;
    seen.altitude_m = static_cast<std::int16_t>(number(body, 16, 2));
    seen.raw.assign(body.begin() + 28, body.end());
    return seen;
}

}  // namespace liuhen::test::plain
