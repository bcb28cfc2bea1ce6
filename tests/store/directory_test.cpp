#include "server/store/directory.hpp"

#include "tests/support/fleet_rows.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::server;

namespace {

const Instant summer = *parse_iso("2026-07-01T00:00:00Z");
const Instant next_year = *parse_iso("2027-07-01T00:00:00Z");

std::shared_ptr<const Directory> read(const test::ScratchDatabase& database, Instant now) {
    pqxx::connection connection{database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    return Directory::read(work, Ground::read(work), now);
}

}  // namespace

TEST_CASE("a terminal is found by its number with its code, its profile and its truck's plate") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    database.sql(
        "UPDATE terminals SET datum = 'gcj02', time_zone_minutes = 0 "
        "WHERE number = '13900000001'");
    const auto directory = read(database, summer);
    const auto* terminal = directory->terminal("13900000001");
    REQUIRE(terminal != nullptr);
    CHECK(terminal->protocol == "jt808");
    CHECK(terminal->enrolled.auth_code == "secret-1");
    CHECK(terminal->enrolled.plate == "浙K00001");
    CHECK(terminal->enrolled.profile.datum == telematics::Datum::gcj02);
    CHECK(terminal->enrolled.profile.time_zone == std::chrono::minutes{0});
    CHECK(directory->terminal("13900000002") == nullptr);
}

TEST_CASE("a device belongs to the vehicle it was on at the time, and to none outside of it") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    const auto directory = read(database, summer);
    const auto* terminal = directory->terminal("13900000001");
    REQUIRE(directory->carrier_of(*terminal, summer) != nullptr);
    CHECK(directory->carrier_of(*terminal, summer)->id.text == rows.vehicle);
    CHECK(directory->carrier_of(*terminal, next_year) == nullptr);
    CHECK(read(database, next_year)->terminal("13900000001")->enrolled.plate.empty());
}

TEST_CASE("a lock that dials in itself speaks for the vehicle that the lock is bound to") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    const auto directory = read(database, summer);
    const auto* line = directory->terminal("8531000042");
    REQUIRE(line != nullptr);
    REQUIRE(directory->carrier_of(*line, summer) != nullptr);
    CHECK(directory->carrier_of(*line, summer)->id.text == rows.vehicle);
}

TEST_CASE("a lock's fixes move a truck only while it has no tracker of its own") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    const auto directory = read(database, summer);
    const auto tracker = directory->terminal("13900000001")->key;
    const auto lock = directory->terminal("8531000042")->key;
    const VehicleId vehicle{rows.vehicle};
    CHECK(directory->moves(vehicle, tracker, summer));
    CHECK_FALSE(directory->moves(vehicle, lock, summer));
    CHECK(directory->moves(vehicle, lock, next_year));
}

TEST_CASE("sites and routes are shapes that can be judged") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    const auto directory = read(database, summer);
    const auto* origin = directory->places()->find({rows.origin});
    REQUIRE(origin != nullptr);
    CHECK(origin->kind == geofence::SiteKind::producer);
    CHECK(origin->shape.contains({.lat = 28.1, .lon = 119.6}));
    const auto corridor = directory->corridor({rows.route}, 1);
    REQUIRE(corridor != nullptr);
    CHECK(corridor->length().value == Approx(19'650).margin(50));
    CHECK(directory->corridor({"no such route"}, 1) == nullptr);
    CHECK(directory->corridor({rows.route}, 2) == nullptr);
}

TEST_CASE("a reading keeps the corridors it knew, reads what was approved since, and no proposal") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    const auto refreshed = [&](const std::shared_ptr<const Ground>& before) {
        pqxx::connection connection{database.conninfo("liuhen_core")};
        pqxx::work work{connection};
        return before ? Ground::refreshed(work, before) : Ground::read(work);
    };
    const auto first = refreshed(nullptr);
    database.sql(
        "INSERT INTO route_versions (route_id, version, kind, line, half_widths_m, tunnels,"
        " proposed_at, role) SELECT route_id, 2, 'roads',"
        " ST_GeomFromText('MULTILINESTRING((119.6 28.1, 119.7 28.11, 119.8 28.1))', 4326),"
        " '{40, 65.5, 40}', '{0, 1}', '2026-02-01Z', 'operator' FROM route_versions");
    CHECK(refreshed(first)->corridors.size() == 1);
    database.sql(
        "INSERT INTO route_decisions (route_id, version, what, why, at, role)"
        " SELECT route_id, 2, 'approve', '', '2026-02-01Z', 'operator' FROM routes"
        " JOIN route_versions ON route_id = id WHERE version = 2");
    const auto second = refreshed(first);
    REQUIRE(second->corridors.size() == 2);
    CHECK(second->places == first->places);
    CHECK(second->corridors.at({{rows.route}, 1}) == first->corridors.at({{rows.route}, 1}));
    const auto& corridor = second->corridors.at({{rows.route}, 2});
    CHECK(corridor->half_width({5'000}).value == Approx(65.5));
    REQUIRE(corridor->tunnels().size() == 1);
    CHECK(corridor->tunnels()[0].to.value == Approx(corridor->length().value / 2).margin(50));
}

TEST_CASE("a diversion is of its time, ends when somebody ends it, and never touches older legs") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    const auto publish = [&](const char* id, const char* from, const char* until) {
        database.sql(
            std::string{"INSERT INTO route_diversions (id, route_id, line, half_widths_m, valid,"
                        " why, published_at, role, token_id) SELECT '"} +
            id +
            "', id, ST_GeomFromText('MULTILINESTRING((119.65 28.1, 119.66 28.12, 119.67 28.1))',"
            " 4326), '{50, 50, 50}', tstzrange('" +
            from + "', '" + until + "'), 'bridge works', '" + from +
            "', 'regulator', gen_random_uuid() FROM routes");
    };
    publish("00000000-0000-7000-8000-0000000000d1", "2026-03-01Z", "2026-03-05Z");
    publish("00000000-0000-7000-8000-0000000000d2", "2026-04-01Z", "2026-04-05Z");
    database.sql(
        "INSERT INTO route_diversion_ends (diversion_id, why, at, role, token_id) VALUES"
        " ('00000000-0000-7000-8000-0000000000d1', 'done early', '2026-03-02Z', 'regulator',"
        " gen_random_uuid())");
    const auto directory = read(database, summer);
    const auto at = [](const char* day) { return *parse_iso(std::string{day} + "T00:00:00Z"); };
    const auto of = [&](const char* from, const char* until) {
        return directory->diversions({rows.route}, {at(from), at(until)}).size();
    };
    CHECK(of("2026-02-01", "2026-02-28") == 0);
    REQUIRE(of("2026-02-28", "2026-03-03") == 1);
    CHECK(directory->diversions({rows.route}, {at("2026-02-28"), at("2026-03-03")})[0].during ==
          Interval{at("2026-03-01"), at("2026-03-02")});
    CHECK(of("2026-03-02", "2026-03-04") == 0);
    CHECK(of("2026-03-01", "2026-05-01") == 2);
    CHECK(directory->diversions({rows.route}, {at("2026-03-31"), std::nullopt}).size() == 1);
    CHECK(directory->diversions({"no such route"}, {}).empty());
}

TEST_CASE("a shape that cannot be used is left out and the others stay") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    database.sql(
        "INSERT INTO sites (id, name, kind, fence) VALUES (gen_random_uuid(), 'Bow tie', "
        "'rest', ST_GeomFromText('MULTIPOLYGON(((0 0, 1 1, 1 0, 0 1, 0 0)))', 4326))");
    CHECK(read(database, summer)->places()->all().size() == 2);
}
