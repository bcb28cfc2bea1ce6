#include "telematics/datum.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/items.hpp"
#include "telematics/jtt808/location.hpp"
#include "telematics/text.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::telematics;
using namespace liuhen::telematics::jtt808;

namespace {

const Instant noon = *parse_iso("2026-11-21T04:00:00Z");

Position read(std::string_view hex) {
    return std::get<Position>(*decode(0x0200, Edition::v2013, *from_hex(hex)));
}
// 28.1 N 119.6 E, 45.6 km/h, 90 degrees, -12 m, 2026-11-21 12:00 in China, given a status word.
Position with_status(std::string_view status, std::string_view items = "") {
    return read("00000001" + std::string{status} +
                "01acc5a0"
                "0720f380"
                "fff4"
                "01c8"
                "005a"
                "261121120000" +
                std::string{items});
}
Sighting seen(const Position& p, const Profile& profile = {}) {
    return *sighting_of(p, profile, {.received = noon, .hash = 7, .undated_hash = 8});
}
Fix fix_of(const Position& p, const Profile& profile = {}) {
    return std::get<Fix>(seen(p, profile).what);
}

}  // namespace

TEST_CASE("the basic part of a position is read field by field") {
    const Sighting s = seen(with_status("00000003"));
    const Fix fix = std::get<Fix>(s.what);
    CHECK(fix.at == noon);
    CHECK(fix.where == LatLon{28.1, 119.6});
    CHECK(to_kmh(fix.speed) == Approx(45.6));
    CHECK(fix.heading.value == 90);
    CHECK(fix.source == FixSource::satellite);
    CHECK(s.alarm == 1);
    CHECK(s.status == 3);
    CHECK(s.altitude_m == -12);
    CHECK(s.hash == 7);
}

TEST_CASE("hemisphere bits make south and west negative") {
    CHECK(fix_of(with_status("00000006")).where == LatLon{-28.1, 119.6});
    CHECK(fix_of(with_status("0000000a")).where == LatLon{28.1, -119.6});
}

TEST_CASE("negative coordinates in two's complement are understood") {
    Position p = with_status("00000002");
    p.latitude = static_cast<std::uint32_t>(-12'222'222);
    p.longitude = static_cast<std::uint32_t>(-132'444'444);
    CHECK(fix_of(p).where.lat == Approx(-12.222222));
    CHECK(fix_of(p).where.lon == Approx(-132.444444));
}

TEST_CASE("a coordinate of all ones holds nothing, not the last microdegree before zero") {
    Position p = with_status("00000002");
    p.latitude = p.longitude = 0xFFFFFFFF;
    CHECK(sighting_of(p, {}, {.received = noon}).error() == Fault::bad_value);
    p.status = 0;
    CHECK(fix_of(p).source == FixSource::none);
}

TEST_CASE("coordinates on no earth are refused when the terminal claims a fix") {
    Position p = with_status("00000002");
    p.longitude = 180'000'001;
    CHECK(sighting_of(p, {}, {.received = noon}).error() == Fault::bad_value);
    p.status = 0;
    CHECK(fix_of(p).source == FixSource::none);
}

TEST_CASE("without a fix, at zero or encrypted, a position moves nobody") {
    CHECK(fix_of(with_status("00000001")).source == FixSource::none);
    CHECK(fix_of(with_status("00000022")).source == FixSource::none);
    Position p = with_status("00000002");
    p.latitude = p.longitude = 0;
    CHECK(fix_of(p).source == FixSource::none);
}

TEST_CASE("a terminal on the shifted grid is put back on the earth") {
    const Fix fix = fix_of(with_status("00000022"), Profile{.datum = Datum::gcj02});
    CHECK(fix.source == FixSource::satellite);
    CHECK(gcj02_from_wgs84(fix.where).lat == Approx(28.1).margin(1e-8));
    CHECK(gcj02_from_wgs84(fix.where).lon == Approx(119.6).margin(1e-8));
}

TEST_CASE("the profile's zone is that of the times") {
    CHECK(
        to_iso(fix_of(with_status("00000002"), Profile{.time_zone = std::chrono::minutes{0}}).at) ==
        "2026-11-21T12:00:00Z");
}

TEST_CASE("a time of zeros is replaced by the receipt and marked") {
    Position p = with_status("00000002");
    p.time = {};
    CHECK(seen(p).undated);
    CHECK(seen(p).hash == 8);
    CHECK(fix_of(p).at == noon);
}

TEST_CASE("a time that is no time is refused") {
    Position p = with_status("00000002");
    p.time[1] = std::byte{0x1A};
    CHECK(sighting_of(p, {}, {.received = noon}).error() == Fault::bad_value);
}

TEST_CASE("the load comes from status bits 8 and 9") {
    CHECK(fix_of(with_status("00000002")).load == Load::empty);
    CHECK(fix_of(with_status("00000102")).load == Load::half);
    CHECK(fix_of(with_status("00000202")).load == Load::unknown);
    CHECK(fix_of(with_status("00000302")).load == Load::full);
}

TEST_CASE("a direction of 360 degrees or more is turned back") {
    Position p = with_status("00000002");
    p.direction = 360;
    CHECK(fix_of(p).heading.value == 0);
}

TEST_CASE("odometer and satellites come from their items") {
    const Fix fix = fix_of(with_status("00000002",
                                       "0104000004d2"
                                       "31010b"));
    CHECK(fix.odometer == Metres{123'400});
    CHECK(fix.satellites == 11);
}

TEST_CASE("an item of another length is another vendor's and is only kept") {
    const Sighting s = seen(with_status("00000002",
                                        "0102 04d2"
                                        "3102 0b0b"));
    CHECK_FALSE(std::get<Fix>(s.what).odometer);
    CHECK_FALSE(std::get<Fix>(s.what).satellites);
    CHECK(to_hex(s.raw) == "010204d231020b0b");
}

TEST_CASE("an item that runs past the end closes the list and keeps the position") {
    const Position p = with_status("00000002",
                                   "31010b"
                                   "fb0300");
    CHECK(p.items.size() == 1);
    CHECK(to_hex(p.tail) == "fb0300");
    CHECK(to_hex(seen(p).raw) == "31010bfb0300");
}

TEST_CASE("standard items are measured in the unit of their name") {
    struct Row {
        std::string_view item, name;
        double value;
    };
    const Row rows[] = {
        {"0104000004d2", "odometer_km", 123.4},
        {"02020065", "fuel_l", 10.1},
        {"0302028a", "recorder_speed_kmh", 65},
        {"04020007", "alarm_event", 7},
        {"06028005", "compartment_temperature_c", -5},
        {"060200c8", "compartment_temperature_c", 200},
        {"110100", "area_type", 0},
        {"11050100000009", "area_id", 9},
        {"1206020000000a01", "leaving", 1},
        {"13070000000b012c01", "travel_s", 300},
        {"140400000040", "video_alarm", 64},
        {"18030004 05", "fatigue_degree", 5},
        {"250400000003", "vehicle_signals", 3},
        {"2a020001", "io_state", 1},
        {"2b0400020001", "analog_0", 1},
        {"2b0400020001", "analog_1", 2},
        {"300116", "signal_strength", 22},
        {"31010b", "satellites", 11},
        {"e0013d", "custom_bytes", 61},
    };
    for (const Row& row : rows) {
        const Position p = with_status("00000002", row.item);
        REQUIRE(p.items.size() == 1);
        bool found = false;
        for (const ItemField& field : item_fields(p.items[0])) {
            if (field.name != row.name) continue;
            found = true;
            CHECK(measure(field, p.items[0]) == Approx(row.value));
        }
        INFO(row.name);
        CHECK(found);
    }
}

TEST_CASE("the report of a fix gives the same fix when it is heard") {
    Fix fix;
    fix.at = noon;
    fix.where = {-28.123456, -119.654321};
    fix.speed = from_kmh(61.5);
    fix.heading = {271};
    fix.load = Load::full;
    fix.satellites = 14;
    fix.odometer = Metres{1'234'500};
    const Fix heard = fix_of(report_of(fix));
    CHECK(heard.at == fix.at);
    CHECK(heard.where.lat == Approx(fix.where.lat).margin(1e-9));
    CHECK(heard.where.lon == Approx(fix.where.lon).margin(1e-9));
    CHECK(to_kmh(heard.speed) == Approx(61.5));
    CHECK(heard.heading == fix.heading);
    CHECK(heard.load == fix.load);
    CHECK(heard.satellites == fix.satellites);
    CHECK(heard.odometer == fix.odometer);
}
