// Recorded legal drives, alarm by alarm: what each was is listed in docs/detection.md.
#include "tests/score/harness.hpp"
#include "tests/score/real_tracks.hpp"
#include "tests/support/shared.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace liuhen;
using namespace liuhen::score;
using geofence::Kind;
using geofence::Tier;

namespace {

struct Sets {
    RealSet hof, kubicka;
};

std::optional<Sets> sets_here() {
    const auto hof = test::shared_file("data/trajectories/hof_fcd/points.csv");
    const auto kubicka = test::shared_file("data/trajectories/kubicka100/tracks.csv.gz");
    if (!hof || !kubicka) return std::nullopt;
    auto sets = real_sets(hof->parent_path().parent_path().parent_path(), 1);
    return Sets{std::move(sets.at(0)), std::move(sets.at(1))};
}

/// "ROUTE_DEVIATION B " for each alert of tier A or B, or of the kind asked for.
std::string told(const RealSet& set, const std::string& name, Tier least = Tier::b) {
    const auto journey = std::ranges::find(set.legal, name, &Journey::id);
    REQUIRE(journey != set.legal.end());
    std::string all;
    for (const Raise& raise : watched(*journey)) {
        if (raise.tier > least || raise.kind == Kind::terminal_silent) continue;
        all += std::string(code(raise.kind)) + " " + std::string(code(raise.tier)) + " ";
    }
    return all;
}

Tally tally_of(const std::vector<Journey>& journeys) {
    Tally tally;
    for (const Journey& journey : journeys) tally.add(journey, watched(journey));
    return tally;
}

}  // namespace

TEST_CASE("what legal drivers did on recorded drives is no dispatcher's call") {
    const auto sets = sets_here();
    if (!sets) return test::skip("the Hof and Kubicka tracks are not on this machine");
    CHECK(told(sets->kubicka, "kubicka-43").empty());  // lanes 190 m apart at 30 m/s
    CHECK(told(sets->kubicka, "kubicka-81").empty());  // carried 100 m off on foot
    for (const char* name : {"hof-82", "hof-194", "hof-210", "hof-251"}) {
        CHECK(told(sets->hof, name).empty());  // 15 to 37 min on the road: notes
        CHECK(told(sets->hof, name, Tier::c) == "UNPLANNED_STOP C ");
    }
}

TEST_CASE("a stay that a dump could be is told, whoever's it was") {
    const auto sets = sets_here();
    if (!sets) return test::skip("the Hof and Kubicka tracks are not on this machine");
    CHECK(told(sets->hof, "hof-31") == "ROUTE_DEVIATION B ");          // 6.5 min, 85 m off
    CHECK(told(sets->kubicka, "kubicka-84") == "ROUTE_DEVIATION B ");  // 2 min, 75 m off
}

TEST_CASE("stops of 3 min 80 m off are found on recorded drives, and few things else are") {
    const auto sets = sets_here();
    if (!sets) return test::skip("the Hof and Kubicka tracks are not on this machine");
    for (const RealSet* set : {&sets->hof, &sets->kubicka}) {
        const Tally stops = tally_of(set->with_stop);
        const Tally legal = tally_of(set->legal);
        const int wrong = legal.a.false_alarms + legal.b.false_alarms;
        std::cout << set->name << ": recall " << share(stops.b.hits, stops.b.labels) << " of "
                  << stops.b.labels << ", " << wrong << " alarms of tier A or B and "
                  << legal.c.false_alarms << " of tier C in " << legal.hours << " h" << std::endl;
        CHECK(stops.b.labels >= 60);
        CHECK(share(stops.b.hits, stops.b.labels) >= 0.97);
        CHECK(wrong <= 5);
    }
}
