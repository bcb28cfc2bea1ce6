// Storage times: what ends soon is told to who has it, what is over to the authority as well.
#include "server/storage_clock.hpp"
#include "tests/support/await.hpp"
#include "tests/support/drums.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;
using Events = std::vector<std::string>;
constexpr auto day = 24h;

/// One pass of the service, `ahead` of the trade's own time; how many fillings it told of.
std::int64_t pass(const Drums& trade, std::chrono::hours ahead) {
    server::Database database{trade.database.conninfo(), 1, 1};
    const server::Clock clock{server::DemoClock{trade.house.now() + ahead, 1}};
    server::StorageClock storage{database, clock};
    const auto told = test::await(storage.pass());
    database.stop();
    return told;
}

/// Messages about books, as "EVENT of BOOK".
Events books(const Drums& trade, const std::string& role) {
    Events events;
    const auto page = trade.read(role, "/v1/inbox?unread=1");
    for (const auto& one : page["items"]) {
        if (!one.contains("book")) continue;
        CHECK_FALSE(one.contains("manifest"));
        events.push_back(one["event"].get<std::string>() +
                         (one["book"] == trade.party.at("producer") ? " producer" : " other"));
    }
    return events;
}

TEST_CASE("a year of storage is told thirty days before its end, and its end to the authority") {
    Drums trade;
    trade.drum("D1");
    trade.drum("D2");
    trade.drum("O1", 50, "other");
    CHECK(pass(trade, 330 * day) == 0);
    CHECK(pass(trade, 337 * day) == 3);
    CHECK(pass(trade, 338 * day) == 0);
    CHECK(books(trade, "producer") == Events{"STORAGE_ENDS_SOON producer"});
    CHECK(books(trade, "regulator").empty());
    // One drum is got rid of in time.
    const auto drums = trade.read("producer", "/v1/containers?code=D1")["items"];
    trade.moved("producer", drums[0]["id"],
                {{"kind", "TREATED"}, {"amount_kg", 200}, {"method", "D9"}});
    CHECK(pass(trade, 367 * day) == 2);
    CHECK(pass(trade, 400 * day) == 0);
    CHECK(books(trade, "producer") ==
          Events{"STORAGE_ENDS_SOON producer", "STORAGE_OVERDUE producer"});
    CHECK(books(trade, "other") == Events{"STORAGE_ENDS_SOON other", "STORAGE_OVERDUE other"});
    auto told = books(trade, "regulator");
    std::sort(told.begin(), told.end());
    CHECK(told == Events{"STORAGE_OVERDUE other", "STORAGE_OVERDUE producer"});
    CHECK(books(trade, "receiver").empty());
}

TEST_CASE("medical waste is stored for two days, general waste without a limit") {
    Drums trade;
    const auto bag = [&](const char* code, const char* waste, std::chrono::hours ago) {
        return trade.enter("producer", "/v1/containers",
                           {{"code", code},
                            {"waste_code", waste},
                            {"net_kg", 5},
                            {"at", to_iso(trade.house.now() - ago)}});
    };
    const auto fresh = bag("M1", "841-001-01", 0h);
    CHECK(fresh["storage_until"] > to_iso(trade.house.now() + 47h));
    CHECK(fresh["storage_until"] < to_iso(trade.house.now() + 49h));
    CHECK(bag("M2", "841-001-01", 49h)["overdue"] == true);
    const auto general = bag("G1", "900-001-S17", 500 * day);
    CHECK(general["overdue"] == false);
    CHECK_FALSE(general.contains("storage_until"));
    CHECK(bag("H1", "336-054-17", 49h)["overdue"] == false);

    const auto late = trade.read("producer", "/v1/ledger/stock?overdue=1")["items"];
    REQUIRE(late.size() == 1);
    CHECK(late[0]["container"]["code"] == "M2");
    CHECK(pass(trade, 0h) == 1);
    CHECK(books(trade, "producer") == Events{"STORAGE_OVERDUE producer"});
    CHECK(pass(trade, 37h) == 1);  // twelve hours before the end of the fresh one
    CHECK(pass(trade, 49h) == 1);
    CHECK(books(trade, "regulator") ==
          Events{"STORAGE_OVERDUE producer", "STORAGE_OVERDUE producer"});
}

TEST_CASE("what is on the road is not stored") {
    Drums trade;
    trade.drum("D1", 400);
    trade.assigned({"D1"});
    trade.scan("driver", "LOAD", {"D1"});
    trade.load_drums(400);
    CHECK(trade.holds("carrier") == 400'000);
    CHECK(pass(trade, 400 * day) == 0);
}

TEST_CASE("an authority is told of its own area, and reads what it is about") {
    Drums trade;
    const auto clerk = [&](const char* division) {
        return trade.house.web(
            trade.as("operator")
                .post("/v1/tokens", {{"role", "regulator"}, {"division", division}})
                .json()["token"]);
    };
    trade.enter("producer", "/v1/containers",
                {{"code", "D1"},
                 {"waste_code", "336-054-17"},
                 {"net_kg", 5},
                 {"at", to_iso(trade.house.now() - 400 * day)}});
    CHECK(pass(trade, 0h) == 1);
    const auto there = clerk("3311");
    CHECK(there.get("/v1/inbox").json()["items"][0]["event"] == "STORAGE_OVERDUE");
    const auto book = "/v1/ledger/stock?overdue=1&party=" + trade.party["producer"];
    CHECK(there.get(book).json()["items"].size() == 1);
    CHECK(clerk("3301").get("/v1/inbox").json()["items"].empty());
    CHECK(clerk("3301").get(book).json()["items"].empty());
}

}  // namespace
