#include "telematics/jtt808/location.hpp"

#include "base/in_place.hpp"
#include "telematics/datum.hpp"
#include "telematics/jtt808/item_walk.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/lock_sightings.hpp"
#include "telematics/jtt808/secrets.hpp"
#include "telematics/jtt808/sensor_items.hpp"
#include "telematics/jtt808/signals.hpp"
#include "telematics/octets.hpp"
#include "telematics/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace liuhen::telematics::jtt808 {
namespace {

constexpr double microdegrees = 1e6;
constexpr std::size_t time_at = 22;  // in the basic part
constexpr std::uint16_t unknown_word = 0xFFFF;

// Some terminals write two's complement; all ones is a field that holds nothing, not one
// microdegree south or west.
std::optional<double> degrees_of(std::uint32_t raw, bool negative, int limit) {
    if (raw == ~std::uint32_t{}) return std::nullopt;
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

bool says(const Profile& profile, Sense sense, const PositionView& p) {
    return profile.dialect && profile.dialect->says(sense, Word::status, p.status).value_or(false);
}

// A model that gives bit 5 another meaning does not encrypt.
bool is_encrypted(const PositionView& p, const Profile& profile) {
    constexpr unsigned encrypted_bit = 5;
    if ((p.status & status_bit::encrypted) == 0) return false;
    return !profile.dialect || !profile.dialect->redefines(Word::status, encrypted_bit);
}

bool says_where(const PositionView& p, const Profile& profile) {
    const bool hidden = profile.datum == Datum::wgs84 && is_encrypted(p, profile);
    const bool nowhere = p.latitude == 0 && p.longitude == 0;
    const bool has_fix = (p.status & status_bit::fix) != 0 || says(profile, Sense::fix, p);
    return has_fix && !hidden && !nowhere;
}

FixSource source_of(const PositionView& p, const Profile& profile) {
    if (!says_where(p, profile)) return FixSource::none;
    return says(profile, Sense::cell_tower, p) ? FixSource::cell_tower : FixSource::satellite;
}

Load load_of(const PositionView& p, const Profile& profile) {
    if (says(profile, Sense::loaded, p)) return Load::full;
    const auto source = profile.dialect ? profile.dialect->load : LoadSource::status;
    if (source == LoadSource::status) return load_of(p.status);
    Load load = Load::unknown;
    if (source == LoadSource::none) return load;
    for (ItemWalk item{p.items}; item.next();) {
        const ItemRule* const rule = profile.dialect->item(item.id(), item.value().size());
        if (rule != nullptr && rule->reading == Reading::sensors)
            load = std::max(load, load_in_sensors(item.value()));
    }
    return load;
}

// Standard items that the model uses otherwise say nothing.
bool is_standard(const Profile& profile, std::uint8_t id, ByteView value) {
    return !profile.dialect || profile.dialect->item(id, value.size()) == nullptr;
}

// The first item of an id counts, when it is the standard's.
void take_items(Fix& fix, ByteView items, const Profile& profile) {
    std::optional<ByteView> satellites, odometer, wheels;
    for (ItemWalk item{items}; item.next();) {
        if (item.id() == item_id::recorder_speed && !wheels) wheels = item.value();
        if (item.id() == item_id::satellites && !satellites) satellites = item.value();
        if (item.id() == item_id::odometer && !odometer) odometer = item.value();
    }
    if (satellites && satellites->size() == 1 &&
        is_standard(profile, item_id::satellites, *satellites))
        fix.satellites = std::to_integer<std::uint8_t>(satellites->front());
    if (odometer && odometer->size() == 4 && is_standard(profile, item_id::odometer, *odometer))
        fix.odometer = Metres{number_at<0, 4>(odometer->first<4>()) * 100.0};
    if (wheels && wheels->size() == 2 && is_standard(profile, item_id::recorder_speed, *wheels)) {
        const auto tenths = static_cast<std::uint16_t>(number_at<0, 2>(wheels->first<2>()));
        if (tenths != unknown_word) fix.recorder_speed = from_kmh(tenths / 10.0);
    }
}

Bytes items_as_sent(const Position& p) {
    Writer w;
    for (const Item& item : p.items) {
        w.u8(item.id).u8(static_cast<std::uint8_t>(item.value.size())).put(item.value);
    }
    w.put(p.tail);
    return w.finish();
}

Fix fix_of(const PositionView& p, const Profile& profile, Instant at, LatLon place,
           FixSource source) {
    Fix fix;
    fix.at = at;
    fix.where = profile.datum == Datum::gcj02 ? wgs84_from_gcj02(place) : place;
    fix.speed = from_kmh(p.speed / 10.0);
    fix.heading = {static_cast<double>(p.direction % 360)};
    fix.source = source;
    fix.load = load_of(p, profile);
    take_items(fix, p.items, profile);
    const Told told{.alarm = p.alarm, .status = p.status, .items = p.items};
    fix.signals = signals_of(told, profile.dialect.get());
    fix.mass = mass_of(p.items, profile.dialect.get());
    return fix;
}

bool is_zero(const std::array<std::byte, 6>& time) { return time == std::array<std::byte, 6>{}; }

// Of a position in either form.
template <class P>
std::optional<LatLon> place_in(const P& p) {
    const auto lat = degrees_of(p.latitude, (p.status & status_bit::south) != 0, 90);
    const auto lon = degrees_of(p.longitude, (p.status & status_bit::west) != 0, 180);
    if (!lat || !lon) return std::nullopt;
    return LatLon{*lat, *lon};
}

PositionView view_of(const Position& p, ByteView items) {
    return {.alarm = p.alarm,
            .status = p.status,
            .latitude = p.latitude,
            .longitude = p.longitude,
            .altitude = p.altitude,
            .speed = p.speed,
            .direction = p.direction,
            .time = p.time,
            .items = items};
}

void read_items(Position& m, ByteView items) {
    ItemWalk item{items};
    while (item.next())
        m.items.push_back({.id = item.id(), .value = {item.value().begin(), item.value().end()}});
    m.tail.assign(item.rest().begin(), item.rest().end());
}

Position position_of(const PositionView& view) {
    Position m;
    m.alarm = view.alarm;
    m.status = view.status;
    m.latitude = view.latitude;
    m.longitude = view.longitude;
    m.altitude = view.altitude;
    m.speed = view.speed;
    m.direction = view.direction;
    m.time = view.time;
    read_items(m, view.items);
    return m;
}

Item numbered(std::uint8_t id, Writer value) { return {.id = id, .value = value.finish()}; }

}  // namespace

Position read_position(Reader& r, Edition) {
    const auto view = view_position(r.rest());
    if (view) return position_of(*view);
    r.fail();
    return {};
}

bool ends_inside_an_item(ByteView items) {
    ItemWalk item{items};
    while (item.next()) {
    }
    return !item.rest().empty();
}

void write_position(const Position& m, Writer& w, Edition) {
    w.u32(m.alarm).u32(m.status).u32(m.latitude).u32(m.longitude);
    w.i16(m.altitude).u16(m.speed).u16(m.direction).put(m.time);
    w.put(items_as_sent(m));
}

// Bodies, each behind its length, until there are `most` or one breaks off; the rest is the tail.
template <class Length>
void read_bodies(Reader& r, Batch& m, std::size_t most, std::size_t width, Length length_of) {
    while (m.bodies.size() < most && r.remaining() >= width) {
        const Reader before = r;
        const std::size_t length = length_of(r);
        if (length > r.remaining()) {
            r = before;
            break;
        }
        const ByteView body = r.take(length);
        m.bodies.emplace_back(body.begin(), body.end());
    }
    const ByteView tail = r.rest();
    m.tail.assign(tail.begin(), tail.end());
}

Batch read_batch(Reader& r, Edition) {
    Batch m;
    m.announced = r.u16();
    m.kind = r.u8();
    read_bodies(r, m, m.announced, 2, [](Reader& at) { return std::size_t{at.u16()}; });
    return m;
}

Batch read_short_batch(Reader& r) {
    Batch m;
    const std::size_t all = r.remaining();
    read_bodies(r, m, all, 1, [](Reader& at) { return std::size_t{at.u8()}; });
    // An entry that breaks off was announced by its length.
    m.announced = static_cast<std::uint16_t>(m.bodies.size() + (m.tail.empty() ? 0 : 1));
    return m;
}

void write_batch(const Batch& m, Writer& w, Edition) {
    w.u16(m.announced).u8(m.kind);
    for (const Bytes& body : m.bodies) w.u16(static_cast<std::uint16_t>(body.size())).put(body);
    w.put(m.tail);
}

Result<PositionView, Fault> view_position(ByteView body) {
    if (body.size() < basic_position_bytes) return fail(Fault::truncated);
    const auto make = [body] {
        const auto basic = body.first<basic_position_bytes>();
        PositionView view{.alarm = number_at<0, 4>(basic),
                          .status = number_at<4, 4>(basic),
                          .latitude = number_at<8, 4>(basic),
                          .longitude = number_at<12, 4>(basic),
                          .altitude = static_cast<std::int16_t>(number_at<16, 2>(basic)),
                          .speed = static_cast<std::uint16_t>(number_at<18, 2>(basic)),
                          .direction = static_cast<std::uint16_t>(number_at<20, 2>(basic)),
                          .items = body.subspan(basic_position_bytes)};
        std::memcpy(view.time.data(), basic.data() + time_at, view.time.size());
        return view;
    };
    return Result<PositionView, Fault>{tl::in_place, InPlace{make}};
}

std::optional<LatLon> place_of(const Position& p) { return place_in(p); }
bool has_no_time(const Position& p) { return is_zero(p.time); }
bool has_no_time(const PositionView& p) { return is_zero(p.time); }
std::optional<Instant> time_of(const Position& p, std::chrono::minutes zone) {
    return bcd_time(p.time, zone);
}

Result<Sighting, Fault> sighting_of(const PositionView& p, const Profile& profile,
                                    const Arrival& arrival) {
    const bool undated = has_no_time(p);
    const auto at = undated ? arrival.received : bcd_time(p.time, profile.time_zone);
    if (!at) return fail(Fault::bad_value);
    const auto place = place_in(p);
    const FixSource source = source_of(p, profile);
    if (!place && source != FixSource::none) return fail(Fault::bad_value);
    const auto fix = [&] { return fix_of(p, profile, *at, place.value_or(LatLon{}), source); };
    const auto make = [&] {
        return Sighting{.what = Observation{std::in_place_type<Fix>, InPlace{fix}},
                        .hash = undated ? arrival.undated_hash : arrival.hash,
                        .undated = undated,
                        .backlog = arrival.backlog,
                        .message = arrival.message,
                        .alarm = p.alarm,
                        .status = p.status,
                        .altitude_m = p.altitude,
                        .raw = kept_items(p.items, profile.dialect.get())};
    };
    return Result<Sighting, Fault>{tl::in_place, InPlace{make}};
}

Result<std::vector<Sighting>, Fault> sightings_of(const PositionView& p, const Profile& profile,
                                                  const Arrival& arrival) {
    auto fix = sighting_of(p, profile, arrival);
    if (!fix) return fail(fix.error());
    std::vector<Sighting> seen;
    seen.push_back(std::move(*fix));
    if (profile.dialect) add_lock_events(seen, position_of(p), *profile.dialect, arrival.lock);
    return seen;
}

Result<Sighting, Fault> sighting_of(const Position& p, const Profile& profile,
                                    const Arrival& arrival) {
    const Bytes items = items_as_sent(p);
    return sighting_of(view_of(p, items), profile, arrival);
}

Result<std::vector<Sighting>, Fault> sightings_of(const Position& p, const Profile& profile,
                                                  const Arrival& arrival) {
    const Bytes items = items_as_sent(p);
    return sightings_of(view_of(p, items), profile, arrival);
}

Position report_of(const Fix& fix, std::chrono::minutes zone) {
    Position p;
    p.alarm = alarm_bits(fix.signals);
    p.status = load_bits(fix.load);
    const bool off =
        fix.signals.has(Signal::ignition_told) && !fix.signals.has(Signal::ignition_on);
    if (!off) p.status |= status_bit::ignition;
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
    if (fix.recorder_speed) {
        const double tenths = std::clamp(to_kmh(*fix.recorder_speed) * 10, 0.0, 65534.0);
        p.items.push_back(numbered(item_id::recorder_speed,
                                   Writer{}.u16(static_cast<std::uint16_t>(std::lround(tenths)))));
    }
    if (fix.satellites) {
        p.items.push_back(numbered(item_id::satellites, Writer{}.u8(*fix.satellites)));
    }
    return p;
}

}  // namespace liuhen::telematics::jtt808
