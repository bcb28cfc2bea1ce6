#include "manifest/weights.hpp"

#include <catch2/catch.hpp>
#include <rapidcheck.h>

#include <cstdlib>
#include <vector>

using namespace liuhen;
using namespace liuhen::manifest;

TEST_CASE("shares add up to the gram and none is a whole gram off its proportion") {
    CHECK(rc::check([] {
        const auto sizes = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::int64_t>>(
            rc::gen::inRange<std::int64_t>(1, 49'000'000)));
        const Grams whole{*rc::gen::inRange<std::int64_t>(0, 49'000'000)};
        std::vector<Grams> parts;
        Grams sum;
        for (const auto size : sizes) {
            parts.push_back({size});
            sum = sum + Grams{size};
        }
        const auto shares = share_out(whole, parts);
        RC_ASSERT(shares.size() == parts.size());
        Grams given;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            given = given + shares[i];
            // |share * sum - whole * part| < sum, in integers below 2^63.
            const auto off = shares[i].value * sum.value - whole.value * parts[i].value;
            RC_ASSERT(std::abs(off) < sum.value);
        }
        RC_ASSERT(given == whole);
    }));
}

TEST_CASE("a deviation does not depend on which gram unit the scale shows") {
    CHECK(rc::check([] {
        const Grams sent{*rc::gen::inRange<std::int64_t>(1, 49'000'000)};
        const Grams received{*rc::gen::inRange<std::int64_t>(0, 60'000'000)};
        const auto fine = deviation({sent, {}}, {received, {}}, truck_scale_floor);
        const auto coarse = deviation({{sent.value * 1000}, {}}, {{received.value * 1000}, {}},
                                      {truck_scale_floor.value * 1000});
        RC_ASSERT(fine.worth_a_warning == coarse.worth_a_warning);
        RC_ASSERT(fine.significant == coarse.significant);
        RC_ASSERT(!fine.significant || fine.worth_a_warning);
    }));
}
