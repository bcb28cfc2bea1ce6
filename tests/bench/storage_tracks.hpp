// Recorded tracks as trucks that report them: one after the other until a shift of eight hours is
// full. Times and places are as recorded (times in whole seconds, places in microdegrees). What the
// recordings do not have is made here: speed and direction from the steps, height, satellites,
// signal, odometer, and how long a report was on its way.
#pragma once

#include "base/hash.hpp"
#include "server/store/observations.hpp"
#include "telematics/jtt808/location.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace liuhen::bench {

struct TrackPoint {
    std::int64_t at_s{};
    double lat{}, lon{};
};
using Track = std::vector<TrackPoint>;

/// A position report on its way in.
struct Told {
    Instant at, received;
    std::int32_t terminal{};
    std::vector<std::byte> body;
};

inline std::pair<int, TrackPoint> read_line(const std::string& line) {
    int id = 0, y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
    double t = 0, lon = 0, lat = 0;
    if (std::sscanf(line.c_str(), "%d,%d-%d-%d %d:%d:%d+00:00,POINT (%lf %lf)", &id, &y, &mo, &d,
                    &h, &mi, &s, &lon, &lat) == 9) {
        const std::chrono::sys_days day = std::chrono::year{y} / mo / d;
        return {id, {day.time_since_epoch().count() * 86'400 + h * 3600 + mi * 60 + s, lat, lon}};
    }
    if (std::sscanf(line.c_str(), "%d,%lf,%lf,%lf", &id, &t, &lon, &lat) == 4)
        return {id, {std::llround(t), lat, lon}};
    return {-1, {}};
}

/// At most one point every `least_s` seconds; a gap of over ten minutes is shortened to that.
inline std::vector<Track> read_tracks(const char* file, int least_s) {
    std::map<int, Track> tracks;
    std::ifstream in{file};
    for (std::string line; std::getline(in, line);) {
        const auto [id, point] = read_line(line);
        if (id < 0) continue;
        auto& track = tracks[id];
        if (track.empty() || point.at_s >= track.back().at_s + least_s) track.push_back(point);
    }
    std::vector<Track> all;
    for (auto& [id, track] : tracks) {
        std::int64_t cut = 0;
        for (std::size_t i = 1; i < track.size(); ++i) {
            const std::int64_t step = track[i].at_s - cut - track[i - 1].at_s;
            if (step > 600) cut += step - 600;
            track[i].at_s -= cut;
        }
        all.push_back(std::move(track));
    }
    return all;
}

/// What changes slowly while one truck reports.
struct TruckState {
    double odometer_m = 123'456'000, height_m = 40, heading = 0;
    int satellites = 11, signal = 22;
};

inline std::vector<std::byte> body_of(const TrackPoint& p, double kmh, const TruckState& truck,
                                      Instant at, bool items) {
    using namespace telematics::jtt808;
    Fix fix;
    fix.at = at;
    fix.where = {.lat = p.lat, .lon = p.lon};
    fix.speed = from_kmh(std::round(kmh * 10) / 10);
    fix.heading = {std::round(truck.heading)};
    if (items) fix.satellites = static_cast<std::uint8_t>(truck.satellites);
    if (items) fix.odometer = Metres{std::floor(truck.odometer_m / 100) * 100};
    Position report = report_of(fix);
    report.altitude = static_cast<std::int16_t>(truck.height_m);
    if (items) report.items.push_back({0x30, {static_cast<std::byte>(truck.signal)}});
    telematics::Writer body;
    write_position(report, body, telematics::jtt808::Edition::v2013);
    return body.finish();
}

inline void advance(TruckState& truck, const TrackPoint& from, const TrackPoint& to,
                    std::mt19937_64& random) {
    const double north = (to.lat - from.lat) * 111'195;
    const double east = (to.lon - from.lon) * 111'195 * std::cos(to.lat * M_PI / 180);
    const double metres = std::hypot(north, east);
    truck.odometer_m += std::min(metres, 1'000.0);
    if (metres > 2) truck.heading = std::fmod(std::atan2(east, north) * 180 / M_PI + 360, 360);
    truck.height_m += std::normal_distribution{0.0, 0.4}(random);
    truck.satellites = std::clamp(truck.satellites + static_cast<int>(random() % 20 == 0) -
                                      static_cast<int>(random() % 20 == 0),
                                  6, 14);
    truck.signal = std::clamp(
        truck.signal + static_cast<int>(random() % 8 == 0) - static_cast<int>(random() % 8 == 0), 5,
        31);
}

/// One truck's reports of a track from `begin` on.
inline void report(const Track& track, Instant begin, std::int32_t terminal, bool items,
                   TruckState& truck, std::mt19937_64& random, std::vector<Told>& told) {
    for (std::size_t i = 0; i < track.size(); ++i) {
        const auto& last = track[i == 0 ? 0 : i - 1];
        advance(truck, last, track[i], random);
        const double seconds = std::max<double>(1, static_cast<double>(track[i].at_s - last.at_s));
        const double north = (track[i].lat - last.lat) * 111'195;
        const double east = (track[i].lon - last.lon) * 111'195 * std::cos(last.lat * M_PI / 180);
        const double kmh = std::min(160.0, std::hypot(north, east) / seconds * 3.6);
        const Instant at = begin + std::chrono::seconds{track[i].at_s - track[0].at_s};
        const double late_ms = std::lognormal_distribution{6.2, 0.4}(random);  // half a second
        told.push_back({at, at + Duration{static_cast<std::int64_t>(late_ms)}, terminal,
                        body_of(track[i], kmh, truck, at, items)});
    }
}

/// Every track so often, on as many trucks as that takes; by time, as a server hears them.
inline std::vector<Told> drive(const std::vector<Track>& tracks, int copies, bool items) {
    const Instant dawn = *parse_iso("2026-03-01T00:00:00Z");
    constexpr std::chrono::hours shift{8};
    std::mt19937_64 random{20260301};
    std::vector<Told> told;
    std::int32_t terminal = 0;
    for (int copy = 0; copy < copies; ++copy) {
        TruckState truck;
        Instant clock = dawn;
        ++terminal;
        for (const Track& track : tracks) {
            if (clock >= dawn + shift) {
                ++terminal;
                truck = {};
                clock = dawn;
            }
            report(track, clock, terminal, items, truck, random, told);
            clock = told.back().at + std::chrono::minutes{2};
        }
    }
    std::ranges::stable_sort(told, {}, &Told::received);
    return told;
}

inline server::store::ObservationRow row_of(const Told& one) {
    const auto view = telematics::jtt808::view_position(one.body);
    telematics::jtt808::Arrival arrival;
    arrival.received = one.received;
    arrival.hash = hash64(one.body);
    const auto seen = telematics::jtt808::sighting_of(*view, telematics::Profile{}, arrival);
    return server::store::to_row(*seen, {one.terminal, one.terminal, one.received});
}

/// Of all of them: body, header of the 2013 edition and checksum, as archived.
inline double frame_bytes(const std::vector<Told>& told) {
    double sum = 0;
    for (const Told& one : told) sum += static_cast<double>(one.body.size()) + 13;
    return sum;
}

}  // namespace liuhen::bench
