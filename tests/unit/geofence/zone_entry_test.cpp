#include "geofence/watch.hpp"
#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

LatLon east(double metres, double north = 0) { return shifted(sketch_corner, {metres}, {north}); }
const Path road{east(0), east(20'000)};

/// A belt of water protection: from `west` to `west` + 2 km, north of `edge`.
Site belt(double edge, Protection level = Protection::level_1, double west = 5'000) {
    const Path ring{east(west, edge), east(west + 2'000, edge), east(west + 2'000, edge + 1'500),
                    east(west, edge + 1'500)};
    Site site = round_site("W", SiteKind::water_source, road[0], {10});
    site.shape = Shape::polygon({ring}).value();
    site.protection = level;
    return site;
}
/// The ZONE_ENTRY that stands after the drive; nullopt: none.
std::optional<Alert> entry(const Drive& drive, const Site& zone) {
    Watch watch(std::make_shared<const Trip>(loaded_trip(road, {zone})));
    watch.refold(drive.seen(), drive.now());
    for (const Alert& alert : watch.standing()) {
        if (alert.kind == Kind::zone_entry) return alert;
    }
    return std::nullopt;
}
double term(const Alert& alert, std::string_view name) {
    const auto found = std::ranges::find(alert.evidence.terms, name, &Term::name);
    return found == alert.evidence.terms.end() ? -1 : found->value;
}

}  // namespace

TEST_CASE("grazing a zone 20 to 100 m deep off the road is found at steps of 5 to 30 s") {
    for (const double depth : {20.0, 60.0, 100.0}) {
        for (const int step : {5, 10, 30}) {
            INFO(depth << " m deep, every " << step << " s");
            Drive drive(afternoon, road[0], step);
            drive.to(east(4'000)).to(east(4'300, 400 + depth), {12});
            drive.to(east(7'400, 400 + depth), {12}).to(east(8'000)).to(east(19'000));
            const auto found = entry(drive, belt(400));
            REQUIRE(found);
            CHECK(term(*found, "depth_m") == Approx(depth).margin(2));
        }
    }
}

TEST_CASE("a corner of a zone between two fixes off the road is found too") {
    Site zone = belt(400);
    zone.shape = Shape::circle(east(5'000, 600), {60}).value();  // some 8 s wide
    Drive drive(afternoon, road[0], 30);
    drive.to(east(4'000)).to(east(4'350, 570), {12}).to(east(6'000, 570), {15});
    for (const Sighting& one : drive.seen()) {
        REQUIRE_FALSE(zone.shape.contains(std::get<Fix>(one.what).where));
    }
    CHECK(entry(drive.to(east(6'000)).to(east(19'000)), zone));
}

TEST_CASE("the approved road through a zone, and one that passes it by, are quiet") {
    Drive drive(afternoon, road[0], 10);
    drive.to(east(19'000));
    CHECK_FALSE(entry(drive, belt(-700)));  // the road runs through it
    CHECK_FALSE(entry(drive, belt(20)));    // 20 m beside the road
    Drive aside(afternoon, road[0], 10);
    aside.to(east(4'000)).to(east(4'100, 300)).to(east(8'000, 300)).to(east(8'100));
    CHECK_FALSE(entry(aside.to(east(19'000)), belt(400)));  // off the road, 100 m from it
}

TEST_CASE("an entry off the road is foreseen a minute ahead and then needs one fix inside") {
    Drive until(afternoon, road[0], 10);
    until.to(east(6'000)).to(east(6'000, 910), {12});
    const Fix& newest = std::get<Fix>(until.seen().back().what);
    const Fix& before = std::get<Fix>(until.seen()[until.seen().size() - 2].what);
    REQUIRE(belt(900).shape.contains(newest.where));
    REQUIRE_FALSE(belt(900).shape.contains(before.where));
    const auto found = entry(until, belt(900));
    REQUIRE(found);
    CHECK(found->since == newest.at);
    CHECK(term(*found, "predicted_in_s") >= 50);
    CHECK(term(*found, "predicted_in_s") <= 70);
    CHECK(term(*found, "fixes_inside") == 1);
}

TEST_CASE("what is foreseen and does not happen is nothing") {
    Drive drive(afternoon, road[0], 10);
    drive.to(east(6'000)).to(east(6'000, 850), {12}).to(east(6'000)).to(east(19'000));
    CHECK_FALSE(entry(drive, belt(900)));
}

TEST_CASE("the belt round a source is a grade less grave than the source") {
    Drive drive(afternoon, road[0], 10);
    drive.to(east(6'000)).to(east(6'000, 1'200)).to(east(6'000)).to(east(19'000));
    CHECK(entry(drive, belt(400))->grade == 1);
    CHECK(entry(drive, belt(400, Protection::level_2))->grade == 1);
    CHECK(entry(drive, belt(400, Protection::unstated))->grade == 1);
    CHECK(entry(drive, belt(400, Protection::quasi))->grade == 2);
}

TEST_CASE("a restriction holds while it is in force") {
    Site closed = belt(400);
    closed.kind = SiteKind::restricted;
    Drive drive(afternoon, road[0], 10);
    drive.to(east(6'000)).to(east(6'000, 1'200)).to(east(6'000)).to(east(19'000));
    closed.valid = {.from = afternoon - 1h, .until = afternoon + 1h};
    const auto found = entry(drive, closed);
    REQUIRE(found);
    CHECK(found->grade == 2);
    closed.valid = {.from = afternoon - 2h, .until = afternoon - 1h};
    CHECK_FALSE(entry(drive, closed));
    closed.valid = {.from = drive.now() + 1h, .until = std::nullopt};
    CHECK_FALSE(entry(drive, closed));
}

TEST_CASE("every protection level has a code that leads back to it") {
    for (int i = 0; i < static_cast<int>(Protection::count_); ++i) {
        const auto level = static_cast<Protection>(i);
        CHECK(protection_from_code(code(level)) == level);
    }
    CHECK_FALSE(protection_from_code("level_3"));
}
