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
    const auto corridor = directory->corridor({rows.route});
    REQUIRE(corridor != nullptr);
    CHECK(corridor->length().value == Approx(19'650).margin(50));
    CHECK(directory->corridor({"no such route"}) == nullptr);
}

TEST_CASE("a shape that cannot be used is left out and the others stay") {
    const test::ScratchDatabase database;
    const test::FleetRows rows{database};
    database.sql(
        "INSERT INTO sites (id, name, kind, fence) VALUES (gen_random_uuid(), 'Bow tie', "
        "'rest', ST_GeomFromText('MULTIPOLYGON(((0 0, 1 1, 1 0, 0 1, 0 0)))', 4326))");
    CHECK(read(database, summer)->places()->all().size() == 2);
}
