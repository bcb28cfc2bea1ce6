#include "base/datum.hpp"
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

/// Alerts of a loaded trip after these sightings, device alerts as KIND:cause.
std::vector<std::string> alerts_of(const Trip& trip, const std::vector<Sighting>& seen) {
    Watch watch(std::make_shared<const Trip>(trip));
    watch.refold(seen, time_of(seen.back().what));
    watch.tick(time_of(seen.back().what));
    std::vector<std::string> all;
    for (const Alert& alert : watch.standing()) {
        const bool device = alert.kind == Kind::device_fault || alert.kind == Kind::position_forged;
        all.push_back(std::string{code(alert.kind)} + (device ? ":" + alert.evidence.place : ""));
        if (!device) continue;
        INFO(all.back());
        CHECK(alert.grade == (alert.kind == Kind::device_fault ? 3 : 2));
        CHECK(alert.tier == (alert.kind == Kind::device_fault ? Tier::c : Tier::a));
        REQUIRE_FALSE(alert.evidence.terms.empty());
        CHECK(alert.evidence.terms.front().value >= alert.evidence.terms.front().limit);
        CHECK_FALSE(alert.evidence.path.empty());
        CHECK_FALSE(alert.evidence.would_clear.empty());
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

/// What a truck in order says: a receiver's errors, satellites that change, wheels, power,
/// ignition.
std::vector<Sighting> sound(const Drive& drive, unsigned seed) {
    Scatter scatter(seed);
    Odometer odometer;
    std::mt19937 random(seed);
    return sensed(drive.seen(), [&](Fix& fix, int) {
        fix.odometer = odometer.at(fix.where);
        fix.recorder_speed = fix.speed;
        fix.where = scatter.of(fix.where);
        fix.satellites = static_cast<std::uint8_t>(8 + random() % 4);
        fix.signals.set(Signal::ignition_told);
        fix.signals.set(Signal::ignition_on);
    });
}

}  // namespace

TEST_CASE("devices in order are not mistrusted") {
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const Drive drive = Drive(afternoon, road[0], seed % 2 == 0 ? 10 : 30)
                                .wait(300)
                                .to(road[1])
                                .wait(600)
                                .to(road[2], {4})
                                .silent(250)
                                .to(road[3])
                                .wait(300);
        INFO("seed " << seed);
        CHECK_FALSE(mistrusts(alerts_of(sound(drive, seed))));
    }
}

TEST_CASE("power cut on the way is a fault, an input that was never wired is none") {
    const Drive drive = along_the_road();
    for (const Signal bit : {Signal::power_cut, Signal::antenna_missing, Signal::gnss_fault}) {
        const auto cut =
            sensed(drive.seen(), [&](Fix& fix, int n) { fix.signals.set(bit, n > 30); });
        CHECK(mistrusts(alerts_of(cut)));
        const auto short_one =
            sensed(drive.seen(), [&](Fix& fix, int n) { fix.signals.set(bit, n > 30 && n < 45); });
        CHECK_FALSE(mistrusts(alerts_of(short_one)));
        const auto unwired = sensed(drive.seen(), [&](Fix& fix, int) { fix.signals.set(bit); });
        CHECK_FALSE(mistrusts(alerts_of(unwired)));
    }
    const auto cut = sensed(drive.seen(), [&](Fix& fix, int n) {
        fix.signals.set(Signal::power_cut, n > 30 && n % 10 != 0);  // a lock reports in between
    });
    CHECK(has(alerts_of(cut), "DEVICE_FAULT:power_cut"));
}

TEST_CASE(
    "no satellites while the link lives is jamming, but not without knowing, nor for seconds") {
    const auto dark = [&](int seconds, std::optional<std::uint8_t> satellites) {
        const Drive drive = Drive(afternoon, road[0])
                                .wait(60)
                                .to(road[1])
                                .source(FixSource::none)
                                .wait(seconds)
                                .source(FixSource::satellite)
                                .to(road[3]);
        return alerts_of(sensed(drive.seen(), [&](Fix& fix, int) {
            if (fix.source == FixSource::none) fix.satellites = satellites;
        }));
    };
    CHECK(has(dark(300, std::uint8_t{0}), "DEVICE_FAULT:jammed"));
    CHECK_FALSE(mistrusts(dark(300, std::nullopt)));
    CHECK_FALSE(mistrusts(dark(300, std::uint8_t{3})));
    CHECK_FALSE(mistrusts(dark(60, std::uint8_t{0})));
}

TEST_CASE("jamming is told while it lasts, from the last good position on") {
    Watch watch(std::make_shared<const Trip>(loaded_trip(road)));
    Drive drive = Drive(afternoon, road[0]).wait(60).to(road[1]);
    const Instant last_good = drive.now();
    drive.source(FixSource::none).wait(120);
    const auto seen = sensed(drive.seen(), [](Fix& fix, int) {
        if (fix.source == FixSource::none) fix.satellites = std::uint8_t{0};
    });
    watch.refold(seen, drive.now());
    REQUIRE(watch.standing().size() == 1);
    CHECK(watch.standing().front().evidence.place == "jammed");
    CHECK(watch.standing().front().since == last_good);
    CHECK_FALSE(watch.standing().front().until);
}

TEST_CASE("a place that stands still while the wheels turn is forged") {
    const Drive drive = along_the_road();
    Odometer odometer;
    LatLon stuck;
    const auto seen = sensed(drive.seen(), [&](Fix& fix, int n) {
        fix.odometer = odometer.at(fix.where);
        if (n == 40) stuck = fix.where;
        if (n > 40 && n < 80) fix.where = stuck;
    });
    CHECK(has(alerts_of(seen), "POSITION_FORGED:frozen"));
    // Parked, the same picture with wheels that stand.
    CHECK_FALSE(mistrusts(alerts_of(Drive(afternoon, road[0]).to(road[1]).wait(600).seen())));
}

TEST_CASE("wheels that tell another length than the satellites for 4 km are a fault") {
    const auto with_share = [&](double share) {
        Odometer odometer;
        return alerts_of(sensed(along_the_road().seen(), [&](Fix& fix, int) {
            fix.odometer = odometer.at(fix.where, share);
        }));
    };
    CHECK(has(with_share(0.7), "DEVICE_FAULT:odometer"));
    CHECK(has(with_share(1.6), "DEVICE_FAULT:odometer"));
    CHECK_FALSE(mistrusts(with_share(1.05)));
    CHECK_FALSE(mistrusts(with_share(0.95)));
    // The recorder's speed does as well, where there is no odometer.
    const auto slow = sensed(along_the_road().seen(),
                             [](Fix& fix, int) { fix.recorder_speed = fix.speed * 0.5; });
    CHECK(has(alerts_of(slow), "DEVICE_FAULT:odometer"));
}

TEST_CASE("another device's odometer between the truck's own is passed over") {
    Odometer odometer;
    const auto seen = sensed(along_the_road().seen(), [&](Fix& fix, int n) {
        fix.odometer = odometer.at(fix.where);
        if (n % 7 == 3) fix.odometer = Metres{12'300};
    });
    CHECK_FALSE(mistrusts(alerts_of(seen)));
}

TEST_CASE("a jump that nothing takes back is forged, one that comes back is not") {
    const LatLon far = shifted(road[1], {0}, {9'000});
    Drive away = Drive(afternoon, road[0]).wait(60).to(road[1]);
    const Drive back =
        Drive(away).jump(far).fix().silent(10).fix().silent(10).jump(road[1]).to(road[3]);
    away.silent(10).jump(far).fix().silent(10).to(shifted(far, {4'000}, {0}));
    CHECK(has(alerts_of(away.seen()), "POSITION_FORGED:jumped"));
    CHECK_FALSE(mistrusts(alerts_of(back.seen())));
}

TEST_CASE("a device that begins with its place of yesterday is forgiven") {
    Drive drive(afternoon, shifted(road[0], {0}, {30'000}));
    drive.fix().silent(10).jump(road[0]).fix().wait(60).to(road[3]);
    CHECK_FALSE(has(alerts_of(drive.seen()), "POSITION_FORGED:jumped"));
}

TEST_CASE("positions of two places at the same time are forged") {
    auto seen = along_the_road().seen();
    const Drive other = Drive(afternoon + 204s, shifted(road[2], {0}, {5'000}), 20)
                            .to(shifted(road[3], {0}, {5'000}));
    seen.insert(seen.end(), other.seen().begin(), other.seen().end());
    std::ranges::stable_sort(seen, {}, [](const Sighting& one) { return time_of(one.what); });
    CHECK(has(alerts_of(seen), "POSITION_FORGED:two_places"));
}

namespace {

/// A lock that reports its own place twice a minute's time and more, beside the truck's fixes.
std::vector<Sighting> with_lock(const Drive& drive, Metres east, bool shifted_grid = false) {
    auto seen = drive.seen();
    const auto fixes = seen;
    for (std::size_t i = 10; i < fixes.size(); i += 6) {
        LockEvent event;
        event.at = time_of(fixes[i].what) + 1s;
        event.lock = {"L1"};
        event.action = LockAction::sealed;
        const LatLon where = shifted(std::get<Fix>(fixes[i].what).where, east, {0});
        event.where = shifted_grid ? gcj02_from_wgs84(where) : where;
        Sighting one;
        one.what = event;
        one.hash = i;
        seen.push_back(one);
    }
    return seen;
}

}  // namespace

TEST_CASE("a lock that is elsewhere than its truck tells that the tracker was moved") {
    const Drive drive = along_the_road();
    CHECK(has(alerts_of(with_lock(drive, {3'000})), "POSITION_FORGED:lock_apart"));
    auto late = with_lock(drive, {0});  // a lock whose clock is 80 s slow: 1,200 m behind
    for (Sighting& one : late) {
        if (auto* event = std::get_if<LockEvent>(&one.what)) event->at += 80s;
    }
    CHECK_FALSE(mistrusts(alerts_of(late)));
    const Drive parked = Drive(afternoon, road[0]).wait(60).to(road[1]).wait(900);
    const auto beside = alerts_of(with_lock(parked, {450}));  // all the way: a grid, not a place
    CHECK(has(beside, "DEVICE_FAULT:datum"));
    CHECK_FALSE(has(beside, "POSITION_FORGED:lock_apart"));
    auto left_behind = with_lock(parked, {0});
    for (Sighting& one : left_behind) {
        auto* event = std::get_if<LockEvent>(&one.what);
        if (event && event->at > parked.now() - 900s) event->where = shifted(road[1], {-450}, {0});
    }
    CHECK(has(alerts_of(left_behind), "POSITION_FORGED:lock_apart"));
    CHECK_FALSE(mistrusts(alerts_of(with_lock(drive, {100}))));
    CHECK_FALSE(mistrusts(alerts_of(with_lock(drive, {0}, true))));  // on the shifted grid
}

TEST_CASE("a track without a receiver's noise is forged when its satellites never change") {
    const Drive drive = along_the_road();
    const auto satellites = [](Fix& fix, int) { fix.satellites = std::uint8_t{9}; };
    CHECK(has(alerts_of(sensed(drive.seen(), satellites)), "POSITION_FORGED:too_smooth"));
    const auto changing = [](Fix& fix, int n) {
        fix.satellites = static_cast<std::uint8_t>(9 + n / 9 % 2);
    };
    CHECK_FALSE(mistrusts(alerts_of(sensed(drive.seen(), changing))));
    for (unsigned seed = 1; seed <= 10; ++seed) {
        Scatter scatter(seed);
        const auto noisy = [&](Fix& fix, int) {
            fix.where = scatter.of(fix.where);
            fix.satellites = std::uint8_t{9};
        };
        CHECK_FALSE(mistrusts(alerts_of(sensed(drive.seen(), noisy))));
    }
}

TEST_CASE("a stretch that is driven again point by point is forged") {
    Scatter scatter(11);
    const Drive drive = Drive(afternoon, road[0]).wait(60).to(road[2]).to(road[1]).to(road[3]);
    const auto noisy =
        sensed(drive.seen(), [&](Fix& fix, int) { fix.where = scatter.of(fix.where); });
    CHECK_FALSE(mistrusts(alerts_of(noisy)));  // there and back, by an honest receiver
    auto again = noisy;
    std::vector<LatLon> points;
    for (const Sighting& one : noisy) points.push_back(std::get<Fix>(one.what).where);
    std::size_t next = 20;
    again = sensed(again, [&](Fix& fix, int n) {
        if (n > 80 && next < 60) fix.where = points[next++];
    });
    CHECK(has(alerts_of(again), "POSITION_FORGED:repeated"));
}

TEST_CASE("a clock that is set back makes the odometer go back, for long it is forged") {
    // Creeps, so that the two times of one device are no impossible distance apart.
    Drive drive = Drive(afternoon, road[0]).wait(60).to(road[1]);
    const Instant slow = drive.now();
    drive.to(shifted(road[1], {900}, {0}), {0.4});
    const auto set_back = [&](std::chrono::seconds by, std::chrono::seconds until) {
        double rolled = 1e6;
        std::optional<LatLon> last;
        auto seen = sensed(drive.seen(), [&](Fix& fix, int) {
            if (last) rolled += flat_distance(*last, fix.where).value;
            last = fix.where;
            fix.odometer = Metres{rolled};
            if (fix.at > slow + 900s && fix.at < slow + until) fix.at -= by;
        });
        std::ranges::stable_sort(seen, {}, [](const Sighting& one) { return time_of(one.what); });
        return alerts_of(seen);
    };
    CHECK(has(set_back(705s, 1h), "POSITION_FORGED:clock_set"));
    const auto shortly = set_back(605s, 1'100s);
    CHECK(has(shortly, "DEVICE_FAULT:clock"));
    CHECK_FALSE(has(shortly, "POSITION_FORGED:clock_set"));
    CHECK_FALSE(mistrusts(set_back(60s, 960s)));  // a jump at midnight
}

TEST_CASE("in a tunnel of the route nothing is jammed and nobody silent") {
    auto trip = loaded_trip(road);
    const auto with_tunnel = [&](std::vector<TunnelSpan> tunnels) {
        const Stretch way{road, std::vector<Metres>(road.size(), Metres{50}), std::move(tunnels)};
        trip.corridor = std::make_shared<const Corridor>(*Corridor::from_stretches({&way, 1}));
        const Drive drive = Drive(afternoon, road[0])
                                .wait(60)
                                .to(road[1])
                                .source(FixSource::none)
                                .to(road[2])
                                .source(FixSource::satellite)
                                .to(road[3]);
        return alerts_of(trip, sensed(drive.seen(), [](Fix& fix, int) {
                             if (fix.source == FixSource::none) fix.satellites = std::uint8_t{0};
                         }));
    };
    CHECK(has(with_tunnel({}), "DEVICE_FAULT:jammed"));
    CHECK_FALSE(mistrusts(with_tunnel({{1, 2}})));
}

TEST_CASE("a slow way through a tunnel of the route is no silence, a stay in it is") {
    auto trip = loaded_trip(road);
    const auto through = [&](std::vector<TunnelSpan> tunnels, int waits) {
        const Stretch way{road, std::vector<Metres>(road.size(), Metres{50}), std::move(tunnels)};
        trip.corridor = std::make_shared<const Corridor>(*Corridor::from_stretches({&way, 1}));
        Drive drive(afternoon, road[0]);
        drive.wait(60).to(road[1]).source(FixSource::none).to(road[2], {5}).wait(waits);
        Watch watch(std::make_shared<const Trip>(trip));
        const auto silent = [](const Alert& one) { return one.kind == Kind::terminal_silent; };
        watch.refold(drive.seen(), drive.now());
        watch.tick(drive.now());
        const bool meanwhile = std::ranges::any_of(watch.standing(), silent);
        drive.source(FixSource::satellite).to(road[3]);
        watch.observe(drive.seen(), drive.now());
        return std::pair{meanwhile, std::ranges::any_of(watch.standing(), silent)};
    };
    CHECK(through({}, 0) == std::pair{true, true});
    CHECK(through({{1, 2}}, 0) == std::pair{false, false});
    CHECK(through({{1, 2}}, 3'000) == std::pair{true, true});
}
