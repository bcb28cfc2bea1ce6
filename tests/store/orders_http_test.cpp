// Orders over HTTP: who may give and see them, and what becomes of them.
#include "server/orders.hpp"
#include "tests/support/await.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <future>
#include <set>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using liuhen::test::WebReply;
using nlohmann::json;
using telematics::OrderState;

const TerminalId truck{"13900000001"};

// The valley, and the device side of its orders.
struct Yard {
    Yard() : device_side(valley.database.conninfo(), 2, 1) {}
    ~Yard() { device_side.stop(); }

    WebReply give(const std::string& role, const json& order) {
        return valley.as(role).post("/v1/terminals/" + valley.terminal + "/orders", order);
    }
    std::string given(const json& order) {
        const auto reply = give("operator", order);
        INFO(reply.body);
        REQUIRE(reply.status == 202);
        return reply.json()["id"];
    }
    json order(const std::string& id) {
        return valley.as("operator").get("/v1/orders/" + id).json();
    }
    void answer(const std::string& id, OrderState state, std::uint16_t message = 0x0001) {
        test::await(orders.answered(truck, {{id, state, message, ""}}));
    }

    Valley valley;
    server::Clock clock;
    server::Database device_side;
    server::Orders orders{device_side, clock, {}, {}};
};

TEST_CASE("an order is accepted, said, answered and shown with its trail") {
    Yard yard;
    const auto reply =
        yard.give("operator", {{"kind", "text"}, {"text", "请回场"}, {"reason", "shift ends"}});
    REQUIRE(reply.status == 202);
    const std::string id = reply.json()["id"];
    CHECK(reply.header("location") == "/v1/orders/" + id);
    CHECK(reply.json()["state"] == "queued");
    CHECK(reply.json()["vehicle"] == yard.valley.vehicle);
    const auto told = yard.valley.house.told();
    REQUIRE(!told.empty());
    CHECK(told.back().what == server::http::FollowUp::What::order_given);
    CHECK(told.back().id == truck.text);

    REQUIRE(test::await(yard.orders.open_for(truck)).size() == 1);
    test::await(yard.orders.saying(id));
    yard.answer(id, OrderState::done);
    const json done = yard.order(id);
    CHECK(done["state"] == "done");
    CHECK(done["said"] == 1);
    CHECK(done["command"] == json{{"text", "请回场"}});
    CHECK(done["asked_by"]["role"] == "operator");
    CHECK(done["answer"]["message"] == "0x0001");
    CHECK(done["answer"]["name"] == "terminal general reply");
    REQUIRE(done["trail"].size() == 3);
    CHECK(done["trail"][0]["what"] == "queued");
    CHECK(done["trail"][0]["person"] == "operator person");
    CHECK(done["trail"][0]["detail"] == "shift ends");
    CHECK(done["trail"][2]["what"] == "done");
}

TEST_CASE("a kind of order is given by the roles of its row only") {
    Yard yard;
    struct Row {
        json order;
        std::set<std::string> roles;
    };
    const Row rows[] = {
        {{{"kind", "locate"}}, {"operator", "regulator", "police", "carrier"}},
        {{{"kind", "photo"}}, {"operator", "regulator", "police", "carrier"}},
        {{{"kind", "text"}, {"text", "x"}}, {"operator", "regulator", "police", "carrier"}},
        {{{"kind", "track"}, {"interval_s", 0}}, {"operator", "regulator", "police"}},
        {{{"kind", "query_parameters"}}, {"operator"}},
        {{{"kind", "doors"}, {"doors", "lock"}}, {"operator"}},
        {{{"kind", "terminal_control"}, {"action", "reset"}}, {"operator"}},
    };
    for (const Row& row : rows) {
        for (const char* role :
             {"operator", "regulator", "police", "carrier", "driver", "producer", "receiver"}) {
            INFO(row.order << " by " << role);
            CHECK(yard.give(role, row.order).status == (row.roles.contains(role) ? 202 : 403));
        }
    }
}

TEST_CASE("another carrier's terminal and its orders are not there") {
    Yard yard;
    const auto desk = yard.valley.as("operator");
    const std::string other =
        Valley::made(desk, "parties", {{"name", "Oujiang Haulage"}, {"roles", {"carrier"}}});
    const auto stranger = yard.valley.house.web(yard.valley.token("carrier", other));
    const std::string address = "/v1/terminals/" + yard.valley.terminal + "/orders";
    const std::string id = yard.given({{"kind", "locate"}});
    CHECK(stranger.post(address, {{"kind", "locate"}}).status == 404);
    CHECK(stranger.get(address).status == 404);
    CHECK(stranger.get("/v1/orders/" + id).status == 404);
    CHECK(stranger.post("/v1/orders/" + id + "/cancel", json::object()).status == 404);
    CHECK(yard.valley.as("carrier").get("/v1/orders/" + id).status == 200);
    CHECK(yard.valley.as("carrier").get(address).json()["items"].size() == 1);

    pqxx::connection connection{yard.valley.database.conninfo("liuhen_http")};
    pqxx::work work{connection};
    work.exec_params(
        "SELECT set_config('liuhen.role', 'carrier', true),"
        " set_config('liuhen.party', $1, true)",
        other);
    CHECK(work.exec("SELECT id FROM orders").empty());
    CHECK(work.exec("SELECT id FROM order_events").empty());
    CHECK(work.exec("UPDATE orders SET state = 'cancelled', ended_at = now()").affected_rows() ==
          0);
    CHECK_THROWS_AS(work.exec("SELECT sealed FROM orders"), pqxx::insufficient_privilege);
}

TEST_CASE("an order that is no order is refused with every fault") {
    Yard yard;
    const auto faults = [&yard](const json& order) {
        std::set<std::string> found;
        const auto reply = yard.give("operator", order);
        CHECK(reply.status == 422);
        const json body = reply.json();
        for (const auto& one : body["errors"])
            found.insert(one["code"].get<std::string>() + " " + one["pointer"].get<std::string>());
        return found;
    };
    CHECK(faults(json::object()) == std::set<std::string>{"MISSING /kind"});
    CHECK(faults({{"kind", "sing"}}) == std::set<std::string>{"UNKNOWN_VALUE /kind"});
    CHECK(faults({{"kind", "text"}, {"open_for_s", 0}, {"colour", 1}}) ==
          std::set<std::string>{"OUT_OF_RANGE /open_for_s", "MISSING /text",
                                "UNKNOWN_FIELD /colour"});
    const std::string nowhere = "/v1/terminals/00000000-0000-7000-8000-000000000000/orders";
    CHECK(yard.valley.as("operator").post(nowhere, {{"kind", "locate"}}).status == 404);
    CHECK(yard.valley.as("operator").get("/v1/orders/nothing").status == 404);
}

TEST_CASE("an order is cancelled once, by those who gave it or the operator") {
    Yard yard;
    const std::string id = yard.given({{"kind", "locate"}});
    const std::string address = "/v1/orders/" + id + "/cancel";
    CHECK(yard.valley.as("police").post(address, json::object()).json()["code"] == "NOT_YOURS");
    const auto told_before = yard.valley.house.told().size();
    const auto cancelled = yard.valley.as("operator").post(address, json::object());
    REQUIRE(cancelled.status == 200);
    CHECK(cancelled.json()["state"] == "cancelled");
    CHECK(cancelled.json()["trail"][1]["role"] == "operator");
    // The session is told, so that it says no more of it.
    CHECK(yard.valley.house.told().size() == told_before + 1);
    CHECK(yard.valley.house.told().back().id == truck.text);
    CHECK(yard.valley.as("operator").post(address, json::object()).json()["code"] ==
          "ALREADY_OVER");
    CHECK(test::await(yard.orders.saying(id)) == 0);
    CHECK(test::await(yard.orders.open_for(truck)).empty());

    const auto own = yard.give("police", {{"kind", "locate"}}).json()["id"].get<std::string>();
    CHECK(yard.valley.as("police").post("/v1/orders/" + own + "/cancel", json::object()).status ==
          200);
}

TEST_CASE("a cancellation and an answer at once end an order once") {
    Yard yard;
    for (int i = 0; i < 20; ++i) {
        const std::string id = yard.given({{"kind", "locate"}});
        test::await(yard.orders.saying(id));
        auto cancelling = std::async(std::launch::async, [&yard, &id] {
            return yard.valley.as("operator")
                .post("/v1/orders/" + id + "/cancel", json::object())
                .status;
        });
        yard.answer(id, OrderState::done);
        const int status = cancelling.get();
        const json order = yard.order(id);
        INFO(order);
        CHECK(order["state"] == (status == 200 ? "cancelled" : "done"));
        int endings = 0;
        for (const auto& line : order["trail"])
            endings += line["what"] == "cancelled" || line["what"] == "done" ? 1 : 0;
        CHECK(endings == 1);
        CHECK(order["trail"].back()["what"] == (status == 200 ? "late_answer" : "done"));
    }
}

TEST_CASE("the same order under the same key is given once") {
    Yard yard;
    const auto desk = yard.valley.as("operator");
    const test::WebHeaders key{{"Idempotency-Key", "order-1"}};
    const std::string address = "/v1/terminals/" + yard.valley.terminal + "/orders";
    const auto first = desk.post(address, {{"kind", "locate"}}, key);
    const auto again = desk.post(address, {{"kind", "locate"}}, key);
    CHECK(first.status == 202);
    CHECK(again.status == 202);
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(again.json()["id"] == first.json()["id"]);
    CHECK(yard.valley.database.value<int>("SELECT count(*) FROM orders") == 1);
}

TEST_CASE("the hundred and first open order of a terminal is a conflict") {
    Yard yard;
    for (int i = 0; i < 100; ++i) yard.given({{"kind", "locate"}});
    const auto reply = yard.give("operator", {{"kind", "locate"}});
    CHECK(reply.status == 409);
    CHECK(reply.json()["code"] == "TOO_MANY_ORDERS");
    const std::string list = "/v1/terminals/" + yard.valley.terminal + "/orders?limit=60";
    const auto page = yard.valley.as("operator").get(list).json();
    CHECK(page["items"].size() == 60);
    const auto rest = yard.valley.as("operator")
                          .get(list + "&state=open&after=" + page["next"].get<std::string>())
                          .json();
    CHECK(rest["items"].size() == 40);
    CHECK(rest["next"].is_null());
    CHECK(yard.valley.as("operator").get(list + "&state=done").json()["items"].empty());
    CHECK(yard.valley.as("operator").get(list + "&state=gone").status == 422);
}

TEST_CASE("a password in an order is said, shown to nobody, and forgotten with its end") {
    Yard yard;
    const std::string id =
        yard.given({{"kind", "set_parameters"},
                    {"parameters", {{{"parameter", "main_password"}, {"value", "s3cret-apn"}}}}});
    CHECK(yard.order(id).dump().find("s3cret-apn") == std::string::npos);
    const auto open = test::await(yard.orders.open_for(truck));
    REQUIRE(open.size() == 1);
    const auto& message = std::get<telematics::jtt808::Message>(open[0].command);
    const auto& set = std::get<telematics::jtt808::SetParameters>(message);
    CHECK(set.parameters.at(0).value.size() == 10);
    test::await(yard.orders.saying(id));
    yard.answer(id, OrderState::done);
    CHECK(yard.valley.database.value<int>("SELECT count(*) FROM orders WHERE sealed IS NOT NULL") ==
          0);
}

TEST_CASE("the position that answers a locate order is shown with it") {
    Yard yard;
    const std::string id = yard.given({{"kind", "locate"}});
    test::await(yard.orders.saying(id));
    const Instant now = yard.clock.now();
    yard.valley.fix(now, 28.1, 119.65, 1000);
    yard.valley.database.sql("UPDATE observations SET message = 513");
    yard.answer(id, OrderState::done, 0x0201);
    const json order = yard.order(id);
    INFO(order);
    CHECK(order["answer"]["message"] == "0x0201");
    CHECK(order["answer"]["position"]["lat"] == 28.1);
    CHECK(order["answer"]["position"]["lon"] == 119.65);
    CHECK(order["answer"]["position"]["speed_kmh"] == 36.0);
}

}  // namespace
