#include "geofence/timeline.hpp"

#include <catch2/catch.hpp>

#include <numeric>
#include <random>

using namespace liuhen;
using namespace liuhen::geofence;

namespace {

using Days = std::vector<int>;  // a state that simply remembers the order of what it saw

Seen seen_at(int second) {
    Fix fix;
    fix.at = Instant{std::chrono::seconds{second}};
    return {fix, static_cast<std::uint64_t>(second)};
}
void fold(Days& days, const Observation& what) {
    days.push_back(static_cast<int>(time_of(what).time_since_epoch().count() / 1000));
}
Days counted(int until) {
    Days days(static_cast<std::size_t>(until));
    std::iota(days.begin(), days.end(), 0);
    return days;
}

}  // namespace

TEST_CASE("late observations are folded where they belong") {
    std::vector<Seen> arriving;
    for (int i = 0; i < 250; ++i) arriving.push_back(seen_at(i));
    std::shuffle(arriving.begin(), arriving.end(), std::mt19937{7});
    Timeline<Days> timeline;
    for (const Seen& one : arriving) REQUIRE(timeline.take({&one, 1}, fold).fresh == 1);
    CHECK(timeline.state() == counted(250));
    CHECK_FALSE(timeline.horizon());
}

TEST_CASE("an observation that came before changes nothing") {
    Timeline<Days> timeline;
    const std::vector<Seen> twice{seen_at(1), seen_at(0), seen_at(1)};
    CHECK(timeline.take(twice, fold).fresh == 2);
    CHECK(timeline.take(twice, fold).fresh == 0);
    CHECK(timeline.state() == counted(2));
}

TEST_CASE("the window is bounded, and what lies before it needs history") {
    Timeline<Days> timeline;
    for (int i = 0; i < 10'000; ++i) {
        const Seen one = seen_at(i);
        REQUIRE(timeline.take({&one, 1}, fold).fresh == 1);
        REQUIRE(timeline.size() <= timeline_window + timeline_stride);
    }
    CHECK(timeline.size() >= timeline_window);
    const auto horizon = timeline.horizon();
    REQUIRE(horizon);
    const Seen old = {seen_at(0).what, 99};
    CHECK(timeline.take({&old, 1}, fold).too_old);
    CHECK(timeline.state() == counted(10'000));
    Seen just_within = seen_at(9'999 - static_cast<int>(timeline_window));
    just_within.hash = 0;  // another observation of the same second, ordered before it
    CHECK(timeline.take({&just_within, 1}, fold).fresh == 1);
    CHECK(timeline.state().size() == 10'001);
}

TEST_CASE("a batch with one observation too old is not taken at all") {
    Timeline<Days> timeline;
    for (int i = 100; i < 600; ++i) {
        const Seen one = seen_at(i);
        timeline.take({&one, 1}, fold);
    }
    const std::vector<Seen> batch{seen_at(700), seen_at(5)};
    CHECK(timeline.take(batch, fold).too_old);
    CHECK(timeline.state().back() == 599);
}
