// Histories that are too long to hold, and crowds of fixes of one instant.
#include "geofence/fold.hpp"
#include "geofence/watch.hpp"
#include "tests/support/drive.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::test;

namespace {

const auto at = sketch(R"(
    A------B-----C------D
                 x       )",
                       Metres{500});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D')};

Watch watch_of_road() { return Watch(std::make_shared<const Trip>(loaded_trip(road))); }

/// Two openings of the lock and a stop aside, with hours of driving to and fro between them.
Drive long_drive() {
    Drive drive(afternoon, road[0]);
    drive.lock(LockAction::sealed).to(road[1]).lock(LockAction::unsealed).wait(60);
    drive.lock(LockAction::sealed);
    for (int i = 0; i < 12; ++i) drive.to(road[2]).to(road[1]);
    drive.to(road[2]).to(at.at('x')).wait(1'200).to(road[2]);
    return drive.lock(LockAction::unsealed).wait(60).lock(LockAction::sealed);
}

std::vector<Alert> standing(const std::vector<Sighting>& seen) {
    Watch watch = watch_of_road();
    watch.refold(seen, afternoon);
    return watch.standing();
}

}  // namespace

TEST_CASE("a history folded in pieces comes to what it comes to in one") {
    const Drive drive = long_drive();
    REQUIRE(drive.seen().size() > 600);
    const auto whole = standing(drive.seen());
    REQUIRE(whole.size() >= 3);
    for (const std::size_t size : {1U, 7U, 288U, 500U}) {
        Watch watch = watch_of_road();
        watch.begin_refold();
        for (std::size_t i = 0; i < drive.seen().size(); i += size) {
            const std::size_t length = std::min<std::size_t>(size, drive.seen().size() - i);
            watch.fold_more({drive.seen().data() + i, length});
        }
        const auto outcome = watch.end_refold(afternoon);
        CHECK(outcome.changes.size() == whole.size());
        const auto pieces = watch.standing();
        REQUIRE(pieces.size() == whole.size());
        for (std::size_t i = 0; i < whole.size(); ++i) {
            CHECK(pieces[i].key == whole[i].key);
            CHECK(pieces[i].evidence == whole[i].evidence);
        }
    }
}

TEST_CASE("while a history is folded everything else waits for its end") {
    const Drive drive = long_drive();
    Watch watch = watch_of_road();
    watch.begin_refold();
    watch.fold_more({drive.seen().data(), 300});
    CHECK(watch.observe({&drive.seen().back(), 1}, afternoon).needs_history);
    CHECK(watch.tick(afternoon + std::chrono::hours{12}).needs_history);
    CHECK(watch.standing().empty());
}

TEST_CASE("of a crowd of fixes of one instant four are judged, in whatever order they come") {
    std::mt19937_64 random(5);
    auto seen = long_drive().seen();
    const Instant crowded = time_of(seen[100].what);
    for (std::uint64_t i = 0; i < 2'000; ++i) {
        Fix fix;
        fix.at = crowded;
        fix.where = shifted(road[1], {static_cast<double>(i)}, {0});
        Sighting one;
        one.what = fix;
        one.hash = random();
        seen.push_back(one);
    }
    auto few = seen;
    const auto in_crowd = [&](const Sighting& one) {
        return std::holds_alternative<Fix>(one.what) && time_of(one.what) == crowded;
    };
    std::ranges::stable_sort(few, {}, [&](const Sighting& one) {
        return std::pair{in_crowd(one), one.hash};
    });
    const auto first = std::ranges::find_if(few, in_crowd);
    few.erase(first + static_cast<std::ptrdiff_t>(max_fixes_an_instant), few.end());
    const auto expected = standing(few);
    REQUIRE_FALSE(expected.empty());
    for (int round = 0; round < 5; ++round) {
        std::ranges::shuffle(seen, random);
        const auto found = standing(seen);
        REQUIRE(found.size() == expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(found[i].since == expected[i].since);
            CHECK(found[i].evidence == expected[i].evidence);
        }
    }
}

TEST_CASE("a crowd of fixes hides no word of a lock") {
    auto seen = long_drive().seen();
    const auto opened = std::ranges::find_if(seen, [](const Sighting& one) {
        const auto* lock = std::get_if<LockEvent>(&one.what);
        return lock != nullptr && lock->action == LockAction::unsealed;
    });
    REQUIRE(opened != seen.end());
    const Instant then = time_of(opened->what);
    for (std::uint64_t i = 0; i < 1'000; ++i) {
        Fix fix;
        fix.at = then;
        fix.where = road[1];
        Sighting one;
        one.what = fix;
        one.hash = i;
        seen.push_back(one);
    }
    const auto alerts = standing(seen);
    CHECK(std::ranges::count(alerts, Kind::lock_opened_en_route, &Alert::kind) == 2);
}
