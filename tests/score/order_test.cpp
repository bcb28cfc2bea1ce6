// Every family of journeys in twenty random orders of arrival: the same alerts stand in the end.
#include "tests/score/harness.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace liuhen;
using namespace liuhen::score;
using namespace std::chrono_literals;

namespace {

/// The part of a journey around what is done in it, or its middle: what 20 orders take time for.
Journey around_the_deed(Journey journey) {
    std::vector<Instant> times;
    for (const Arrival& one : journey.arrivals) times.push_back(time_of(one.what.what));
    std::ranges::sort(times);
    const Instant middle =
        journey.labels.empty() ? times[times.size() / 2] : journey.labels.front().start;
    std::erase_if(journey.arrivals, [&](const Arrival& one) {
        const Instant at = time_of(one.what.what);
        return at < middle - 10min || at > middle + 25min;
    });
    return journey;
}

}  // namespace

TEST_CASE("journeys of every family give the same alerts in twenty random orders of arrival") {
    World world;
    world.seed = 21;
    world.courses = invented_courses(21, 4);
    std::size_t raised = 0, families_with_dumping = 0;
    for (std::size_t i = 0; i < families; ++i) {
        const auto family = static_cast<Family>(i);
        const Journey journey = around_the_deed(journey_of(world, family, 1));
        INFO(id_of(family) << ", " << journey.arrivals.size() << " observations");
        REQUIRE(journey.arrivals.size() > 20);
        CHECK(same_in_any_order(journey, 20, Random(i)));
        const auto raises = watched(journey);
        raised += raises.size();
        families_with_dumping += static_cast<std::size_t>(
            std::ranges::count(raises, geofence::Kind::suspected_dumping, &Raise::kind) > 0);
    }
    CHECK(raised >= 10);
    CHECK(families_with_dumping >= 3);
}
