#include "geofence/roads/learnt.hpp"
#include "tests/support/sketch.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

using namespace liuhen;
using namespace liuhen::geofence;
using namespace liuhen::geofence::roads;
using namespace liuhen::test;
using namespace std::chrono_literals;

namespace {

/// A drive along a line with a fix every `step` seconds at 15 m/s and some metres of noise.
struct Driver {
    std::mt19937 random;
    double noise = 5;
    int step = 10;

    Pass along(const Path& line) {
        Pass pass;
        std::normal_distribution<double> error(0, noise);
        const auto road = Corridor::from_lines({&line, 1}, {50}).value();
        double at = std::uniform_real_distribution<double>(0, 15.0 * step)(random);
        Instant now = *parse_iso("2026-11-21T06:00:00Z");
        for (; at <= road.length().value; at += 15.0 * step, now += std::chrono::seconds{step}) {
            Fix fix;
            fix.at = now;
            fix.where = shifted(road.point_at({at}), {error(random)}, {error(random)});
            pass.push_back(fix);
        }
        return pass;
    }
};

std::vector<Pass> drives(const Path& line, std::size_t count, unsigned seed = 1) {
    Driver driver{std::mt19937(seed)};
    std::vector<Pass> passes;
    for (std::size_t i = 0; i < count; ++i) passes.push_back(driver.along(line));
    return passes;
}
LearningFaultCode fault_of(const std::vector<Pass>& passes) {
    const auto learnt = learn(passes);
    REQUIRE_FALSE(learnt);
    return learnt.error().code;
}
void cut_out(Pass& pass, LatLon centre, Metres radius) {
    std::erase_if(pass, [&](const Fix& fix) { return flat_distance(fix.where, centre) < radius; });
}

const auto at = sketch(R"(
    A----------B
               |     d----e
               C-----D----E----F)",
                       Metres{200});
const Path road{at.at('A'), at.at('B'), at.at('C'), at.at('D'), at.at('E'), at.at('F')};
const Path other_street{at.at('A'), at.at('B'), at.at('C'), at.at('D'),
                        at.at('d'), at.at('e'), at.at('E'), at.at('F')};

}  // namespace

TEST_CASE("a road driven several times is learnt, with room for every drive") {
    const auto passes = drives(road, 6);
    const auto learnt = learn(passes).value();
    CHECK(learnt.used.size() == 6);
    CHECK(learnt.left_out.empty());
    REQUIRE(learnt.stretches.size() == 1);
    const auto corridor = Corridor::from_stretches(learnt.stretches).value();
    const auto truth = Corridor::from_lines({&road, 1}, {50}).value();
    CHECK(learnt.length.value == Approx(truth.length().value).epsilon(0.05));
    for (double along = 0; along < corridor.length().value; along += 50) {
        CHECK(truth.locate(corridor.point_at({along})).off.value < 25);  // corners are cut a little
    }
    for (const Pass& pass : passes) {
        for (const Fix& fix : pass) {
            const auto found = corridor.locate(fix.where);
            const bool past_an_end =
                found.along < Metres{1} || found.along > corridor.length() - Metres{1};
            CHECK((past_an_end || found.off <= corridor.half_width(found.along)));
        }
    }
    for (const Metres width : learnt.stretches[0].half_widths) CHECK(width.value < 80);
}

TEST_CASE("wider scatter makes a wider corridor") {
    Driver rough{std::mt19937(3), 20};
    std::vector<Pass> passes;
    for (int i = 0; i < 6; ++i) passes.push_back(rough.along(road));
    const auto usual_width = [](const Learnt& learnt) {
        auto widths = learnt.stretches.front().half_widths;
        std::ranges::sort(widths);
        return widths[widths.size() / 2].value;
    };
    CHECK(usual_width(learn(passes).value()) > usual_width(learn(drives(road, 6)).value()) + 10);
}

TEST_CASE("a pass that took another street is left out, wherever it stands") {
    for (std::size_t place = 0; place < 5; ++place) {
        auto passes = drives(road, 4, 7);
        passes.insert(passes.begin() + static_cast<std::ptrdiff_t>(place),
                      drives(other_street, 1, 8).front());
        const auto learnt = learn(passes).value();
        CHECK(learnt.left_out == std::vector{place});
        const auto corridor = Corridor::from_stretches(learnt.stretches).value();
        const auto aside = corridor.locate(at.at('d'));
        CHECK(aside.off > corridor.half_width(aside.along));
    }
}

TEST_CASE("what fewer than three passes drove, or nobody was seen on, is not bridged") {
    auto passes = drives(road, 5);
    const LatLon hole = at.at('D');
    for (Pass& pass : passes) cut_out(pass, hole, Metres{450});
    const auto learnt = learn(passes).value();
    REQUIRE(learnt.stretches.size() == 2);
    REQUIRE(learnt.gaps.size() == 1);
    for (const auto& stretch : learnt.stretches) {
        for (const LatLon vertex : stretch.line) CHECK(flat_distance(vertex, hole) > Metres{400});
    }
    auto two_saw_it = drives(road, 5);
    for (std::size_t i = 0; i < 3; ++i) cut_out(two_saw_it[i], hole, Metres{450});
    CHECK(learn(two_saw_it).value().stretches.size() == 2);
    auto three_saw_it = drives(road, 5);
    for (std::size_t i = 0; i < 2; ++i) cut_out(three_saw_it[i], hole, Metres{450});
    CHECK(learn(three_saw_it).value().stretches.size() == 1);
}

TEST_CASE("an out-and-back drive is learnt there and back") {
    const Path there_and_back{at.at('A'), at.at('B'), at.at('C'), at.at('D'), at.at('E'),
                              at.at('F'), at.at('E'), at.at('D'), at.at('C'), at.at('B')};
    const auto learnt = learn(drives(there_and_back, 4)).value();
    REQUIRE(learnt.stretches.size() == 1);
    const auto truth = Corridor::from_lines({&there_and_back, 1}, {50}).value();
    CHECK(learnt.length.value == Approx(truth.length().value).epsilon(0.06));
}

TEST_CASE("a stay, a jump and repeated fixes change nothing") {
    auto passes = drives(road, 4);
    const auto plain = learn(passes).value();
    Pass& pass = passes[1];
    Fix standing = pass[pass.size() / 2];
    std::vector<Fix> stay(200, standing);
    for (std::size_t i = 0; i < stay.size(); ++i) {
        stay[i].where = shifted(standing.where, {static_cast<double>(i % 5)}, {2});
    }
    pass.insert(pass.begin() + static_cast<std::ptrdiff_t>(pass.size() / 2), stay.begin(),
                stay.end());
    Fix jump = pass[3];
    jump.where = shifted(jump.where, {0}, {30'000});
    pass.insert(pass.begin() + 4, jump);
    const auto learnt = learn(passes).value();
    CHECK(learnt.used.size() == 4);
    CHECK(learnt.length.value == Approx(plain.length.value).epsilon(0.01));
}

TEST_CASE("too few drives, or drives without a common way, teach nothing") {
    CHECK(fault_of({}) == LearningFaultCode::too_few_passes);
    CHECK(fault_of(drives(road, 2)) == LearningFaultCode::too_few_passes);
    auto empty = drives(road, 2);
    empty.resize(5);
    CHECK(fault_of(empty) == LearningFaultCode::too_few_passes);
    auto split = drives(road, 3, 1);
    for (Pass& pass : drives(other_street, 3, 2)) split.push_back(std::move(pass));
    CHECK(fault_of(split) == LearningFaultCode::no_common_way);
    CHECK(fault_of(std::vector<Pass>(51)) == LearningFaultCode::too_many_passes);
    CHECK(fault_of({Pass(20'001)}) == LearningFaultCode::too_many_passes);
    auto pieces = drives(road, 3);
    cut_out(pieces[0], at.at('A'), Metres{2'000});
    cut_out(pieces[1], at.at('C'), Metres{3'000});
    cut_out(pieces[2], at.at('F'), Metres{5'000});
    CHECK(fault_of(pieces) != LearningFaultCode::too_many_passes);
}
