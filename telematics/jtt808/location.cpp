#include "telematics/jtt808/location.hpp"

#include "telematics/datum.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/lock_sightings.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <cmath>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr double microdegrees = 1e6;

std::optional<double> degrees_of(std::uint32_t raw, bool negative, int limit) {
    const double magnitude = raw / microdegrees;
    if (magnitude <= limit) return negative ? -magnitude : magnitude;
    const double complement = static_cast<std::int32_t>(raw) / microdegrees;
    if (complement < 0 && complement >= -limit) return complement;
    return std::nullopt;
}

Load load_of(std::uint32_t status) {
    static constexpr std::array loads{Load::empty, Load::half, Load::unknown, Load::full};
    return loads[status >> status_bit::load_shift & 3U];
}

std::uint32_t load_bits(Load load) {
    switch (load) {
        case Load::half:
            return 1U << status_bit::load_shift;
        case Load::unknown:
            return 2U << status_bit::load_shift;
        case Load::full:
            return 3U << status_bit::load_shift;
        case Load::empty:
            break;
    }
    return 0;
}

bool says(const Profile& profile, Sense sense, const Position& p) {
    return profile.dialect && profile.dialect->says(sense, Word::status, p.status).value_or(false);
}

// A model that gives bit 5 another meaning does not encrypt.
bool is_encrypted(const Position& p, const Profile& profile) {
    constexpr unsigned encrypted_bit = 5;
    if ((p.status & status_bit::encrypted) == 0) return false;
    return !profile.dialect || !profile.dialect->redefines(Word::status, encrypted_bit);
}

bool says_where(const Position& p, const Profile& profile) {
    const bool hidden = profile.datum == Datum::wgs84 && is_encrypted(p, profile);
    const bool nowhere = p.latitude == 0 && p.longitude == 0;
    const bool has_fix = (p.status & status_bit::fix) != 0 || says(profile, Sense::fix, p);
    return has_fix && !hidden && !nowhere;
}

FixSource source_of(const Position& p, const Profile& profile) {
    if (!says_where(p, profile)) return FixSource::none;
    return says(profile, Sense::cell_tower, p) ? FixSource::cell_tower : FixSource::satellite;
}

Load load_of(const Position& p, const Profile& profile) {
    if (says(profile, Sense::loaded, p)) return Load::full;
    if (profile.dialect && !profile.dialect->load_in_status) return Load::unknown;
    return load_of(p.status);
}

// Standard items that the model uses otherwise say nothing.
bool is_standard(const Profile& profile, const Item& item) {
    return !profile.dialect || profile.dialect->item(item.id, item.value.size()) == nullptr;
}

std::optional<std::uint32_t> item_number(const Position& p, const Profile& profile,
                                         std::uint8_t id) {
    const auto item = std::ranges::find(p.items, id, &Item::id);
    if (item == p.items.end() || !is_standard(profile, *item)) return std::nullopt;
    const auto fields = item_fields(*item);
    if (fields.empty()) return std::nullopt;
    return raw_number(fields.front(), *item);
}

Bytes items_as_sent(const Position& p) {
    Writer w;
    for (const Item& item : p.items) {
        w.u8(item.id).u8(static_cast<std::uint8_t>(item.value.size())).put(item.value);
    }
    w.put(p.tail);
    return w.finish();
}

Bytes items_kept(Position p, const Profile& profile) {
    if (profile.dialect) {
        for (Item& item : p.items) item = without_secrets(std::move(item), profile.dialect.get());
    }
    return items_as_sent(p);
}

Fix fix_of(const Position& p, const Profile& profile, LatLon place, Instant at) {
    Fix fix;
    fix.at = at;
    fix.where = profile.datum == Datum::gcj02 ? wgs84_from_gcj02(place) : place;
    fix.speed = from_kmh(p.speed / 10.0);
    fix.heading = {static_cast<double>(p.direction % 360)};
    fix.source = source_of(p, profile);
    fix.load = load_of(p, profile);
    if (const auto count = item_number(p, profile, item_id::satellites)) {
        fix.satellites = static_cast<std::uint8_t>(*count);
    }
    if (const auto tenths_km = item_number(p, profile, item_id::odometer)) {
        fix.odometer = Metres{*tenths_km * 100.0};
    }
    return fix;
}

Item numbered(std::uint8_t id, Writer value) { return {.id = id, .value = value.finish()}; }

}  // namespace

Position read_position(Reader& r, Edition) {
    Position m;
    m.alarm = r.u32();
    m.status = r.u32();
    m.latitude = r.u32();
    m.longitude = r.u32();
    m.altitude = r.i16();
    m.speed = r.u16();
    m.direction = r.u16();
    std::ranges::copy(r.take(m.time.size()), m.time.begin());
    while (r.remaining() >= 2) {
        const Reader before = r;
        const std::uint8_t id = r.u8();
        const std::size_t length = r.u8();
        if (length > r.remaining()) {
            r = before;
            break;
        }
        const ByteView value = r.take(length);
        m.items.push_back({.id = id, .value = {value.begin(), value.end()}});
    }
    const ByteView tail = r.rest();
    m.tail.assign(tail.begin(), tail.end());
    return m;
}

void write_position(const Position& m, Writer& w, Edition) {
    w.u32(m.alarm).u32(m.status).u32(m.latitude).u32(m.longitude);
    w.i16(m.altitude).u16(m.speed).u16(m.direction).put(m.time);
    w.put(items_as_sent(m));
}

Batch read_batch(Reader& r, Edition) {
    Batch m;
    m.announced = r.u16();
    m.kind = r.u8();
    while (m.bodies.size() < m.announced && r.remaining() >= 2) {
        const Reader before = r;
        const std::size_t length = r.u16();
        if (length > r.remaining()) {
            r = before;
            break;
        }
        const ByteView body = r.take(length);
        m.bodies.emplace_back(body.begin(), body.end());
    }
    const ByteView tail = r.rest();
    m.tail.assign(tail.begin(), tail.end());
    return m;
}

void write_batch(const Batch& m, Writer& w, Edition) {
    w.u16(m.announced).u8(m.kind);
    for (const Bytes& body : m.bodies) w.u16(static_cast<std::uint16_t>(body.size())).put(body);
    w.put(m.tail);
}

std::optional<LatLon> place_of(const Position& p) {
    const auto lat = degrees_of(p.latitude, (p.status & status_bit::south) != 0, 90);
    const auto lon = degrees_of(p.longitude, (p.status & status_bit::west) != 0, 180);
    if (!lat || !lon) return std::nullopt;
    return LatLon{*lat, *lon};
}

bool has_no_time(const Position& p) {
    return std::ranges::all_of(p.time, [](std::byte b) { return b == std::byte{0}; });
}

std::optional<Instant> time_of(const Position& p, std::chrono::minutes zone) {
    return bcd_time(p.time, zone);
}

Result<Sighting, Fault> sighting_of(const Position& p, const Profile& profile,
                                    const Arrival& arrival) {
    const bool undated = has_no_time(p);
    const auto at = undated ? arrival.received : time_of(p, profile.time_zone);
    if (!at) return fail(Fault::bad_value);
    const auto place = place_of(p);
    if (!place && says_where(p, profile)) return fail(Fault::bad_value);
    return Sighting{.what = fix_of(p, profile, place.value_or(LatLon{}), *at),
                    .hash = undated ? arrival.undated_hash : arrival.hash,
                    .undated = undated,
                    .backlog = arrival.backlog,
                    .message = arrival.message,
                    .alarm = p.alarm,
                    .status = p.status,
                    .altitude_m = p.altitude,
                    .raw = items_kept(p, profile)};
}

Result<std::vector<Sighting>, Fault> sightings_of(const Position& p, const Profile& profile,
                                                  const Arrival& arrival) {
    auto fix = sighting_of(p, profile, arrival);
    if (!fix) return fail(fix.error());
    std::vector<Sighting> seen{std::move(*fix)};
    if (profile.dialect) add_lock_events(seen, p, *profile.dialect, arrival.lock);
    return seen;
}

Position report_of(const Fix& fix, std::chrono::minutes zone) {
    Position p;
    p.status = status_bit::ignition | load_bits(fix.load);
    if (fix.source != FixSource::none) p.status |= status_bit::fix;
    if (fix.where.lat < 0) p.status |= status_bit::south;
    if (fix.where.lon < 0) p.status |= status_bit::west;
    const auto raw = [](double degrees) {
        return static_cast<std::uint32_t>(std::lround(std::abs(degrees) * microdegrees));
    };
    p.latitude = raw(fix.where.lat);
    p.longitude = raw(fix.where.lon);
    p.speed =
        static_cast<std::uint16_t>(std::lround(std::clamp(to_kmh(fix.speed) * 10, 0.0, 65535.0)));
    p.direction = static_cast<std::uint16_t>(std::lround(fix.heading.value) % 360);
    std::ranges::copy(to_bcd_time(fix.at, zone), p.time.begin());
    if (fix.odometer) {
        const auto tenths_km = static_cast<std::uint32_t>(std::lround(fix.odometer->value / 100));
        p.items.push_back(numbered(item_id::odometer, Writer{}.u32(tenths_km)));
    }
    if (fix.satellites) {
        p.items.push_back(numbered(item_id::satellites, Writer{}.u8(*fix.satellites)));
    }
    return p;
}

}  // namespace liuhen::telematics::jtt808
