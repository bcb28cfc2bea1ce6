// Thousands of stories, each from one seed: what was promised holds in all of them, and a bug that
// is planted is found.
//   LIUHEN_WORLD_SEEDS=N   so many seeds; LIUHEN_WORLD_SEED=S: from this one on
#include "tests/world/world.hpp"

#include "server/log.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>
#include <iostream>

using namespace liuhen;
using namespace liuhen::world;

namespace {

std::uint64_t asked_for(const char* name, std::uint64_t otherwise) {
    const char* asked = std::getenv(name);
    return asked == nullptr ? otherwise : std::strtoull(asked, nullptr, 10);
}

void say_nothing() { server::log::open("/dev/null", server::log::Level::error); }

std::string in_words(const Account& account) {
    std::string text;
    for (const auto& one : account.complaints) text += "\n  " + one;
    return text;
}

}  // namespace

TEST_CASE("every story keeps every promise") {
    say_nothing();
    const auto first = asked_for("LIUHEN_WORLD_SEED", 1);
    const bool one_seed = std::getenv("LIUHEN_WORLD_SEED") != nullptr;
    const auto count = asked_for("LIUHEN_WORLD_SEEDS", one_seed ? 1 : 40);
    const auto begun = std::chrono::steady_clock::now();
    Account all;
    for (auto seed = first; seed < first + count; ++seed) {
        const auto account = play(seed);
        INFO("seed " << seed << ", again: LIUHEN_WORLD_SEED=" << seed
                     << " build/dev/tests/test_world" << in_words(account));
        CHECK(account.complaints.empty());
        all.acknowledged += account.acknowledged;
        all.alerts += account.alerts;
        all.acts += account.acts;
        all.refused_acts += account.refused_acts;
        all.refolds += account.refolds;
        all.crashes += account.crashes;
        all.database_crashes += account.database_crashes;
        all.unknown_outcomes += account.unknown_outcomes;
        all.quarantined += account.quarantined;
        all.cuts += account.cuts;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    std::cout << count << " seeds from " << first << " in " << took.count() << " s ("
              << static_cast<long>(static_cast<double>(count) / took.count() * 3600)
              << " an hour): " << all.acknowledged << " fixes acknowledged, " << all.alerts
              << " alert revisions, " << all.acts << " acts (" << all.refused_acts << " refused), "
              << all.crashes << " crashes of servers and " << all.database_crashes
              << " of the database, " << all.unknown_outcomes << " unknown outcomes, " << all.cuts
              << " lines lost, " << all.refolds << " folds from storage, " << all.quarantined
              << " rows in quarantine" << std::endl;
    if (count < 20) return;
    CHECK(all.acknowledged > 0);
    CHECK(all.alerts > 0);
    CHECK(all.unknown_outcomes > 0);
    CHECK(all.quarantined > 0);
}

TEST_CASE("a seed tells the same story again") {
    say_nothing();
    for (std::uint64_t seed = 1; seed <= 5; ++seed) CHECK(play(seed).digest == play(seed).digest);
    CHECK(play(1).digest != play(2).digest);
}

TEST_CASE("each planted bug is found") {
    say_nothing();
    constexpr std::uint64_t most_seeds = 60;
    const auto& row = GENERATE(from_range(std::begin(bugs), std::end(bugs)));
    std::uint64_t seed = 1;
    Account account;
    while (account.complaints.empty() && seed <= most_seeds) account = play(seed++, row.bug);
    INFO(row.name);
    CHECK_FALSE(account.complaints.empty());
    if (!account.complaints.empty())
        std::cout << row.name << ": seed " << seed - 1 << ": " << account.complaints.front()
                  << std::endl;
}
