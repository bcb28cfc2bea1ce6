#include "base/units.hpp"

#include "base/geo.hpp"

#include <catch2/catch.hpp>

#include <limits>
#include <type_traits>

using namespace liuhen;

namespace {
template <class A, class B>
concept Addable = requires(A a, B b) {
    a + b;
};
}  // namespace

TEST_CASE("a knot is 1852 metres an hour and 36 km/h are ten metres a second") {
    CHECK(to_kmh(from_knots(18)) == Approx(33.336));
    CHECK(from_kmh(36).value == Approx(10));
    CHECK(to_kmh(from_kmh(87.5)) == Approx(87.5));
}

TEST_CASE("measures add, subtract, scale, compare and divide within their unit") {
    const Metres sum = Metres{30} + Metres{12.5};
    CHECK(sum == Metres{42.5});
    CHECK(sum - Metres{2.5} == Metres{40});
    CHECK(Metres{40} * 0.25 == Metres{10});
    CHECK(Metres{40} / Metres{10} == 4);
    CHECK(Metres{9} < Metres{10});
    Metres total;
    total += Metres{7};
    total += Metres{8};
    CHECK(total == Metres{15});
}

TEST_CASE("measures of different units do not mix") {
    STATIC_REQUIRE(Addable<Metres, Metres>);
    STATIC_REQUIRE_FALSE(Addable<Metres, Speed>);
    STATIC_REQUIRE_FALSE(Addable<Metres, double>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<Heading, Speed>);
    STATIC_REQUIRE_FALSE(std::is_convertible_v<Grams, std::int64_t>);
}

TEST_CASE("grams are exact where kilograms as floating point are not") {
    Grams sum;
    for (int i = 0; i < 10; ++i) sum = sum + Grams{100};  // ten times 0.1 kg
    CHECK(sum == Grams{1000});
    CHECK(Grams{1000} - Grams{1} == Grams{999});
    CHECK(Grams{3} > Grams{-3});
}

TEST_CASE("a place is on earth only within its ranges, and never when a number is missing") {
    CHECK(is_on_earth({90, 180}));
    CHECK(is_on_earth({-90, -180}));
    CHECK_FALSE(is_on_earth({90.000001, 0}));
    CHECK_FALSE(is_on_earth({0, -180.000001}));
    CHECK_FALSE(is_on_earth({std::numeric_limits<double>::quiet_NaN(), 0}));
    CHECK_FALSE(is_on_earth({0, std::numeric_limits<double>::infinity()}));
}
