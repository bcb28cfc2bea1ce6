#include "tests/score/logistic.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace liuhen::score;

namespace {

/// Journeys drawn from a known law: what is fitted must come back to it.
std::vector<Bag> drawn(const Logistic& law, std::size_t journeys, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> share(0, 1);
    std::vector<Bag> bags;
    while (bags.size() < journeys) {
        std::vector<float> features(law.weights.size());
        for (float& one : features) one = static_cast<float>(share(random));
        const double p = 1 / (1 + std::exp(-law.sum(features)));
        bags.push_back({{std::move(features)}, share(random) < p});
    }
    return bags;
}

}  // namespace

TEST_CASE("weights come back from journeys that were drawn by them") {
    const Logistic law{-3, {4, 0, 2}};
    const auto bags = drawn(law, 20'000, 7);
    const auto found = fitted(bags, {0, {1, 1, 1}}, {.penalty = 0.01});
    CHECK(found.weights[0] == Approx(4).margin(0.2));
    CHECK(found.weights[1] == Approx(0).margin(0.15));
    CHECK(found.weights[2] == Approx(2).margin(0.2));
}

TEST_CASE("no weight is negative, however the journeys speak") {
    const auto bags = drawn({1, {-5, 3}}, 5'000, 8);
    const auto found = fitted(bags, {0, {1, 1}}, {.penalty = 0.01});
    CHECK(found.weights[0] == 0);
    CHECK(found.weights[1] > 2);
}

TEST_CASE("what was never seen keeps the weight that it began with") {
    auto bags = drawn({-2, {4, 0}}, 2'000, 9);
    for (Bag& bag : bags) bag.instants[0][1] = 0;
    const auto found = fitted(bags, {-2, {1, 2.5}}, {.penalty = 1});
    CHECK(found.weights[1] == 2.5);
    CHECK(found.weights[0] > 2);
}

TEST_CASE("a journey counts by its heaviest instant") {
    std::vector<Bag> bags;
    for (int i = 0; i < 200; ++i) {
        bags.push_back({{{0, 0}, {1, 1}, {0, 1}}, true});
        bags.push_back({{{0, 0}, {1, 0}, {0, 1}}, false});  // each sign, but never together
    }
    const auto found = fitted(bags, {-1, {0.5, 0.5}}, {.penalty = 0.1});
    CHECK(found.sum(found.heaviest(bags[0])) > 0);
    CHECK(found.sum(found.heaviest(bags[1])) < 0);
}

TEST_CASE("a single sign is held below its bound together with the intercept") {
    const auto bags = drawn({-1, {6, 6}}, 5'000, 10);
    const FitSettings settings{.penalty = 0.01, .most_alone = 0, .alone = 1};
    const auto found = fitted(bags, {-1, {0.5, 0.5}}, settings);
    CHECK(found.weights[0] + found.intercept <= 0);
    CHECK(found.weights[1] > found.weights[0]);
}
