#include "server/feed.hpp"

#include "tests/support/scratch_db.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <future>
#include <thread>

using namespace liuhen;
using namespace liuhen::server;
using namespace std::chrono_literals;

namespace {

// A feed with its own front thread. Bodies are "alert.revision".
struct Front {
    explicit Front(const test::ScratchDatabase& scratch, std::size_t kept = 100)
        : database(scratch.conninfo(), 2, 1),
          feed(
              io, database, metrics,
              [](const store::NumberedAlert& one) {
                  return one.row.alert + "." + std::to_string(one.row.revision);
              },
              kept) {
        spawn("feed", io.get_executor(), feed.run());
    }
    ~Front() {
        asio::post(io, [this] { feed.stop(); });
        work.reset();
        thread.join();
        database.stop();
    }
    Front(const Front&) = delete;
    Front& operator=(const Front&) = delete;

    template <class T>
    T run(awaitable<T> job) {
        return asio::co_spawn(io, std::move(job), asio::use_future).get();
    }
    FeedPage after(std::int64_t no, std::size_t limit = 100, FeedFilter filter = {}) {
        return run(feed.after(no, limit, std::move(filter)));
    }
    // Waits until the feed has told `no`.
    bool told(std::int64_t no) {
        const auto give_up = monotonic() + 10s;
        while (monotonic() < give_up) {
            if (after(no - 1, 1).next >= no) return true;
            std::this_thread::sleep_for(5ms);
        }
        return false;
    }

    asio::io_context io;
    asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
    Metrics metrics;
    Database database;
    Feed feed;
    std::thread thread{[this] { io.run(); }};
};

// SQL that stores one revision.
std::string insert(const std::string& alert, int revision, const std::string& tier = "A",
                   const std::string& recorded = "2026-03-01 12:00:00Z",
                   const std::string& carrier = "NULL") {
    return "INSERT INTO alert_revisions VALUES ('" + alert + "', " + std::to_string(revision) +
           ", 'raised', 't', '00000000-0000-4000-8000-000000000001', " + carrier +
           ", 'P', '{}', 'ROUTE_DEVIATION', '" + tier +
           "', 2, '2026-03-01 12:00:00Z', NULL, "
           "'2026-03-01 12:00:00Z', false, '2026-1', '{}', '" +
           recorded + "');";
}

}  // namespace

TEST_CASE("a cursor of an earlier run is known before the feed has told anything") {
    const test::ScratchDatabase database;
    for (int revision = 1; revision <= 3; ++revision) database.sql(insert("a", revision));
    {
        Front front{database};
        REQUIRE(front.told(3));
    }
    asio::io_context idle;
    Metrics metrics;
    Database connections{database.conninfo(), 1, 1};
    const auto body = [](const store::NumberedAlert&) { return std::string{}; };
    const Feed not_begun{idle, connections, metrics, body, 1};
    CHECK_THROWS_AS(not_begun.has_given(1), DatabaseDown);
    connections.stop();

    Front again{database, 1};
    REQUIRE(again.told(3));
    CHECK(again.feed.has_given(0));
    CHECK(again.feed.has_given(3));
    CHECK_FALSE(again.feed.has_given(4));
}

TEST_CASE("committed revisions are told once, in one order, with numbers without holes") {
    const test::ScratchDatabase database;
    Front front{database};
    database.sql(insert("b", 1) + insert("a", 1) + insert("a", 2));
    front.feed.wake();
    REQUIRE(front.told(3));
    const auto page = front.after(0);
    REQUIRE(page.items.size() == 3);
    CHECK(page.items[0]->event_json == "a.1");
    CHECK(page.items[1]->event_json == "a.2");
    CHECK(page.items[2]->event_json == "b.1");
    CHECK(page.next == 3);
    CHECK(front.after(3).items.empty());
}

TEST_CASE("a revision that commits late gets a higher number, though it was recorded earlier") {
    const test::ScratchDatabase database;
    Front front{database};
    pqxx::connection slow{database.conninfo("liuhen_core")};
    pqxx::work held{slow};
    held.exec(insert("early", 1, "A", "2026-03-01 11:00:00Z"));
    database.sql(insert("quick", 1));
    front.feed.wake();
    REQUIRE(front.told(1));
    CHECK(front.after(0).items.at(0)->alert == "quick");
    held.commit();
    front.feed.wake();
    REQUIRE(front.told(2));
    CHECK(front.after(1).items.at(0)->alert == "early");
}

TEST_CASE("a reader that fell behind what is kept in memory reads on from storage") {
    const test::ScratchDatabase database;
    std::string all;
    for (int i = 1; i <= 40; ++i) all += insert("a", i);
    database.sql(all);
    Front front{database, 5};
    REQUIRE(front.told(40));
    std::int64_t no = 0;
    std::vector<std::int64_t> seen;
    for (;;) {
        const auto page = front.after(no, 7);
        if (page.items.empty()) break;
        for (const auto& item : page.items) seen.push_back(item->no);
        no = page.next;
    }
    REQUIRE(seen.size() == 40);
    for (std::size_t i = 0; i < seen.size(); ++i)
        CHECK(seen[i] == static_cast<std::int64_t>(i + 1));
}

TEST_CASE("a reader sees its tiers and its trucks only, and its cursor passes the rest") {
    const test::ScratchDatabase database;
    const std::string ours = "'00000000-0000-4000-8000-00000000000c'";
    database.sql(insert("a", 1, "A", "2026-03-01 12:00:01Z", ours) +
                 insert("b", 1, "B", "2026-03-01 12:00:02Z") +
                 insert("c", 1, "C", "2026-03-01 12:00:03Z", ours));
    Front front{database};
    REQUIRE(front.told(3));
    const auto tiers = front.after(0, 100, {.tiers = "AB", .carrier_id = ""});
    CHECK(tiers.items.size() == 2);
    CHECK(tiers.next == 3);
    const auto trucks =
        front.after(0, 100, {.tiers = "", .carrier_id = "00000000-0000-4000-8000-00000000000c"});
    CHECK(trucks.items.size() == 2);
}

TEST_CASE("a waiting reader is woken by a new item, and by nothing when its time is over") {
    const test::ScratchDatabase database;
    Front front{database};
    const auto before = monotonic();
    front.run(front.feed.wait_beyond(0, 50ms));
    CHECK(monotonic() - before >= 50ms);

    auto waiting = asio::co_spawn(front.io, front.feed.wait_beyond(0, 20s), asio::use_future);
    database.sql(insert("a", 1));
    front.feed.wake();
    CHECK(waiting.wait_for(5s) == std::future_status::ready);
    CHECK(front.told(1));
}

TEST_CASE("numbers go on after a restart and nothing is told anew") {
    const test::ScratchDatabase database;
    database.sql(insert("a", 1));
    {
        Front first{database};
        REQUIRE(first.told(1));
    }
    database.sql(insert("a", 2));
    Front second{database};
    REQUIRE(second.told(2));
    CHECK(second.after(0).items.size() == 2);
    CHECK(database.value<int>("SELECT count(*) FROM feed") == 2);
    CHECK(database.value<int>("SELECT count(*) FROM feed_pending") == 0);
}
