// The benchmark itself: journeys are what they are said to be, and the watch is held to what it
// reaches on a small part of them. The whole of it: `./liuhen score`.
#include "tests/score/report.hpp"
#include "tests/support/shared.hpp"

#include <algorithm>
#include <set>

using namespace liuhen;
using namespace liuhen::score;
using geofence::Kind;
using geofence::Tier;

namespace {

/// Runs anywhere: nothing of ../shared is read.
World small_world(std::uint64_t seed) {
    World world;
    world.seed = seed;
    world.courses = invented_courses(seed, 4);
    return world;
}

Journey labelled(const std::vector<Label>& labels) {
    Journey journey;
    journey.hours = 8;
    journey.labels = labels;
    return journey;
}

Label a_label(Tier tier) {
    Label label;
    label.start = Instant{std::chrono::hours(10)};
    label.end = label.start + std::chrono::minutes(5);
    label.counts_until = label.end + std::chrono::minutes(10);
    label.observable = label.start + std::chrono::seconds(20);
    label.kinds = {Kind::suspected_dumping, Kind::route_deviation};
    label.tier = tier;
    return label;
}

Raise a_raise(Kind kind, int minutes) {
    return {.kind = kind,
            .tier = geofence::tier_of(kind, 3),
            .at = Instant{std::chrono::hours(10)} + std::chrono::minutes(minutes)};
}

}  // namespace

TEST_CASE("a journey is the same again from its seed, and another from another seed") {
    const World world = small_world(3);
    const Journey one = journey_of(world, Family::p1_dump_off_corridor, 5);
    const Journey again = journey_of(world, Family::p1_dump_off_corridor, 5);
    const Journey other = journey_of(small_world(4), Family::p1_dump_off_corridor, 5);
    REQUIRE(one.arrivals.size() == again.arrivals.size());
    CHECK(std::ranges::equal(one.arrivals, again.arrivals, {}, &Arrival::what, &Arrival::what));
    CHECK(one.labels.at(0).start == again.labels.at(0).start);
    CHECK(one.labels.at(0).start != other.labels.at(0).start);
}

TEST_CASE("every positive journey has one label or is undecidable, no negative one has any") {
    const World world = small_world(5);
    for (std::size_t i = 0; i < families; ++i) {
        const auto family = static_cast<Family>(i);
        const Journey journey = journey_of(world, family, 1);
        INFO(id_of(family));
        CHECK(journey.labels.size() + (journey.undecidable ? 1U : 0U) ==
              (is_positive(family) ? 1U : 0U));
        CHECK(journey.arrivals.size() > 30);
        CHECK(journey.hours > 0.05);
        CHECK(std::ranges::is_sorted(journey.arrivals, {}, &Arrival::received));
        for (const Label& label : journey.labels) {
            CHECK(label.start < label.end);
            CHECK(label.observable >= label.start);
            CHECK(label.observable <= label.counts_until);
        }
    }
}

TEST_CASE("a label says no more than the signals show") {
    World bare = small_world(6);
    bare.variant = {.name = "GNSS only", .lock = false, .load = false, .body = false};
    const Journey leak = journey_of(bare, Family::p3_creeping_leak, 0);
    CHECK(leak.undecidable);  // it drove slowly along its road
    const Journey dump = journey_of(bare, Family::p1_dump_off_corridor, 0);
    REQUIRE(dump.labels.size() == 1);
    CHECK(dump.labels[0].tier == Tier::b);  // a stop beside the road, nothing else
    for (const Arrival& one : dump.arrivals) {
        const auto* fix = std::get_if<Fix>(&one.what.what);
        REQUIRE(fix != nullptr);
        CHECK_FALSE(fix->mass.has_value());
    }
}

TEST_CASE("noise is as wide as the recordings it is calibrated on") {
    // Hof, cars: p50 3.4 m, p95 15.8 m; Kubicka p50 3.7 m, p90 32.6 m (cross-track).
    std::vector<double> across;
    for (std::uint64_t seed = 1; seed <= 40; ++seed) {
        Noise noise({}, nullptr, Random(seed));
        for (double t = 0; t < 3'600; t += 10) {
            across.push_back(std::abs(noise.at(t, t * 10, 10, 0).east));
        }
    }
    CHECK(quantile(across, 0.5) > 2.5);
    CHECK(quantile(across, 0.5) < 4.5);
    CHECK(quantile(across, 0.95) > 9);
    CHECK(quantile(across, 0.95) < 20);
}

TEST_CASE(
    "an alert matches a label of its kind, in its time, once; the rest is false or repeated") {
    Tally tally;
    tally.add(labelled({a_label(Tier::a)}),
              {a_raise(Kind::route_deviation, 1), a_raise(Kind::suspected_dumping, 3),
               a_raise(Kind::lock_lost, 4), a_raise(Kind::route_deviation, 40)});
    CHECK(tally.a.hits == 1);
    CHECK(tally.a.delays.at(0) == 160);
    CHECK(tally.b.hits == 1);
    CHECK(tally.b.delays.at(0) == 40);
    CHECK(tally.duplicates == 1);
    CHECK(tally.a.false_alarms == 0);
    CHECK(tally.b.false_alarms == 1);
    CHECK(tally.c.false_alarms == 1);

    Tally deviation;
    deviation.add(labelled({a_label(Tier::b)}), {a_raise(Kind::suspected_dumping, 3)});
    CHECK(deviation.a.labels == 0);  // no more is asked than the signals show
    CHECK(deviation.b.hits == 1);
    CHECK(deviation.a.false_alarms == 0);
}

TEST_CASE(
    "bounds: none in 300 vehicle-days shows less than 13 in 1,000, 30 in 5,000 show 4 to 8.6") {
    CHECK(poisson_bounds(0).high / 300 * 1'000 == Approx(12.3).margin(0.1));
    CHECK(poisson_bounds(30).low / 5 == Approx(4.05).margin(0.05));
    CHECK(poisson_bounds(30).high / 5 == Approx(8.57).margin(0.05));
    CHECK(share_bounds(190, 200).low == Approx(0.910).margin(0.002));
    CHECK(share_bounds(190, 200).high == Approx(0.973).margin(0.002));
}

TEST_CASE("25 m as Traccar judges is many times louder than the watch on the same legal journeys") {
    const World world = small_world(8);
    Tally watch;
    std::array<Tally, baseline_count> plain;
    for (const Family family : {Family::n1_jam, Family::n6_rest, Family::n15_parallel_road}) {
        for (std::uint32_t number = 0; number < 4; ++number) {
            const Journey journey = journey_of(world, family, number);
            watch.add(journey, watched(journey));
            const auto others = baseline_raises(journey);
            for (std::size_t i = 0; i < baseline_count; ++i) plain[i].add(journey, others[i]);
        }
    }
    CHECK(plain[0].b.false_alarms > 10);
    CHECK(watch.b.false_alarms * 3 < plain[0].b.false_alarms);
}

TEST_CASE("what the watch finds on a few journeys of each family, in any order of arrival") {
    const World world = small_world(7);
    for (std::size_t i = 0; i < families; ++i) {
        const auto family = static_cast<Family>(i);
        INFO(id_of(family));
        CHECK(same_in_any_order(journey_of(world, family, 0), 2, Random(i)));
    }
    for (const Family family : {Family::p1_dump_off_corridor, Family::p2_short_dump,
                                Family::p6_lock_opened, Family::p15_convoy}) {
        Tally tally;
        for (std::uint32_t number = 0; number < 6; ++number) {
            const Journey journey = journey_of(world, family, number);
            tally.add(journey, watched(journey));
        }
        INFO(id_of(family) << ": " << tally.a.hits << " of " << tally.a.labels);
        CHECK(tally.a.hits >= tally.a.labels - 1);
    }
}

TEST_CASE("parts share no road of a network") {
    const auto shared = test::shared_file("data");
    if (!shared) return test::skip("the road networks are not on this machine");
    Sources sources;
    sources.shared = *shared;
    sources.courses = 8;
    std::set<std::string> seen;
    for (const Part part : {Part::train, Part::tune, Part::test}) {
        std::set<std::string> names;
        for (const Course& course : courses_of(part, sources, 1)) names.insert(course.name);
        CHECK_FALSE(names.empty());
        for (const std::string& name : names) CHECK(seen.insert(name).second);
    }
}
