// HTTP while PostgreSQL hangs, stopped for real by SIGSTOP: answers in time, honest ones.
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <future>

namespace {

using namespace liuhen;
using namespace std::chrono_literals;
using server::monotonic;
using test::HttpHouse;
using test::ScratchCluster;
using test::ScratchDatabase;
using test::WebReply;

constexpr auto patience = 2'000ms;
constexpr auto at_most = patience + server::ConnectionPool::connect_time + 1s;

// A cluster that may be stopped, and an operator at its house.
struct Stoppable {
    ScratchCluster cluster;
    ScratchDatabase database{cluster};
    HttpHouse house{database.conninfo(), {patience, patience}};
    test::Web desk = house.web(test::token_of(database, "operator", ""));

    [[nodiscard]] WebReply add_party(const test::WebHeaders& more = {}) const {
        return desk.post(
            "/v1/parties",
            {{"name", "Fuchun Haulage"}, {"uscc", "91331100MA2E0BBB0J"}, {"roles", {"carrier"}}},
            more);
    }
    [[nodiscard]] int parties() const {
        return database.value<int>("SELECT count(*) FROM parties");
    }
    [[nodiscard]] WebReply once_served(const std::function<WebReply()>& ask) const {
        WebReply reply = ask();
        for (int i = 0; i < 50 && reply.status == 503; ++i) {
            std::this_thread::sleep_for(100ms);
            reply = ask();
        }
        return reply;
    }
    [[nodiscard]] bool await_waiting_commit() const {
        for (int i = 0; i < 200; ++i) {
            if (database.value<bool>("SELECT EXISTS (SELECT FROM pg_locks"
                                     " WHERE locktype = 'advisory' AND NOT granted)"))
                return true;
            std::this_thread::sleep_for(5ms);
        }
        return false;
    }
};

// Commits that add a party wait for it to be gone.
constexpr const char* wait_at_commit =
    "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN NULL; END $$;"
    " CREATE CONSTRAINT TRIGGER waits AFTER INSERT ON parties DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION wait_at_commit()";

TEST_CASE("while the database hangs every request is told so in time, and served again after it") {
    const Stoppable place;
    CHECK(place.desk.get("/v1/parties").status == 200);
    place.cluster.freeze();
    std::vector<std::future<std::pair<WebReply, server::Monotonic::duration>>> asked;
    for (int i = 0; i < 30; ++i) {
        asked.push_back(std::async(std::launch::async, [&place, i] {
            const auto begun = monotonic();
            const auto reply = i % 2 == 0 ? place.desk.get("/v1/parties") : place.add_party();
            return std::pair{reply, monotonic() - begun};
        }));
    }
    const auto begun = monotonic();
    CHECK(place.house.web().get("/livez").status == 200);
    CHECK(monotonic() - begun < 1s);
    for (auto& one : asked) {
        const auto [reply, took] = one.get();
        CHECK(reply.status == 503);
        CHECK(reply.json()["code"] == "DATABASE_DOWN");
        CHECK(!reply.header("retry-after").empty());
        CHECK(took < at_most);
    }
    place.cluster.thaw();
    const auto after = place.once_served([&place] { return place.desk.get("/v1/parties"); });
    CHECK(after.status == 200);
    CHECK(after.json()["items"].empty());  // no POST had any effect
}

TEST_CASE("a request that never reached its commit may be sent again under its key") {
    const Stoppable place;
    const test::WebHeaders key{{"Idempotency-Key", "before"}};
    CHECK(place.desk.get("/v1/parties").status == 200);
    place.cluster.freeze();
    const auto down = place.add_party(key);
    CHECK(down.json()["code"] == "DATABASE_DOWN");
    place.cluster.thaw();
    const auto again = place.once_served([&place, &key] { return place.add_party(key); });
    CHECK(again.status == 201);
    CHECK(again.header("idempotent-replayed").empty());
    CHECK(place.parties() == 1);
}

TEST_CASE("a commit that is never confirmed is told as unknown, and its key decides") {
    const Stoppable place;
    const test::WebHeaders key{{"Idempotency-Key", "doubtful"}};
    CHECK(place.desk.get("/v1/parties").status == 200);
    place.database.sql(wait_at_commit);
    {
        pqxx::connection holder{place.database.conninfo("liuhen_owner")};
        pqxx::nontransaction holding{holder};
        holding.exec("SELECT pg_advisory_lock(4711)");
        auto asking = std::async(std::launch::async, [&] { return place.add_party(key); });
        REQUIRE(place.await_waiting_commit());
        place.cluster.freeze();
        const auto doubtful = asking.get();
        CHECK(doubtful.status == 503);
        CHECK(doubtful.json()["code"] == "OUTCOME_UNKNOWN");
        CHECK(doubtful.json()["detail"].get<std::string>().find("same Idempotency-Key") !=
              std::string::npos);
        CHECK(!doubtful.header("retry-after").empty());
        place.cluster.thaw();
    }
    const auto again = place.once_served([&place, &key] { return place.add_party(key); });
    CHECK(again.status == 201);
    CHECK(place.parties() == 1);  // whatever became of the first
}

}  // namespace
