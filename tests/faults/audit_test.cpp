// The audit can fail: positions taken away, doubled and invented, and a platform that takes silence
// of a dead connection for success.
#include "tests/faults/faults.hpp"
#include "tests/faults/naive_server.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

TEST_CASE("the audit sees a position that is gone, one stored twice, and one nobody sent") {
    FleetUnderFault fleet{ScratchDatabase{}, {.terminals = 20, .rate = 200, .clerks = 0}};
    const auto ledger = fleet.report_during(2s, [&] {
        std::this_thread::sleep_for(1s);
        const auto& database = fleet.database;
        const auto where =
            " WHERE (terminal_key, at) IN (SELECT terminal_key, min(at) FROM "
            "observations GROUP BY terminal_key ORDER BY 1 LIMIT 1)";
        database.sql(std::string{"INSERT INTO observations SELECT (json_populate_record(o, "
                                 "'{\"hash\": 1}')).* FROM observations o"} +
                     where);
        database.sql(
            "INSERT INTO observations SELECT (json_populate_record(o, "
            "'{\"at\": \"2026-01-01T00:00:00Z\"}')).* FROM observations o LIMIT 3");
        database.sql(
            "DELETE FROM observations WHERE terminal_key = "
            "(SELECT max(terminal_key) FROM observations)");
    });
    INFO(in_words(ledger));
    CHECK(ledger.doubled == 1);
    CHECK(ledger.invented == 3);
    CHECK(ledger.missing > 0);
}

TEST_CASE("a platform that acknowledges on a dead connection is caught by the audit") {
    ScratchCluster cluster;
    FleetUnderFault fleet{ScratchDatabase{cluster}, {.terminals = 100, .rate = 500, .clerks = 0}};
    NaiveServer naive{fleet.database, fleet.load.shape.auth_code};
    fleet.load.port = naive.port();
    fleet.load.patience = 2s;
    // As long as nothing breaks nobody sees the difference.
    const auto before = fleet.report_during(2s, [] {});
    INFO("before: " << in_words(before));
    CHECK(before.acknowledged >= 900);
    CHECK(before.missing == 0);
    fleet.load.shape.first_at += 30min;  // positions of their own
    const auto after = fleet.report_during(4s, [&] {
        std::this_thread::sleep_for(1s);
        cluster.kill_9();
        std::this_thread::sleep_for(1s);
        cluster.start();
    });
    std::cout << "a naive loop: " << in_words(after) << std::endl;
    CHECK(after.missing > 500);
}
