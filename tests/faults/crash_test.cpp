// What was acknowledged is stored exactly once, whichever of the two processes dies, and when.
#include "tests/faults/faults.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;

TEST_CASE("kill -9 of the server under load loses nothing acknowledged") {
    FleetUnderFault fleet{ScratchDatabase{}, usual_plan()};
    Dice dice;
    const int kills = rounds(25);
    const auto ledger = fleet.report_during(std::chrono::seconds{2 * kills}, [&] {
        for (int i = 0; i < kills; ++i) {
            dice.sleep(50ms, 2'000ms);  // before, while and after all have dialled in again
            fleet.server.kill_9();
            fleet.server.begin();
        }
    });
    check(fleet, ledger, std::to_string(kills) + " kills of the server");
    CHECK(ledger.lost_lines >= 3 * fleet.load.terminals);
}

TEST_CASE("kill -9 of PostgreSQL under load loses nothing acknowledged; acknowledging resumes") {
    ScratchCluster cluster;
    FleetUnderFault fleet{ScratchDatabase{cluster}, usual_plan()};
    Dice dice;
    const int kills = rounds(10, 5);
    const auto ledger = fleet.report_during(std::chrono::seconds{3 * kills}, [&] {
        for (int i = 0; i < kills; ++i) {
            dice.sleep(300ms, 1500ms);
            cluster.kill_9();
            dice.sleep(0ms, 500ms);
            cluster.start();
        }
    });
    check(fleet, ledger, std::to_string(kills) + " kills of PostgreSQL");
}

TEST_CASE("server and PostgreSQL killed together, in either order, lose nothing acknowledged") {
    ScratchCluster cluster;
    FleetUnderFault fleet{ScratchDatabase{cluster}, usual_plan()};
    Dice dice;
    const int kills = rounds(3, 10);
    const auto ledger = fleet.report_during(std::chrono::seconds{4 * kills}, [&] {
        for (int i = 0; i < kills; ++i) {
            dice.sleep(300ms, 1500ms);
            if (i % 2 == 0) fleet.server.kill_9();
            cluster.kill_9();
            dice.sleep(0ms, 30ms);
            if (i % 2 != 0) fleet.server.kill_9();
            cluster.start();
            fleet.server.begin();
        }
    });
    check(fleet, ledger, std::to_string(kills) + " kills of both");
}

TEST_CASE("a database that is away for long takes no acknowledgement back and none is lost") {
    ScratchCluster cluster;
    FleetUnderFault fleet{ScratchDatabase{cluster}, usual_plan()};
    const auto away = std::chrono::seconds{is_long_form() ? 60 : 8};
    const auto ledger = fleet.report_during(away + 4s, [&] {
        std::this_thread::sleep_for(1s);
        cluster.kill_9();
        std::this_thread::sleep_for(away);
        cluster.start();
    });
    check(fleet, ledger, "PostgreSQL away for " + std::to_string(away.count()) + " s");
}

TEST_CASE("commits that take five seconds only make answers late") {
    const ScratchCluster cluster;
    FleetUnderFault fleet{ScratchDatabase{cluster}, usual_plan()};
    const int stops = rounds(2, 10);
    const auto ledger = fleet.report_during(std::chrono::seconds{6 * stops + 2}, [&] {
        for (int i = 0; i < stops; ++i) {
            std::this_thread::sleep_for(1s);
            cluster.freeze();
            std::this_thread::sleep_for(5s);
            cluster.thaw();
        }
    });
    check(fleet, ledger, "PostgreSQL stopped " + std::to_string(stops) + " times for 5 s");
    CHECK(ledger.lost_lines == 0);
}

TEST_CASE("SIGTERM under load ends in good order within ten seconds") {
    FleetUnderFault fleet{ScratchDatabase{}, usual_plan()};
    Dice dice;
    const int stops = rounds(3, 10);
    const auto ledger = fleet.report_during(std::chrono::seconds{4 * stops}, [&] {
        for (int i = 0; i < stops; ++i) {
            dice.sleep(300ms, 1500ms);
            CHECK(fleet.server.stop(10s) == 0);
            fleet.server.begin();
        }
    });
    check(fleet, ledger, std::to_string(stops) + " orderly stops");
}

TEST_CASE("SIGTERM while PostgreSQL is dead or silent ends within ten seconds, no ack taken back") {
    ScratchCluster cluster;
    FleetUnderFault fleet{ScratchDatabase{cluster}, usual_plan()};
    const auto ledger = fleet.report_during(16s, [&] {
        std::this_thread::sleep_for(1s);
        cluster.kill_9();
        std::this_thread::sleep_for(500ms);
        CHECK(fleet.server.stop(10s) == 0);
        cluster.start();
        fleet.server.begin();
        std::this_thread::sleep_for(1s);
        cluster.freeze();
        std::this_thread::sleep_for(500ms);
        CHECK(fleet.server.stop(10s) == 1);  // not all of it ended by itself, and it says so
        cluster.thaw();
        fleet.server.begin();
    });
    check(fleet, ledger, "stops without a database");
}

TEST_CASE("a second server on the same database refuses to serve and disturbs nothing") {
    FleetUnderFault fleet{ScratchDatabase{}, usual_plan()};
    const auto ledger = fleet.report_during(8s, [&] {
        CHECK_THROWS_WITH((ServerProcess{fleet.database.conninfo(), fleet.begun, 1}),
                          Catch::Contains("another server works on this database"));
    });
    check(fleet, ledger, "two servers");
    CHECK(ledger.lost_lines == 0);
}
