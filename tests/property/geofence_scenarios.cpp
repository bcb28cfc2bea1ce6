#include "tests/property/geofence_scenarios.hpp"

#include "base/datum.hpp"
#include "tests/support/sensed.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <random>
#include <utility>

namespace liuhen::test {
namespace {

using namespace liuhen::geofence;
using namespace std::chrono_literals;

const auto at = sketch(R"(
                 W
    A------B-----C------D
                 x        )",
                       Metres{500});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};

Scenario make(std::string name, const Drive& drive, std::vector<Site> sites = {}) {
    return {std::move(name), loaded_trip(road, std::move(sites)), drive.seen(),
            drive.now() + 20min};
}

/// What trucks and their devices say of themselves, and lateness.
std::vector<Scenario> device_scenarios() {
    std::vector<Scenario> all;
    const Drive day =
        Drive(afternoon, road[0]).wait(60).to(road[1]).wait(300).to(road[2]).to(road[3], {5});
    const auto said = [&](std::string name, auto change) -> Scenario& {
        auto scenario = make(std::move(name), day);
        scenario.seen = sensed(scenario.seen, std::move(change));
        return all.emplace_back(std::move(scenario));
    };
    said("weight goes", [](Fix& fix, int n) {
        fix.mass = Grams{(n < 60   ? 20'000
                          : n < 75 ? 20'000 - (n - 60) * 600
                                   : 11'000) *
                             1'000LL +
                         n * 7'919 % 100'000};
        fix.signals.set(Signal::lifted, n > 58 && n < 76);
    });
    said("power cut, jammed, frozen",
         [odometer = Odometer{}, stuck = LatLon{}](Fix& fix, int n) mutable {
             fix.odometer = odometer.at(fix.where);
             fix.signals.set(Signal::power_cut, n > 20 && n < 70);
             if (n > 75 && n < 95) {
                 fix.source = FixSource::none;
                 fix.satellites = std::uint8_t{0};
             }
             if (n == 110) stuck = fix.where;
             if (n > 110 && n < 150) fix.where = stuck;
         });
    said("wheels differ, clock goes back", [odometer = Odometer{}](Fix& fix, int n) mutable {
        fix.odometer = odometer.at(fix.where, 0.6);
        if (n > 100 && n < 140) fix.at -= 15s;
    });
    said("too smooth", [](Fix& fix, int) { fix.satellites = std::uint8_t{9}; });
    said("on the shifted grid", [](Fix& fix, int) { fix.where = gcj02_from_wgs84(fix.where); });
    {
        Scenario& late = said("late, a lock apart", [](Fix&, int) {});
        late.trip.due_at = afternoon + 300s;
        for (int i = 0; i < 30; ++i) {
            LockEvent event;
            event.at = afternoon + std::chrono::seconds{20 * i + 7};
            event.lock = {"L1"};
            event.action = LockAction::sealed;
            event.where = at.at('W');
            Sighting one;
            one.what = event;
            one.hash = static_cast<std::uint64_t>(i) + 1;
            late.seen.push_back(one);
        }
    }
    {
        auto wrong = make("another receiver",
                          Drive(afternoon, road[0])
                              .lock(LockAction::sealed)
                              .to(road[1])
                              .to(at.at('x'))
                              .lock(LockAction::unsealed)
                              .wait(600)
                              .lock(LockAction::sealed)
                              .to(road[2]),
                          {round_site("X", SiteKind::receiver, at.at('x'), {150})});
        all.push_back(std::move(wrong));
    }
    return all;
}

/// Locks that open, are cut, fall silent.
std::vector<Scenario> lock_scenarios() {
    std::vector<Scenario> all;
    all.push_back(make("lock", Drive(night, road[0])
                                   .lock(LockAction::sealed)
                                   .wait(60)
                                   .to(road[1])
                                   .lock(LockAction::unsealed)
                                   .wait(60)
                                   .lock(LockAction::unsealed)
                                   .wait(300)
                                   .lock(LockAction::sealed)
                                   .to(at.at('x'))
                                   .lock(LockAction::cut)
                                   .wait(300)
                                   .to(road[2])));
    all.push_back(make("dumped twice", Drive(night, road[0])
                                           .lock(LockAction::sealed)
                                           .wait(60)
                                           .to(road[1])
                                           .lock(LockAction::unsealed)
                                           .wait(300)
                                           .lock(LockAction::sealed)
                                           .to(road[2], {8})
                                           .to(shifted(road[3], {-600}, {0}), {8})
                                           .lock(LockAction::unsealed)
                                           .wait(300)
                                           .lock(LockAction::sealed)
                                           .to(road[3])
                                           .wait(200)));
    {
        Drive drive(afternoon, road[0]);
        for (int i = 0; i < 9; ++i) drive.wait(120).lock(LockAction::sealed).cuts(4);
        drive.to(road[1], {1.5}).lock(LockAction::reported).cuts(5).to(road[2], {1.5}).cuts(5);
        all.push_back(make("a lock lost, then cut", drive.to(road[3]).wait(60)));
    }
    return all;
}

/// Standing and leaving the road.
std::vector<Scenario> road_scenarios() {
    std::vector<Scenario> all;
    all.push_back(make("honest", Drive(afternoon, road[0], 5)
                                     .wait(400)
                                     .lock(LockAction::sealed)
                                     .to(road[1])
                                     .to(road[2])
                                     .to(road[3])
                                     .wait(300)));
    all.push_back(make("detour", Drive(afternoon, road[0])
                                     .wait(60)
                                     .to(road[1])
                                     .to(at.at('x'))
                                     .wait(120)
                                     .to(at.at('C'))
                                     .to(at.at('D'))
                                     .wait(200)));
    all.push_back(make("stop", Drive(afternoon, road[0], 5)
                                   .wait(60)
                                   .to(road[1])
                                   .wait(1500)
                                   .to(road[2])
                                   .to(road[3])
                                   .wait(200)));
    return all;
}

/// Silences, zones, errors, and no manifest at all.
std::vector<Scenario> other_scenarios() {
    std::vector<Scenario> all;
    all.push_back(make("silence, sent late", Drive(afternoon, road[0])
                                                 .wait(60)
                                                 .to(road[1])
                                                 .silent(900)
                                                 .to(road[2])
                                                 .silent(2400)
                                                 .fix()
                                                 .to(road[3])
                                                 .wait(60)));
    all.push_back(make("zone",
                       Drive(afternoon, road[0], 5)
                           .to(road[2])
                           .to(at.at('W'))
                           .wait(400)
                           .to(road[2])
                           .to(road[3])
                           .wait(60),
                       {round_site("W", SiteKind::water_source, at.at('W'), {300})}));
    all.push_back(make("one wild fix", Drive(afternoon, road[0])
                                           .to(road[1])
                                           .jump({.lat = 29, .lon = 121})
                                           .fix()
                                           .jump(road[1])
                                           .to(road[2])
                                           .to(road[3])
                                           .wait(60)));
    {
        Drive drive(afternoon, road[0]);
        drive.wait(600).to(road[1]).to(road[2]).wait(60).to(road[3]).wait(120);
        auto trip = empty_trip({round_site("P", SiteKind::producer, road[0], {150}),
                                round_site("R", SiteKind::receiver, road[3], {150})});
        all.push_back({"no manifest", std::move(trip), drive.seen(), drive.now() + 5min});
    }
    return all;
}

}  // namespace

std::vector<Scenario> scenarios() {
    std::vector<Scenario> all;
    for (auto few : {road_scenarios, lock_scenarios, other_scenarios, device_scenarios}) {
        std::ranges::move(few(), std::back_inserter(all));
    }
    for (Scenario& one : all) {  // every observation may come twice
        const std::size_t once = one.seen.size();
        for (std::size_t i = 0; i < once; i += 3) one.seen.push_back(one.seen[i]);
    }
    return all;
}

Scenario random_scenario(unsigned seed) {
    std::mt19937 random(seed);
    const auto any = [&](unsigned below) { return static_cast<int>(random() % below); };
    const std::array spots{road[0], road[1], road[2], road[3], at.at('x'), at.at('W')};
    const auto spot = [&] { return spots[static_cast<std::size_t>(any(6))]; };
    constexpr std::array actions{LockAction::sealed,  LockAction::unsealed,  LockAction::cut,
                                 LockAction::refused, LockAction::left_open, LockAction::reported};
    Drive drive(any(2) == 0 ? afternoon : night, road[0], 5 + any(20));
    drive.wait(any(600)).to(road[1]);
    for (int i = 0; i < 12; ++i) {
        switch (any(8)) {
            case 0:
                drive.to(spot());
                break;
            case 1:
                drive.to(spot(), {static_cast<double>(1 + any(30))});
                break;
            case 2:
                drive.wait(any(1500));
                break;
            case 3:
                drive.silent(any(3000)).fix();
                break;
            case 4:
                drive.lock(actions[static_cast<std::size_t>(any(6))], any(3) == 0 ? "L2" : "L1");
                break;
            case 5:
                drive.jump(spot()).fix().fix();
                break;
            case 6:
                drive.source(FixSource::none).wait(any(900)).source(FixSource::satellite).fix();
                break;
            default:
                drive.load(any(2) == 0 ? Load::full : Load::empty).wait(any(200));
                break;
        }
    }
    const std::vector<Site> sites{round_site("W", SiteKind::water_source, at.at('W'), {300}),
                                  round_site("N", SiteKind::restricted, at.at('x'), {200}),
                                  round_site("F", SiteKind::fuel, road[2], {100})};
    auto scenario = make("random", drive, sites);
    scenario.trip.locks = {{"L1"}, {"L2"}};
    if (any(3) == 0) scenario.trip.departed_at = afternoon + std::chrono::seconds{any(3000)};
    if (any(4) == 0) {
        auto all = sites;
        all.push_back(round_site("P", SiteKind::producer, road[0], {150}));
        all.push_back(round_site("R", SiteKind::receiver, road[3], {150}));
        scenario.trip = empty_trip(std::move(all));
    }
    if (any(3) == 0) {
        const Instant from = afternoon + std::chrono::seconds{any(3000)};
        scenario.trip.granted = {{.lock = {any(2) == 0 ? "L1" : ""},
                                  .during = {from, from + std::chrono::seconds{any(2000)}}}};
    }
    return scenario;
}

}  // namespace liuhen::test
