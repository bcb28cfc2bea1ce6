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
};

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

}  // namespace
