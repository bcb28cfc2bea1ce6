// What was acknowledged is stored exactly once, whichever of the two processes dies, and when.
#include "tests/faults/faults.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

TEST_CASE("the audit sees a position that is gone, one stored twice, and one nobody sent") {
    const ScratchCluster cluster;
    FleetUnderFault fleet{cluster, 20, 200};
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

TEST_CASE("kill -9 of the server under load loses nothing acknowledged") {
    const ScratchCluster cluster;
    FleetUnderFault fleet{cluster, terminals, rate};
    Dice dice;
    const int kills = rounds(25);
    const auto ledger = fleet.report_during(std::chrono::seconds{2 * kills}, [&] {
        for (int i = 0; i < kills; ++i) {
            dice.sleep(50ms, 2'000ms);  // before, while and after all have dialled in again
            fleet.server.kill_9();
            fleet.server.begin();
        }
    });
    check(ledger, std::to_string(kills) + " kills of the server");
    CHECK(ledger.lost_lines >= 3 * terminals);
    check_feed(fleet.database);
}

TEST_CASE("kill -9 of PostgreSQL under load loses nothing acknowledged; acknowledging resumes") {
    ScratchCluster cluster;
    FleetUnderFault fleet{cluster, terminals, rate};
    Dice dice;
    const int kills = rounds(4);
    const auto ledger = fleet.report_during(std::chrono::seconds{3 * kills}, [&] {
        for (int i = 0; i < kills; ++i) {
            dice.sleep(300ms, 1500ms);
            cluster.kill_9();
            dice.sleep(0ms, 500ms);
            cluster.start();
        }
    });
    check(ledger, std::to_string(kills) + " kills of PostgreSQL");
    check_feed(fleet.database);
}

TEST_CASE("a database that is away for long takes no acknowledgement back and none is lost") {
    ScratchCluster cluster;
    FleetUnderFault fleet{cluster, terminals, rate};
    const auto away = std::chrono::seconds{rounds(12)};
    const auto ledger = fleet.report_during(away + 4s, [&] {
        std::this_thread::sleep_for(1s);
        cluster.kill_9();
        std::this_thread::sleep_for(away);
        cluster.start();
    });
    check(ledger, "PostgreSQL away for " + std::to_string(away.count()) + " s");
}

TEST_CASE("commits that take five seconds only make answers late") {
    const ScratchCluster cluster;
    FleetUnderFault fleet{cluster, terminals, rate};
    const auto ledger = fleet.report_during(15s, [&] {
        for (int i = 0; i < 2; ++i) {
            std::this_thread::sleep_for(1s);
            cluster.freeze();
            std::this_thread::sleep_for(5s);
            cluster.thaw();
        }
    });
    check(ledger, "PostgreSQL stopped twice for 5 s");
    CHECK(ledger.lost_lines == 0);
}

TEST_CASE("SIGTERM under load ends in good order within ten seconds") {
    const ScratchCluster cluster;
    FleetUnderFault fleet{cluster, terminals, rate};
    Dice dice;
    const int stops = rounds(3);
    const auto ledger = fleet.report_during(std::chrono::seconds{4 * stops}, [&] {
        for (int i = 0; i < stops; ++i) {
            dice.sleep(300ms, 1500ms);
            CHECK(fleet.server.stop(10s) == 0);
            fleet.server.begin();
        }
    });
    check(ledger, std::to_string(stops) + " orderly stops");
}

TEST_CASE("a second server on the same database refuses to serve and disturbs nothing") {
    const ScratchCluster cluster;
    FleetUnderFault fleet{cluster, terminals, rate};
    const auto ledger = fleet.report_during(8s, [&] {
        const auto start = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
        CHECK_THROWS_WITH((ServerProcess{fleet.database.conninfo(), start, 1}),
                          Catch::Contains("another server works on this database"));
    });
    check(ledger, "two servers");
    CHECK(ledger.lost_lines == 0);
}
