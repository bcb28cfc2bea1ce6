// Zones against PostGIS on the same polygons: who is inside, how far the boundary is, and which
// rings are polygons at all.
#include "geofence/zone.hpp"
#include "tests/support/scratch_db.hpp"
#include "tests/support/sketch.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

#include <cmath>
#include <numbers>
#include <random>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

double within(std::mt19937& random, double least, double most) {
    return std::uniform_real_distribution<double>(least, most)(random);
}

/// A ring round `middle` that never turns back, its corners `least` to `most` metres out.
Path star(std::mt19937& random, LatLon middle, double least, double most) {
    const int corners = 3 + static_cast<int>(random() % 60);
    Path ring;
    for (int i = 0; i < corners; ++i) {
        const double angle = 2 * std::numbers::pi * (i + within(random, 0, 0.9)) / corners;
        const double reach = within(random, least, most);
        ring.push_back(shifted(middle, {reach * std::cos(angle)}, {reach * std::sin(angle)}));
    }
    return ring;
}

/// Any points in any order: often it crosses itself.
Path scrawl(std::mt19937& random, LatLon middle) {
    Path ring;
    for (int i = 3 + static_cast<int>(random() % 4); i > 0; --i) {
        ring.push_back(shifted(middle, {within(random, -500, 500)}, {within(random, -500, 500)}));
    }
    return ring;
}

std::string wkt(const std::vector<Path>& rings) {
    std::ostringstream out;
    out.precision(17);
    out << "POLYGON(";
    for (const Path& ring : rings) {
        out << (&ring == &rings.front() ? "(" : ",(");
        for (const LatLon p : ring) out << p.lon << ' ' << p.lat << ',';
        out << ring.front().lon << ' ' << ring.front().lat << ')';
    }
    out << ')';
    return out.str();
}

std::string array_of(const Path& points, double LatLon::*part) {
    std::ostringstream out;
    out.precision(17);
    for (const LatLon p : points) out << (out.tellp() == 0 ? "{" : ",") << p.*part;
    out << '}';
    return out.str();
}

constexpr const char* inside_and_away =
    "SELECT ST_Covers(zone, place), ST_Distance(ST_Boundary(zone)::geography, place::geography)"
    " FROM ST_GeomFromText($1, 4326) AS zone,"
    " unnest($2::float8[], $3::float8[]) WITH ORDINALITY AS given(lon, lat, number),"
    " ST_SetSRID(ST_MakePoint(lon, lat), 4326) AS place ORDER BY number";

}  // namespace

TEST_CASE("PostGIS agrees who is inside a zone, and how far its boundary is to 1 % or 0.5 m") {
    const ScratchDatabase database;
    pqxx::connection connection{database.conninfo("liuhen_owner")};
    pqxx::work work{connection};
    std::mt19937 random(63);
    int inside = 0;
    int looked = 0;
    double worst = 0;
    for (int zone = 0; zone < 120; ++zone) {
        const LatLon middle{.lat = within(random, -60, 60), .lon = within(random, -179, 179)};
        const double size = within(random, 80, 3'000);
        std::vector<Path> rings{star(random, middle, size / 2, size)};
        const bool has_hole = zone % 3 == 0 && rings.front().size() > 12;
        if (has_hole) rings.push_back(star(random, middle, size / 16, size / 8));
        const auto shape = Shape::polygon(rings);
        if (!shape) continue;  // a star of three corners may have its hole outside
        Path places;
        for (int i = 0; i < 60; ++i) {
            places.push_back(shifted(middle, {within(random, -1.5 * size, 1.5 * size)},
                                     {within(random, -1.5 * size, 1.5 * size)}));
        }
        const auto rows =
            work.exec_params(inside_and_away, wkt(rings), array_of(places, &LatLon::lon),
                             array_of(places, &LatLon::lat));
        for (std::size_t i = 0; i < places.size(); ++i) {
            const auto row = rows[static_cast<pqxx::result::size_type>(i)];
            const double away = row[1].as<double>();
            const double ours = shape->signed_distance(places[i]).value;
            ++looked;
            INFO(wkt(rings).substr(0, 200) << " at " << places[i].lon << ' ' << places[i].lat);
            REQUIRE(std::abs(ours) == Approx(away).margin(0.5).epsilon(0.01));
            worst = std::max(worst, std::abs(std::abs(ours) - away) / std::max(away, 50.0));
            if (away < 0.5) continue;  // on the line
            REQUIRE(shape->contains(places[i]) == row[0].as<bool>());
            inside += row[0].as<bool>();
        }
    }
    INFO(worst << " of the distance at worst, " << inside << " of " << looked << " inside");
    CHECK(looked > 5'000);
    CHECK(inside > 1'000);
    CHECK(worst < 0.005);
}

TEST_CASE("what PostGIS holds for no polygon is refused, with the vertex or edge at fault") {
    const ScratchDatabase database;
    pqxx::connection connection{database.conninfo("liuhen_owner")};
    pqxx::work work{connection};
    std::mt19937 random(64);
    int refused = 0;
    int taken = 0;
    for (int i = 0; i < 400; ++i) {
        const std::vector<Path> rings{scrawl(random, sketch_corner)};
        const auto shape = Shape::polygon(rings);
        const auto valid =
            work.exec_params1("SELECT ST_IsValid(ST_GeomFromText($1, 4326))", wkt(rings))[0]
                .as<bool>();
        INFO(wkt(rings));
        REQUIRE(shape.has_value() == valid);
        (valid ? taken : refused) += 1;
        if (!valid) REQUIRE(shape.error().code == GeoFaultCode::self_crossing);
        if (!valid) REQUIRE(shape.error().index < rings.front().size());
    }
    CHECK(refused > 50);
    CHECK(taken > 50);
}
