// The headline: the same observations give the same alerts, however they arrive.
#include "base/datum.hpp"
#include "geofence/watch.hpp"
#include "tests/support/sensed.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <map>
#include <random>
#include <sstream>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

struct Scenario {
    std::string name;
    Trip trip;
    std::vector<Sighting> seen;
    Instant end;  ///< the last tick
};

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

std::vector<Scenario> scenarios() {
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
    std::ranges::move(device_scenarios(), std::back_inserter(all));
    for (Scenario& one : all) {  // every observation may come twice
        const std::size_t once = one.seen.size();
        for (std::size_t i = 0; i < once; i += 3) one.seen.push_back(one.seen[i]);
    }
    return all;
}

/// A drive without sense: roads, detours, waits, gaps, lock events, jumps and blind stretches.
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
    return scenario;
}

std::string text_of(const Alert& alert) {
    std::ostringstream out;
    out.precision(17);
    out << alert.trip.text << ' ' << code(alert.kind) << ' ' << code(alert.tier) << ' '
        << int{alert.grade} << ' ' << to_iso(alert.since) << ' '
        << (alert.until ? to_iso(*alert.until) : "open") << " fixes " << alert.evidence.fixes_total;
    for (const Fix& fix : alert.evidence.path) {
        out << ' ' << to_iso(fix.at) << '@' << fix.where.lat << ',' << fix.where.lon;
    }
    for (const Term& term : alert.evidence.terms) {
        out << ' ' << term.name << '=' << term.value << '/' << term.limit << '*' << term.share;
    }
    for (const LockEvent& event : alert.evidence.locks) {
        out << ' ' << event.lock.text << ':' << static_cast<int>(event.action) << to_iso(event.at);
    }
    for (const Gap& gap : alert.evidence.gaps) {
        out << ' ' << to_iso(gap.from) << ".." << to_iso(gap.until);
    }
    if (alert.evidence.where) {
        out << " at " << alert.evidence.where->lat << ',' << alert.evidence.where->lon;
    }
    out << ' ' << alert.evidence.place << '\n';
    return out.str();
}
std::string text_of(const std::vector<Alert>& alerts) {
    std::string text;
    for (const Alert& alert : alerts) text += text_of(alert);
    return text;
}

/// A reader of the feed: applies changes and checks that each follows from the last.
class Reader {
public:
    void take(const Outcome& outcome) {
        for (const AlertChange& change : outcome.changes) {
            const auto known = alerts_.find(change.alert.key);
            if (known == alerts_.end()) {
                REQUIRE(change.what == AlertChange::What::raised);
                REQUIRE(change.alert.revision == 1);
            } else {
                REQUIRE(change.alert.revision == known->second.revision + 1);
                REQUIRE((change.what == AlertChange::What::raised) == known->second.withdrawn);
            }
            REQUIRE((change.what == AlertChange::What::withdrawn) == change.alert.withdrawn);
            alerts_[change.alert.key] = change.alert;
        }
    }
    [[nodiscard]] std::vector<Alert> published() const {
        std::vector<Alert> all;
        for (const auto& [key, alert] : alerts_) all.push_back(alert);
        return all;
    }
    [[nodiscard]] std::string text() const {
        std::vector<Alert> standing;
        for (const auto& [key, alert] : alerts_) {
            if (!alert.withdrawn) standing.push_back(alert);
        }
        std::ranges::stable_sort(standing, {}, [](const Alert& alert) {
            return std::tuple{alert.since, alert.kind};
        });
        return text_of(standing);
    }

private:
    std::map<std::string, Alert> alerts_;
};

/// One run: shuffled, in random pieces, cut by restarts, ticking as it goes.
std::string run(const Scenario& scenario, unsigned seed, std::size_t& histories) {
    std::mt19937 random(seed);
    std::vector<Sighting> arriving = scenario.seen;
    if (seed % 3 != 0) {  // a third arrives in order, but still in pieces and with restarts
        std::shuffle(arriving.begin(), arriving.end(), random);
    }
    const auto trip = std::make_shared<const Trip>(scenario.trip);
    Watch watch(trip);
    Reader reader;
    std::vector<Sighting> stored;
    std::size_t next = 0;
    while (next < arriving.size()) {
        const std::size_t piece = std::min<std::size_t>(1 + random() % 40, arriving.size() - next);
        const std::span<const Sighting> batch{arriving.data() + next, piece};
        stored.insert(stored.end(), batch.begin(), batch.end());
        next += piece;
        Outcome outcome = watch.observe(batch, scenario.end);
        if (outcome.needs_history) {
            ++histories;
            REQUIRE(outcome.changes.empty());
            outcome = watch.refold(stored, scenario.end);
            REQUIRE_FALSE(outcome.needs_history);
        }
        reader.take(outcome);
        if (random() % 4 == 0) {
            reader.take(watch.tick(scenario.end - std::chrono::seconds{random() % 7200}));
        }
        if (random() % 6 == 0) {
            watch = Watch(trip);
            watch.remember(reader.published());
            reader.take(watch.refold(stored, scenario.end));
        }
        REQUIRE(reader.text() == text_of(watch.standing()));
    }
    reader.take(watch.tick(scenario.end));
    REQUIRE(reader.text() == text_of(watch.standing()));
    return reader.text();
}

}  // namespace

TEST_CASE("the same observations give the same alerts in any order and after any restart") {
    std::size_t histories = 0;
    for (const Scenario& scenario : scenarios()) {
        Watch in_order(std::make_shared<const Trip>(scenario.trip));
        for (const Sighting& one : scenario.seen) {
            const Outcome outcome = in_order.observe({&one, 1}, scenario.end);
            if (outcome.needs_history) in_order.refold(scenario.seen, scenario.end);
        }
        in_order.tick(scenario.end);
        const std::string expected = text_of(in_order.standing());
        for (unsigned seed = 1; seed <= 20; ++seed) {
            INFO(scenario.name << ", seed " << seed);
            REQUIRE(run(scenario, seed, histories) == expected);
        }
    }
    CHECK(histories > 0);  // some orders reach back beyond the snapshots
}

TEST_CASE("random drives, too, give the same alerts in any order") {
    std::size_t histories = 0;
    std::size_t alerts = 0;
    for (unsigned drive = 1; drive <= 40; ++drive) {
        const Scenario scenario = random_scenario(drive);
        Watch in_order(std::make_shared<const Trip>(scenario.trip));
        in_order.refold(scenario.seen, scenario.end);
        in_order.tick(scenario.end);
        const auto expected = text_of(in_order.standing());
        alerts += in_order.standing().size();
        for (unsigned seed = 1; seed <= 4; ++seed) {
            INFO("drive " << drive << ", seed " << seed);
            REQUIRE(run(scenario, seed, histories) == expected);
        }
    }
    CHECK(alerts > 60);
    CHECK(histories > 0);
}

TEST_CASE("each scenario of the order test raises what it is meant to raise") {
    const std::map<std::string, std::vector<std::string_view>> expected{
        {"honest", {}},
        {"detour", {"ROUTE_DEVIATION"}},
        {"stop", {"UNPLANNED_STOP"}},
        {"lock",
         // One suspicion: the second stay follows after 200 s of normal data, not after 600.
         {"LOCK_OPENED_EN_ROUTE", "SUSPECTED_DUMPING", "LOCK_TAMPER", "ROUTE_DEVIATION",
          "TERMINAL_SILENT"}},
        {"dumped twice",
         {"LOCK_OPENED_EN_ROUTE", "SUSPECTED_DUMPING", "LOCK_OPENED_EN_ROUTE",
          "SUSPECTED_DUMPING"}},
        {"a lock lost, then cut", {"LOCK_LOST", "LOCK_LOST", "LOCK_TAMPER", "SUSPECTED_DUMPING"}},
        {"silence, sent late", {"TERMINAL_SILENT", "TERMINAL_SILENT"}},
        {"zone", {"ROUTE_DEVIATION", "ZONE_ENTRY", "SUSPECTED_DUMPING"}},
        {"one wild fix", {}},
        {"no manifest", {"TRIP_WITHOUT_MANIFEST"}},
        {"weight goes", {"SUSPECTED_DUMPING", "UNPLANNED_STOP"}},
        {"power cut, jammed, frozen",
         {"DEVICE_FAULT", "DEVICE_FAULT", "DEVICE_FAULT", "POSITION_FORGED", "SUSPECTED_DUMPING"}},
        {"wheels differ, clock goes back", {"DEVICE_FAULT"}},
        {"too smooth", {"POSITION_FORGED"}},
        {"on the shifted grid", {"DEVICE_FAULT"}},
        {"late, a lock apart", {"POSITION_FORGED", "TRIP_OVERDUE", "UNPLANNED_STOP"}},
        {"another receiver", {"ROUTE_DEVIATION", "TERMINAL_SILENT", "WRONG_DESTINATION"}},
    };
    for (const Scenario& scenario : scenarios()) {
        Watch watch(std::make_shared<const Trip>(scenario.trip));
        watch.refold(scenario.seen, scenario.end);
        watch.tick(scenario.end);
        std::vector<std::string_view> kinds;
        for (const Alert& alert : watch.standing()) kinds.push_back(code(alert.kind));
        auto wanted = expected.at(scenario.name);
        std::ranges::sort(wanted);
        std::ranges::sort(kinds);
        INFO(scenario.name << '\n' << text_of(watch.standing()).substr(0, 4000));
        CHECK(kinds == wanted);
    }
}
