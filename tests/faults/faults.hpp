// What the tests of faults share.
#pragma once

#include "tests/faults/fleet_under_fault.hpp"
#include "tests/support/feed_audit.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <iostream>
#include <random>

namespace liuhen::test {

/// A whole number of the environment, or `otherwise`.
inline std::uint64_t asked_for(const char* name, std::uint64_t otherwise) {
    const char* asked = std::getenv(name);
    return asked == nullptr ? otherwise : std::strtoull(asked, nullptr, 10);
}

/// How often, or how many seconds: as in the short form, or a `share` of LIUHEN_FAULT_ROUNDS.
inline int rounds(int short_form, std::uint64_t share = 1) {
    const auto asked = asked_for("LIUHEN_FAULT_ROUNDS", 0) / share;
    return std::max(short_form, static_cast<int>(asked));
}
inline bool is_long_form() { return std::getenv("LIUHEN_FAULT_ROUNDS") != nullptr; }

/// Positions a second of all terminals together: LIUHEN_FAULT_RATE; each terminal tells five.
inline FleetUnderFault::Plan usual_plan() {
    const auto rate = std::max<std::uint64_t>(asked_for("LIUHEN_FAULT_RATE", 2'000), 100);
    return {.terminals = static_cast<std::size_t>(rate / 5), .rate = static_cast<double>(rate)};
}

/// Moments at random; LIUHEN_FAULT_SEED repeats those of a former run.
class Dice {
public:
    Dice() { std::cout << "seed " << seed_ << std::endl; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    void sleep(std::chrono::milliseconds least, std::chrono::milliseconds most) {
        std::uniform_int_distribution<std::int64_t> span{least.count(), most.count()};
        std::this_thread::sleep_for(std::chrono::milliseconds{span(chance_)});
    }

private:
    std::uint64_t seed_ = asked_for("LIUHEN_FAULT_SEED", std::random_device{}());
    std::mt19937_64 chance_{seed_};
};

/// Feed numbers come after the commit: waits until what is stored has one, for some seconds.
inline void await_feed(const ScratchDatabase& database) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds{15};
    while (std::chrono::steady_clock::now() < until) {
        if (database.value<int>("SELECT count(*) FROM alert_revisions a WHERE NOT EXISTS (SELECT"
                                " FROM feed f WHERE (f.alert, f.revision) ="
                                " (a.alert, a.revision))") == 0) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{100});
    }
}

/// The audit that ends each case: positions, feed, manifests and their history, quotas.
inline void check(const FleetUnderFault& fleet, const Ledger& ledger, const std::string& what) {
    await_feed(fleet.database);
    const auto told = fleet.database.value<std::uint64_t>("SELECT count(*) FROM feed");
    std::cout << what << ": " << in_words(ledger) << "; " << told << " alert revisions, "
              << fleet.desks().count() << " manifests" << std::endl;
    CHECK(ledger.acknowledged > 1'000);
    CHECK(ledger.missing == 0);
    CHECK(ledger.doubled == 0);
    CHECK(ledger.invented == 0);
    CHECK(ledger.unanswered == 0);
    check_feed(fleet.database);
    CHECK(fleet.desks().count() > 0);
    check_books(fleet.desks(), fleet.database, fleet.server.anchors(), fleet.begun);
}

}  // namespace liuhen::test
