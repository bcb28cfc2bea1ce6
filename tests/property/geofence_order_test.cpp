// The headline: the same observations give the same alerts, however they arrive.
#include "geofence/watch.hpp"
#include "tests/property/geofence_scenarios.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <random>
#include <sstream>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

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
