#include "base/datum.hpp"
#include "geofence/detect/grid_offset.hpp"
#include "geofence/watch.hpp"
#include "tests/support/sensed.hpp"

#include <catch2/catch.hpp>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

const auto at = sketch(R"(
    A---------B--------C---------D
              x                    )",
                       Metres{500});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};
/// A straight first road, then bends.
const Path bent{road[0], road[1], shifted(road[1], {0}, {4'000}), shifted(road[2], {0}, {4'000})};

/// Alerts of a loaded trip after these sightings, device alerts as KIND:cause.
std::vector<std::string> alerts_of(const Trip& trip, const std::vector<Sighting>& seen) {
    Watch watch(std::make_shared<const Trip>(trip));
    watch.refold(seen, time_of(seen.back().what));
    watch.tick(time_of(seen.back().what));
    std::vector<std::string> all;
    for (const Alert& alert : watch.standing()) {
        const bool device = alert.kind == Kind::device_fault || alert.kind == Kind::position_forged;
        all.push_back(std::string{code(alert.kind)} + (device ? ":" + alert.evidence.place : ""));
    }
    return all;
}
std::vector<std::string> alerts_of(const std::vector<Sighting>& seen) {
    return alerts_of(loaded_trip(road), seen);
}
bool has(const std::vector<std::string>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}
bool mistrusts(const std::vector<std::string>& all) {
    return std::ranges::any_of(all, [](const std::string& one) {
        return one.starts_with("DEVICE_FAULT") || one.starts_with("POSITION_FORGED");
    });
}

Drive along_the_road() { return Drive(afternoon, road[0]).wait(60).to(road[3]).wait(200); }

/// The drive as a device on another grid tells it, and its lock by satellites of its own.
std::vector<Sighting> told_on(const Drive& drive, Metres east, Metres north, unsigned seed) {
    Scatter scatter(seed);
    return sensed(drive.seen(),
                  [&](Fix& fix, int) { fix.where = shifted(scatter.of(fix.where), east, north); });
}

}  // namespace

TEST_CASE("a device on the shifted grid is a fault and neither a detour nor a departure") {
    for (unsigned seed = 1; seed <= 5; ++seed) {
        Scatter scatter(seed);
        const auto seen = sensed(along_the_road().seen(), [&](Fix& fix, int) {
            fix.where = gcj02_from_wgs84(scatter.of(fix.where));
        });
        INFO("seed " << seed);
        CHECK(alerts_of(seen) == std::vector<std::string>{"DEVICE_FAULT:datum"});
    }
}

TEST_CASE("a device whose grid lies a constant way off is a fault and nothing else") {
    for (unsigned seed = 1; seed <= 11; ++seed) {
        Scatter scatter(seed);
        const double angle = 0.26 + seed * 0.5;
        const Metres east{480 * std::cos(angle)}, north{480 * std::sin(angle)};
        // Loaded in a corner of the yard; the road has bends.
        const Drive drive = Drive(afternoon, shifted(road[0], {60}, {50}))
                                .wait(300)
                                .to(road[0])
                                .to(road[1])
                                .to(at.at('x'))
                                .to(road[2])
                                .to(road[3])
                                .wait(300);
        auto trip = loaded_trip({road[0], road[1], at.at('x'), road[2], road[3]});
        const auto seen = sensed(drive.seen(), [&](Fix& fix, int) {
            fix.where = shifted(scatter.of(fix.where), east, north);
        });
        INFO("seed " << seed);
        CHECK(alerts_of(trip, seen) == std::vector<std::string>{"DEVICE_FAULT:datum"});
    }
}

TEST_CASE("who only begins beside the route is on no other grid") {
    const Drive drive =
        Drive(afternoon, shifted(road[0], {0}, {600})).wait(30).to(road[0]).to(road[3]).wait(200);
    CHECK_FALSE(mistrusts(alerts_of(drive.seen())));
}

TEST_CASE("who began on the route is not excused by the shifted grid later") {
    const LatLon there = gcj02_from_wgs84(road[1]);
    const Drive drive =
        Drive(afternoon, road[0]).wait(60).to(road[1]).to(there).wait(600).to(road[1]).to(road[3]);
    const auto all = alerts_of(drive.seen());
    CHECK(has(all, "ROUTE_DEVIATION"));
    CHECK_FALSE(has(all, "DEVICE_FAULT:datum"));
}

TEST_CASE("a grid that lies along the first road is found at the first bend, and only there") {
    const auto trip = loaded_trip(bent);
    const auto seen_by = [&](Metres east, Drive drive) {
        Scatter scatter(3);
        return sensed(
            drive.to(bent[1]).to(bent[2]).to(bent[3]).wait(300).seen(),
            [&](Fix& fix, int) { fix.where = shifted(scatter.of(fix.where), east, {0}); });
    };
    const Drive loaded = Drive(afternoon, bent[0]).wait(300);
    CHECK(alerts_of(trip, seen_by({450}, loaded)) ==
          std::vector<std::string>{"DEVICE_FAULT:datum"});
    // A truck whose load was signed on the road, 450 m on: in order, and not excused where it
    // leaves the road.
    const Drive late = Drive(afternoon, shifted(bent[0], {450}, {0})).wait(60);
    CHECK(alerts_of(trip, seen_by({0}, late)).empty());
    Drive away = late;
    away.to(bent[1]).to(bent[2]).to(shifted(bent[2], {0}, {2'500}));
    CHECK(has(alerts_of(trip, away.seen()), "ROUTE_DEVIATION"));
}

TEST_CASE("who stands in its origin by another grid may have its lock open there, and no farther") {
    const auto trip = loaded_trip(bent);
    const auto opened = [&](Drive drive) {
        drive.to(bent[1]).to(bent[2]).to(bent[3]).wait(300);
        return alerts_of(trip, told_on(drive, {450}, {0}, 5));
    };
    Drive loading(afternoon, bent[0]);
    loading.lock(LockAction::unsealed).wait(120).lock(LockAction::sealed).wait(60);
    CHECK(opened(loading) == std::vector<std::string>{"DEVICE_FAULT:datum"});
    Drive later = Drive(afternoon, bent[0]).wait(120).to(shifted(bent[0], {2'500}, {0}));
    later.lock(LockAction::unsealed).wait(120).lock(LockAction::sealed);
    CHECK(has(opened(later), "LOCK_OPENED_EN_ROUTE"));
}

TEST_CASE("a burst of errors on the first metres does not undo a grid that lies off") {
    const auto trip = loaded_trip(bent);
    const Drive drive =
        Drive(afternoon, bent[0]).wait(120).to(bent[1]).to(bent[2]).to(bent[3]).wait(300);
    auto seen = told_on(drive, {-300}, {-320}, 7);
    seen = sensed(seen, [](Fix& fix, int n) {
        if (n == 14 || n == 19 || n == 24) fix.where = shifted(fix.where, {30}, {110});
    });
    CHECK(alerts_of(trip, seen) == std::vector<std::string>{"DEVICE_FAULT:datum"});
}

TEST_CASE("a shifted device that leaves the road is off it, and its grid stays what it was") {
    const auto trip = loaded_trip(bent);
    Drive drive = Drive(afternoon, bent[0]).wait(120).to(bent[1]).to(bent[2]);
    drive.to(shifted(bent[2], {0}, {1'500})).wait(200).to(bent[2]).to(bent[3]).wait(300);
    const auto all = alerts_of(trip, told_on(drive, {-300}, {-320}, 9));
    CHECK(all == std::vector<std::string>{"DEVICE_FAULT:datum", "ROUTE_DEVIATION"});
}

TEST_CASE("each road shows what lies across it, two roads show the whole offset") {
    const std::array lines{bent};
    const Corridor corridor = Corridor::from_lines(lines, Metres{50}).value();
    const Metres east{300}, north{-200};
    const auto told = [&](LatLon where) { return shifted(where, east, north); };
    // The first place was 60 m beside the start of the route, either way.
    GridOffset offset(told(shifted(bent[0], {60}, {-60})), bent[0]);
    const auto error = [&](LatLon where) {
        return flat_distance(offset.put_back(told(where)), where).value;
    };
    const auto drive = [&](double from, double to) {
        for (double along = from; along < to; along += 100) {
            const LatLon where = told(corridor.point_at({along}));
            offset.learn(where, corridor.locate(offset.put_back(where)), corridor);
        }
    };
    CHECK(error(bent[0]) == Approx(85).margin(1));
    drive(200, 3'000);  // eastward: what lies north is known
    CHECK(error(bent[0]) == Approx(60).margin(5));
    const double first = flat_distance(bent[0], bent[1]).value;
    drive(first + 300, first + 2'000);
    CHECK(error(bent[1]) < 6);
    // A place that lies 300 m beside the road is no error of the grid.
    const LatLon aside = told(shifted(bent[2], {-300}, {-1'000}));
    for (int i = 0; i < 20; ++i)
        offset.learn(shifted(aside, {0}, Metres{i * 60.0}), corridor.locate(offset.put_back(aside)),
                     corridor);
    CHECK(error(bent[1]) < 6);
}

TEST_CASE("a track without noise is forged on a shifted grid as well") {
    const auto trip = loaded_trip(bent);
    const Drive drive =
        Drive(afternoon, bent[0]).wait(120).to(bent[1]).to(bent[2]).to(bent[3]).wait(300);
    const auto from = [&](int forged) {
        std::mt19937 random(4);
        Scatter scatter(4);
        return alerts_of(trip, sensed(drive.seen(), [&](Fix& fix, int n) {
                             const bool made_up = n >= forged;
                             const LatLon where = made_up ? fix.where : scatter.of(fix.where);
                             fix.where = shifted(where, {310}, {-290});
                             fix.satellites =
                                 static_cast<std::uint8_t>(made_up ? 9 : 8 + random() % 4);
                         }));
    };
    CHECK_FALSE(has(from(10'000), "POSITION_FORGED:too_smooth"));
    CHECK(has(from(30), "POSITION_FORGED:too_smooth"));
}
