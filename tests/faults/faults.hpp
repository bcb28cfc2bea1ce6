// What the tests of faults share.
#pragma once

#include "tests/faults/fleet_under_fault.hpp"
#include "tests/support/feed_audit.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>
#include <random>

namespace liuhen::test {

inline constexpr std::size_t terminals = 400;
inline constexpr double rate = 2'000;

/// How often, in place of the short form: LIUHEN_FAULT_ROUNDS.
inline int rounds(int short_form) {
    const char* asked = std::getenv("LIUHEN_FAULT_ROUNDS");
    return asked == nullptr ? short_form : std::max(1, std::atoi(asked));
}

class Dice {
public:
    Dice() { std::cout << "seed " << seed_ << std::endl; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    void sleep(std::chrono::milliseconds least, std::chrono::milliseconds most) {
        std::uniform_int_distribution<std::int64_t> span{least.count(), most.count()};
        std::this_thread::sleep_for(std::chrono::milliseconds{span(chance_)});
    }

private:
    std::uint64_t seed_ = std::random_device{}();
    std::mt19937_64 chance_{seed_};
};

inline void check(const Ledger& ledger, const std::string& what) {
    std::cout << what << ": " << in_words(ledger) << std::endl;
    CHECK(ledger.acknowledged > 1'000);
    CHECK(ledger.missing == 0);
    CHECK(ledger.doubled == 0);
    CHECK(ledger.invented == 0);
}

}  // namespace liuhen::test
