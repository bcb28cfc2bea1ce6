#include "server/store/presences.hpp"

#include "geofence/flat.hpp"
#include "server/store/line_index.hpp"
#include "server/store/past_fixes.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace liuhen::server::store {
namespace {

constexpr std::int64_t most_gap_ms = Duration{trace_gap}.count();
constexpr double most_step_m = 50;

/// What was near: by truck and time, each time of a truck once.
struct Near {
    std::int32_t vehicle_key{};
    std::int64_t at_ms{};
    double apart_m{};
    std::int32_t lat{}, lon{};
    double step_m = 0;  ///< from the one before
};

// Of each, whether a stay begins with it.
std::vector<bool> beginnings(pqxx::transaction_base& db, const std::vector<Near>& near) {
    std::vector<bool> begins(near.size(), true);
    std::vector<Between> pauses;
    std::vector<std::size_t> ends;
    for (std::size_t i = 1; i < near.size(); ++i) {
        const auto &before = near[i - 1], &now = near[i];
        if (before.vehicle_key != now.vehicle_key || now.at_ms - before.at_ms > most_gap_ms ||
            now.step_m > most_step_m)
            continue;
        pauses.push_back({now.vehicle_key, before.at_ms, now.at_ms});
        ends.push_back(i);
    }
    const auto elsewhere = reported_between(db, pauses);
    for (std::size_t i = 0; i < ends.size(); ++i) begins[ends[i]] = elsewhere[i];
    return begins;
}

void end_stay(Presence& of, std::int64_t from_ms, std::int64_t until_ms) {
    const std::int64_t lasted = until_ms - from_ms;
    ++of.stays;
    of.stayed_ms += lasted;
    if (of.stays > 1 && lasted <= of.longest_ms) return;
    of.longest_ms = lasted;
    of.longest_from_ms = from_ms;
}

std::vector<PlaceBox> boxes_around(pqxx::transaction_base& db, const NearQuestion& asked) {
    std::vector<PlaceBox> boxes;
    for (const auto& row :
         db.exec_params("SELECT low_lat, high_lat, low_lon, high_lon FROM boxes_around($1::float8,"
                        " $2::float8, $3::float8)",
                        asked.point.lat, asked.point.lon, asked.radius.value)) {
        boxes.push_back({row[0].as<std::int32_t>(), row[1].as<std::int32_t>(),
                         row[2].as<std::int32_t>(), row[3].as<std::int32_t>()});
    }
    return boxes;
}

// Those that tell where their truck was, by truck and time; of one time the first by `order`.
template <class Order>
std::vector<Near> once_each(pqxx::transaction_base& db, const std::vector<PastFix>& fixes,
                            const std::vector<double>& apart, Order order) {
    const auto moves = moving(db, fixes);
    std::vector<Near> near;
    for (std::size_t i = 0; i < fixes.size(); ++i) {
        const PastFix& fix = fixes[i];
        if (moves[i]) near.push_back({fix.vehicle_key, fix.at_ms, apart[i], fix.lat, fix.lon});
    }
    std::ranges::sort(near, {}, [order](const Near& n) {
        return std::tuple{n.vehicle_key, n.at_ms, order(n)};
    });
    const auto again = std::ranges::unique(near, {}, [](const Near& n) {
        return std::pair{n.vehicle_key, n.at_ms};
    });
    near.erase(again.begin(), again.end());
    return near;
}

LatLon place_of(const Near& one) { return {one.lat / 1e7, one.lon / 1e7}; }

std::vector<Near> fixes_near(pqxx::transaction_base& db, const NearQuestion& asked) {
    std::vector<PastFix> fixes;
    std::vector<double> apart;
    for (const PlaceBox& box : boxes_around(db, asked)) {
        for (const PastFix& fix :
             fixes_of_all(db, {.box = box, .from = asked.from, .until = asked.until})) {
            const LatLon where{fix.lat / 1e7, fix.lon / 1e7};
            const Metres metres = geofence::geodesic_distance(asked.point, where);
            if (metres > asked.radius) continue;
            fixes.push_back(fix);
            apart.push_back(metres.value);
        }
    }
    return once_each(db, fixes, apart, [](const Near& n) { return n.apart_m; });
}

LineIndex index_of(pqxx::transaction_base& db, const UpstreamQuestion& asked) {
    std::vector<LatLon> vertices;
    for (const auto& row :
         db.exec_params("SELECT ST_Y(p.geom), ST_X(p.geom) FROM ST_DumpPoints(ST_Segmentize("
                        "ST_SetSRID(ST_GeomFromGeoJSON($1), 4326), 0.0025)) p ORDER BY p.path",
                        asked.line))
        vertices.push_back({row[0].as<double>(), row[1].as<double>()});
    return {std::move(vertices), asked.width};
}

std::vector<Near> fixes_along(pqxx::transaction_base& db, const UpstreamQuestion& asked) {
    const LineIndex index = index_of(db, asked);
    const auto slow = fixes_of_all(
        db, {.box = index.box(),
             .from = asked.from,
             .until = asked.until,
             .squares = index.squares(),
             .fastest = static_cast<std::int32_t>(std::floor(trace_still.value * 100))});
    std::vector<PastFix> fixes;
    std::vector<double> apart;
    for (const PastFix& fix : slow) {
        const auto off = index.distance(fix);
        if (!off) continue;
        fixes.push_back(fix);
        apart.push_back(off->value);
    }
    auto near = once_each(db, fixes, apart, [](const Near& n) { return std::pair{n.lat, n.lon}; });
    for (std::size_t i = 1; i < near.size(); ++i) {
        if (near[i].vehicle_key == near[i - 1].vehicle_key)
            near[i].step_m =
                geofence::geodesic_distance(place_of(near[i - 1]), place_of(near[i])).value;
    }
    return near;
}

}  // namespace

std::vector<Presence> presences(pqxx::transaction_base& db, const NearQuestion& asked) {
    const auto near = fixes_near(db, asked);
    const auto begins = beginnings(db, near);
    std::vector<Presence> all;
    std::int64_t since = 0;
    for (std::size_t i = 0; i < near.size(); ++i) {
        const Near& fix = near[i];
        if (all.empty() || all.back().vehicle_key != fix.vehicle_key) {
            all.push_back({.vehicle_key = fix.vehicle_key,
                           .first_ms = fix.at_ms,
                           .nearest_m = std::numeric_limits<double>::infinity()});
        }
        Presence& one = all.back();
        if (begins[i]) since = fix.at_ms;
        ++one.fixes;
        one.last_ms = fix.at_ms;
        if (fix.apart_m < one.nearest_m) {
            one.nearest_m = fix.apart_m;
            one.nearest_ms = fix.at_ms;
        }
        if (i + 1 == near.size() || begins[i + 1]) end_stay(one, since, fix.at_ms);
    }
    return all;
}

std::vector<Stop> stops_along(pqxx::transaction_base& db, const UpstreamQuestion& asked) {
    const auto near = fixes_along(db, asked);
    const auto begins = beginnings(db, near);
    std::vector<Stop> stops;
    for (std::size_t i = 0; i < near.size(); ++i) {
        const Near& fix = near[i];
        if (begins[i]) {
            stops.push_back({fix.vehicle_key, fix.at_ms, fix.at_ms, 0, fix.lat, fix.lon,
                             std::numeric_limits<double>::infinity()});
        }
        Stop& one = stops.back();
        ++one.fixes;
        one.until_ms = fix.at_ms;
        if (fix.apart_m >= one.off_m) continue;
        one.off_m = fix.apart_m;
        one.lat = fix.lat;
        one.lon = fix.lon;
    }
    std::erase_if(stops, [&asked](const Stop& stop) {
        return Duration{stop.until_ms - stop.from_ms} < asked.stop;
    });
    return stops;
}

}  // namespace liuhen::server::store
