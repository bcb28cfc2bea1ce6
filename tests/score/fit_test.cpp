#include "tests/score/fit.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <sstream>

using namespace liuhen;
using namespace liuhen::score;

namespace {

/// Journeys over invented roads, which no part of the benchmark uses.
Fit gathered(std::initializer_list<Family> some, std::uint32_t journeys) {
    World world;
    world.seed = 11;
    world.courses = invented_courses(11, 4);
    Fit fit;
    for (const Family family : some) {
        for (std::uint32_t number = 0; number < journeys; ++number) {
            const Journey journey = journey_of(world, family, number);
            if (auto bag = bag_of(journey, fit.before)) fit.bags.push_back(*std::move(bag));
            fit.honest_hours += is_positive(family) ? 0 : journey.hours;
        }
    }
    return fit;
}

}  // namespace

TEST_CASE("only journeys that say something about dumping are fitted on") {
    const Fit dumping = gathered({Family::p1_dump_off_corridor}, 6);
    const auto unloaded = std::ranges::count_if(dumping.bags, &Bag::dumping);
    CHECK(unloaded >= 4);  // of six; what no signal shows is left out
    for (const Bag& bag : gathered({Family::n5_fuel, Family::n6_rest}, 3).bags) {
        CHECK_FALSE(bag.dumping);
        for (const auto& instant : bag.instants) CHECK(instant.size() == feature_count);
    }
    CHECK(gathered({Family::p4_night_detour}, 2).bags.empty());  // done, but no dumping
}

TEST_CASE("what is fitted stays within its bounds and tells the journeys apart") {
    Fit fit = gathered({Family::p1_dump_off_corridor, Family::p2_short_dump, Family::n1_jam,
                        Family::n5_fuel, Family::n7_unlisted_shop, Family::n9_gate_queue},
                       6);
    refit(fit, {}, 5);
    auto rules = fit.after.fusion;
    for (std::size_t i = 0; i < feature_count; ++i) {
        INFO(feature_name(i));
        CHECK(weight_of(rules, i) >= 0);
        if (i < geofence::sign_count) CHECK(weight_of(rules, i) + rules.intercept <= rules.watch);
    }
    CHECK(rules.suspected >= fit.before.fusion.suspected);
    Logistic model{rules.intercept, {}};
    for (std::size_t i = 0; i < feature_count; ++i) model.weights.push_back(weight_of(rules, i));
    std::vector<double> dumping, honest;
    for (const Bag& bag : fit.bags) {
        (bag.dumping ? dumping : honest).push_back(model.sum(model.heaviest(bag)));
    }
    REQUIRE(dumping.size() >= 6);
    REQUIRE(honest.size() >= 20);
    std::ranges::sort(dumping);
    CHECK(dumping[dumping.size() / 2] > std::ranges::max(honest));

    std::ostringstream table, csv;
    print(table, fit);
    print_csv(csv, fit);
    CHECK(table.str().find("| `stop_lock` | 5.00 |") != std::string::npos);
    const std::string lines = csv.str();
    CHECK(static_cast<std::size_t>(std::ranges::count(lines, '\n')) == fit.bags.size() + 1);
}
