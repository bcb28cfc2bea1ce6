// Traces against brute force: a million fixes of made-up drives, each held against the question one
// by one with GeographicLib.
#include "base/geo.hpp"
#include "base/time.hpp"
#include "server/store/presences.hpp"
#include "tests/support/scratch_db.hpp"

#include <GeographicLib/Geodesic.hpp>
#include <catch2/catch.hpp>

#include <cmath>
#include <map>
#include <numbers>
#include <random>

using namespace liuhen;
using namespace liuhen::test;

namespace {

constexpr int trucks = 1'000;
constexpr int fixes_each = 1'000;
constexpr std::int64_t day_ms = 1'772'323'200'000;  // 2026-03-01T00:00:00Z
constexpr std::int64_t longest_pause_ms = 600'000;

struct Seen {
    std::int64_t at_ms{};
    int lat{}, lon{}, speed{};  // as stored
};
using Drive = std::vector<Seen>;

double metres(LatLon a, const Seen& b) {
    double length = 0;
    GeographicLib::Geodesic::WGS84().Inverse(a.lat, a.lon, b.lat / 1e7, b.lon / 1e7, length);
    return length;
}

// Drives and stands by turns in a square of some 20 km; loses itself for a while now and then.
Drive drive(std::mt19937& random) {
    std::uniform_real_distribution<double> one{0, 1};
    Drive fixes;
    double lat = 28.0 + 0.2 * one(random), lon = 119.6 + 0.2 * one(random), heading = 0;
    auto at = static_cast<double>(day_ms) + 3'600'000 * one(random);
    bool stands = false;
    for (int i = 0; i < fixes_each; ++i) {
        if (one(random) < 0.02) stands = !stands;
        if (one(random) < 0.05) heading = 2 * std::numbers::pi * one(random);
        const double step = stands ? 4 * one(random) : 100 + 200 * one(random);
        if (stands) heading = 2 * std::numbers::pi * one(random);
        lat = 28.0 + std::fmod(lat - 28.0 + step * std::cos(heading) / 111e3 + 0.2, 0.2);
        lon = 119.6 + std::fmod(lon - 119.6 + step * std::sin(heading) / 98e3 + 0.2, 0.2);
        at += one(random) < 0.005 ? 300'000 + 900'000 * one(random) : 15'000 + 10'000 * one(random);
        fixes.push_back({static_cast<std::int64_t>(at), static_cast<int>(std::lround(lat * 1e7)),
                         static_cast<int>(std::lround(lon * 1e7)),
                         stands ? 20 : static_cast<int>(step * 5)});
    }
    return fixes;
}

// By COPY, truck after truck: not in the order of time.
void store(const ScratchDatabase& database, const std::vector<Drive>& drives) {
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    work.exec("SELECT ensure_partitions('2026-03-01', '2026-03-02')");
    const std::vector<std::string> columns{"terminal_key", "vehicle_key", "at",      "kind",
                                           "hash",         "received_at", "message", "lat",
                                           "lon",          "speed",       "source"};
    pqxx::stream_to rows{work, "observations", columns};
    int truck = 0;
    for (const Drive& one : drives) {
        ++truck;
        for (const Seen& fix : one) {
            const std::string at = to_iso(Instant{Duration{fix.at_ms}});
            rows << std::make_tuple(truck, truck, at, 1, fix.at_ms, at, 512, fix.lat, fix.lon,
                                    fix.speed, 0);
        }
    }
    rows.complete();
    work.commit();
}

const std::vector<Drive>& drives() {
    static const std::vector<Drive> all = [] {
        std::mt19937 random{20260301};
        std::vector<Drive> made;
        for (int i = 0; i < trucks; ++i) made.push_back(drive(random));
        return made;
    }();
    return all;
}

const ScratchDatabase& stored() {
    static const ScratchDatabase database = [] {
        ScratchDatabase fresh;
        fresh.sql(
            "INSERT INTO parties (id, name, roles) VALUES"
            " ('00000000-0000-4000-8000-0000000000aa', 'Haulage', '{carrier}');"
            "INSERT INTO vehicles (id, plate, carrier_id) SELECT gen_random_uuid(),"
            " '浙K' || lpad(i::text, 5, '0'), '00000000-0000-4000-8000-0000000000aa'"
            " FROM generate_series(1, 1000) i;"
            "INSERT INTO terminals (id, number, protocol, auth_code) SELECT gen_random_uuid(),"
            " (13900000000 + i)::text, 'jt808', '' FROM generate_series(1, 1000) i");
        store(fresh, drives());
        fresh.sql("ANALYZE observations");
        return fresh;
    }();
    return database;
}

struct Question {
    LatLon point;
    double radius{};
    std::int64_t from_ms{}, until_ms{};
};

struct Presence {
    std::int64_t first_ms{}, last_ms{}, fixes{}, stays{};
    double longest_s{}, stayed_s{}, nearest_m = 1e9;
};

// What a drive says to a question, looking at every fix in turn.
std::optional<Presence> presence(const Drive& of, const Question& asked) {
    Presence found;
    bool inside = false;
    std::int64_t begun = 0, before = 0;
    const auto end_stay = [&] {
        const double lasted = static_cast<double>(before - begun) / 1e3;
        found.longest_s = std::max(found.longest_s, lasted);
        found.stayed_s += lasted;
    };
    for (const Seen& fix : of) {
        if (fix.at_ms < asked.from_ms || fix.at_ms >= asked.until_ms) continue;
        const double apart = metres(asked.point, fix);
        const bool goes_on =
            inside && apart <= asked.radius && fix.at_ms - before <= longest_pause_ms;
        if (inside && !goes_on) end_stay();
        inside = apart <= asked.radius;
        if (!inside) continue;
        if (found.fixes == 0) found.first_ms = fix.at_ms;
        if (!goes_on) begun = fix.at_ms;
        found.stays += goes_on ? 0 : 1;
        found.fixes += 1;
        found.nearest_m = std::min(found.nearest_m, apart);
        before = found.last_ms = fix.at_ms;
    }
    if (inside) end_stay();
    return found.fixes > 0 ? std::optional{found} : std::nullopt;
}

std::map<int, Presence> by_force(const Question& asked) {
    std::map<int, Presence> all;
    for (int i = 0; i < trucks; ++i) {
        const auto found = presence(drives()[static_cast<std::size_t>(i)], asked);
        if (found) all.emplace(i + 1, *found);
    }
    return all;
}

std::map<int, Presence> by_query(const Question& asked) {
    pqxx::connection connection{stored().conninfo("liuhen_http")};
    pqxx::work work{connection};
    std::map<int, Presence> all;
    for (const auto& one : server::store::presences(work, {asked.point,
                                                           {asked.radius},
                                                           Instant{Duration{asked.from_ms}},
                                                           Instant{Duration{asked.until_ms}},
                                                           50})) {
        all[one.vehicle_key] = {one.first_ms,
                                one.last_ms,
                                one.fixes,
                                one.stays,
                                static_cast<double>(one.longest_ms) / 1e3,
                                static_cast<double>(one.stayed_ms) / 1e3,
                                one.nearest_m};
    }
    return all;
}

void check_alike(const Question& asked) {
    const auto expected = by_force(asked);
    const auto found = by_query(asked);
    REQUIRE(found.size() == expected.size());
    for (const auto& [truck, want] : expected) {
        INFO("truck " << truck);
        REQUIRE(found.contains(truck));
        const Presence& got = found.at(truck);
        CHECK(got.first_ms == want.first_ms);
        CHECK(got.last_ms == want.last_ms);
        CHECK(got.fixes == want.fixes);
        CHECK(got.stays == want.stays);
        CHECK(got.longest_s == Approx(want.longest_s).margin(1e-6));
        CHECK(got.stayed_s == Approx(want.stayed_s).margin(1e-6));
        CHECK(std::abs(got.nearest_m - want.nearest_m) < 1e-6);
    }
}

}  // namespace

TEST_CASE("a trace over a million fixes finds what looking at each of them finds") {
    REQUIRE(stored().value<int>("SELECT count(*)::int FROM observations") == trucks * fixes_each);
    constexpr std::int64_t hour = 3'600'000;
    check_alike({{28.1, 119.7}, 50, day_ms, day_ms + 12 * hour});
    check_alike({{28.1, 119.7}, 500, day_ms + 2 * hour, day_ms + 3 * hour});
    check_alike({{28.0, 119.6}, 5'000, day_ms + hour, day_ms + 2 * hour});
    check_alike({{28.15, 119.65}, 250, day_ms, day_ms + 6 * hour});
    check_alike({{27.5, 119.0}, 1'000, day_ms, day_ms + 6 * hour});  // nobody
}

TEST_CASE("boxes hold every point of their circle, at poles and across the antimeridian too") {
    const auto& geodesic = GeographicLib::Geodesic::WGS84();
    pqxx::connection connection{stored().conninfo("liuhen_http")};
    pqxx::work work{connection};
    for (const LatLon centre :
         {LatLon{28.1, 119.7}, LatLon{0, 0}, LatLon{0, 179.999}, LatLon{-16.5, -179.995},
          LatLon{78, 15}, LatLon{89.95, 10}, LatLon{-90, 0}}) {
        const auto boxes =
            work.exec_params("SELECT * FROM boxes_around($1, $2, 5000)", centre.lat, centre.lon);
        for (int azimuth = 0; azimuth < 360; azimuth += 3) {
            double lat = 0, lon = 0;
            geodesic.Direct(centre.lat, centre.lon, azimuth, 5'000, lat, lon);
            const auto north = static_cast<int>(std::lround(lat * 1e7));
            const auto east = static_cast<int>(std::lround(lon * 1e7));
            bool held = false;
            for (const auto& box : boxes) {
                held = held || (box[0].as<int>() <= north && north <= box[1].as<int>() &&
                                box[2].as<int>() <= east && east <= box[3].as<int>());
            }
            INFO(centre.lat << ' ' << centre.lon << " azimuth " << azimuth);
            CHECK(held);
        }
    }
}
