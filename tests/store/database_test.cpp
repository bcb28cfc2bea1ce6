// What becomes of transactions when PostgreSQL hangs: it is stopped for real, by SIGSTOP.
#include "server/database.hpp"

#include "tests/support/scratch_db.hpp"

#include <catch2/catch.hpp>

#include <chrono>
#include <thread>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;
using test::ScratchCluster;
using test::ScratchDatabase;

int one(pqxx::work& db) { return db.exec("SELECT 1").at(0).at(0).as<int>(); }

TEST_CASE("a database that hangs is given up in time, and found again when it goes on") {
    ScratchCluster cluster;
    const ScratchDatabase database{cluster};
    ConnectionPool pool{conninfo_as(database.conninfo(), "liuhen_core"), 1, 1s};
    CHECK(pool.perform(nullptr, one, pool.patience_ends()) == 1);
    cluster.freeze();
    const auto begun = monotonic();
    CHECK_THROWS_AS(pool.perform(nullptr, one, pool.patience_ends()), DatabaseDown);
    CHECK(monotonic() - begun >= 1s);
    CHECK(monotonic() - begun < 2s);
    // Whoever comes next does not wait at all, until a new connection may be tried ...
    const auto next = monotonic();
    CHECK_THROWS_AS(pool.perform(nullptr, one, pool.patience_ends()), DatabaseDown);
    CHECK(monotonic() - next < 500ms);
    // ... which a stopped postmaster does not answer either.
    std::this_thread::sleep_for(ConnectionPool::pause_after_failure);
    const auto anew = monotonic();
    CHECK_THROWS_AS(pool.perform(nullptr, one, pool.patience_ends()), DatabaseDown);
    CHECK(monotonic() - anew < ConnectionPool::connect_time + 1s);
    cluster.thaw();
    std::this_thread::sleep_for(ConnectionPool::pause_after_failure);
    CHECK(pool.perform(nullptr, one, pool.patience_ends()) == 1);
}

TEST_CASE("a statement that takes too long is ended by the database, and the connection stays") {
    const ScratchDatabase database;
    ConnectionPool pool{conninfo_as(database.conninfo(), "liuhen_core"), 1, 1s};
    auto process = [](pqxx::work& db) {
        return db.exec("SELECT pg_backend_pid()").at(0).at(0).as<int>();
    };
    auto slow = [](pqxx::work& db) { db.exec("SELECT pg_sleep(30)"); };
    const int before = pool.perform(nullptr, process, pool.patience_ends());
    CHECK_THROWS_AS(pool.perform(nullptr, slow, pool.patience_ends()), DatabaseDown);
    CHECK(pool.perform(nullptr, process, pool.patience_ends()) == before);
}

TEST_CASE("connections that a restart killed are replaced without anybody noticing") {
    ScratchCluster cluster;
    const ScratchDatabase database{cluster};
    ConnectionPool pool{conninfo_as(database.conninfo(), "liuhen_core"), 1, 5s};
    CHECK(pool.perform(nullptr, one, pool.patience_ends()) == 1);
    cluster.kill_9();
    cluster.start();
    CHECK(pool.perform(nullptr, one, pool.patience_ends()) == 1);
}

TEST_CASE("who waited too long for a turn is not served any more") {
    const ScratchDatabase database;
    ConnectionPool pool{conninfo_as(database.conninfo(), "liuhen_core"), 1, 1s};
    bool worked = false;
    auto work = [&worked](pqxx::work&) { worked = true; };
    CHECK_THROWS_AS(pool.perform(nullptr, work, monotonic() - 1ms), DatabaseDown);
    CHECK_FALSE(worked);
}

TEST_CASE("a commit that is never confirmed is no failure and no success") {
    ScratchCluster cluster;
    const ScratchDatabase database{cluster};
    database.sql("CREATE TABLE notes (text text); GRANT ALL ON notes TO liuhen_core");
    ConnectionPool pool{conninfo_as(database.conninfo(), "liuhen_core"), 1, 2s};
    auto write = [&cluster](pqxx::work& db) {
        db.exec("INSERT INTO notes VALUES ('x')");
        cluster.freeze();
    };
    CHECK_THROWS_AS(pool.perform(nullptr, write, pool.patience_ends()), OutcomeUnknown);
    cluster.thaw();
    // Its COMMIT lay in the stopped process's buffer: here it comes to pass after all.
    for (int i = 0; i < 50 && database.value<int>("SELECT count(*) FROM notes") == 0; ++i)
        std::this_thread::sleep_for(100ms);
    CHECK(database.value<int>("SELECT count(*) FROM notes") == 1);
}

TEST_CASE("work that is cut before its commit leaves nothing behind") {
    ScratchCluster cluster;
    const ScratchDatabase database{cluster};
    database.sql("CREATE TABLE notes (text text); GRANT ALL ON notes TO liuhen_core");
    ConnectionPool pool{conninfo_as(database.conninfo(), "liuhen_core"), 1, 1s};
    bool doubtful = false;
    auto write = [&cluster](pqxx::work& db) {
        db.exec("INSERT INTO notes VALUES ('x')");
        cluster.freeze();
        db.exec("INSERT INTO notes VALUES ('y')");
    };
    try {
        pool.perform(nullptr, write, pool.patience_ends());
        FAIL("nothing was thrown");
    } catch (const OutcomeUnknown&) {
        doubtful = true;
    } catch (const DatabaseDown&) {
        doubtful = false;
    }
    CHECK_FALSE(doubtful);
    cluster.thaw();
    std::this_thread::sleep_for(500ms);
    CHECK(database.value<int>("SELECT count(*) FROM notes") == 0);
}

}  // namespace
