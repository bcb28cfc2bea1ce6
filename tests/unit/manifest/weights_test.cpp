#include "manifest/weights.hpp"

#include "tests/unit/manifest/vector_rows.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <cmath>
#include <string>

using namespace liuhen;
using namespace liuhen::manifest;

TEST_CASE("deviations of the shared vectors are judged alike") {
    const auto rows = test::shared_rows("data/vectors/weight_deviation.csv");
    if (!rows) return;
    for (auto row : *rows) {
        const auto kg = [&](const char* name) { return Grams{std::stoll(row[name]) * 1000}; };
        const auto pieces = [&](const char* name) {
            return static_cast<std::uint32_t>(std::stoul(row[name]));
        };
        INFO(row["sent_kg"] << " -> " << row["received_kg"] << " floor " << row["floor_kg"]);
        const auto found =
            deviation({kg("sent_kg"), pieces("containers_sent")},
                      {kg("received_kg"), pieces("containers_received")}, kg("floor_kg"));
        CHECK(found.delta == kg("delta_kg"));
        CHECK(found.hundredths == std::llround(std::stod(row["delta_pct"]) * 100));
        CHECK(found.worth_a_warning == (row["warn"] == "1"));
        CHECK(found.significant == (row["significant"] == "1"));
    }
}

TEST_CASE("pieces that were not counted at one end do not make a difference") {
    CHECK_FALSE(
        deviation({{500'000}, 4}, {{500'000}, std::nullopt}, truck_scale_floor).significant);
    CHECK(deviation({{500'000}, 4}, {{500'000}, 5}, truck_scale_floor).significant);
}

TEST_CASE("the largest load is compared without overflow") {
    const Grams most{50'000'000'000};
    CHECK_FALSE(deviation({most, {}}, {most, {}}, truck_scale_floor).worth_a_warning);
    CHECK(deviation({most, {}}, {{0}, {}}, truck_scale_floor).hundredths == 10'000);
}

TEST_CASE("odd grams go to the largest remainders") {
    const std::array parts{Grams{1}, Grams{1}, Grams{1}};
    CHECK(share_out({100}, parts) == std::vector{Grams{34}, Grams{33}, Grams{33}});
    const std::array unequal{Grams{1}, Grams{2}};
    CHECK(share_out({100}, unequal) == std::vector{Grams{33}, Grams{67}});
    const std::array with_none{Grams{0}, Grams{5}};
    CHECK(share_out({7}, with_none) == std::vector{Grams{0}, Grams{7}});
}
