// The route of a manifest at the terminal: given from what was approved, taken back at its end.
#include "server/orders.hpp"
#include "tests/support/await.hpp"
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using liuhen::test::WebReply;
using nlohmann::json;
using telematics::OrderState;

const TerminalId truck{"13900000001"};

struct Yard {
    Yard() : device_side(valley.database.conninfo(), 2, 1) {}
    ~Yard() { device_side.stop(); }

    WebReply give(const std::string& manifest) {
        return valley.as("operator")
            .post("/v1/terminals/" + valley.terminal + "/orders",
                  {{"kind", "manifest_route"}, {"manifest", manifest}});
    }
    std::string accepted() {
        const std::string id = valley.draft();
        REQUIRE(valley.act("producer", id, "submit").status == 200);
        REQUIRE(valley.act("carrier", id, "carrier_accept", valley.acceptance()).status == 200);
        return id;
    }
    void say_and_answer(const std::string& order) {
        test::await(orders.saying(order));
        test::await(orders.answered(truck, {{order, OrderState::done, 0x0001, ""}}));
    }
    std::vector<telematics::Order> open() { return test::await(orders.open_for(truck)); }

    Valley valley;
    server::Clock clock;
    server::Database device_side;
    std::vector<TerminalId> nudged;
    server::Orders orders{
        device_side, clock, [this](const TerminalId& one) { nudged.push_back(one); }, {}};
};

TEST_CASE("a terminal is given the approved route of its manifest") {
    Yard yard;
    const std::string manifest = yard.accepted();
    const auto reply = yard.give(manifest);
    INFO(reply.body);
    REQUIRE(reply.status == 202);
    const json command = reply.json()["command"];
    CHECK(reply.json()["manifest"] == manifest);
    CHECK(command["points"] == json{{{"at", {119.6, 28.1}}, {"width_m", 100}},
                                    {{"at", {119.7, 28.1}}, {"width_m", 100}}});
    CHECK(command["name"].get<std::string>().size() == 14);
    const auto open = yard.open();
    REQUIRE(open.size() == 1);
    const auto& message = std::get<telematics::jtt808::Message>(open[0].command);
    const auto& route = std::get<telematics::jtt808::SetRoute>(message).shape;
    CHECK(route.route == command["route"].get<std::uint32_t>());
    CHECK(route.points.size() == 2);
}

TEST_CASE("a manifest that is over takes its route back from the terminal") {
    Yard yard;
    const std::string manifest = yard.accepted();
    const auto order = yard.give(manifest).json();
    yard.say_and_answer(order["id"]);
    test::await(yard.orders.manifest_changed({manifest}));
    CHECK(yard.open().empty());  // still under way
    yard.valley.database.sql("UPDATE manifests SET state = 'COMPLETED' WHERE id = '" + manifest +
                             "'");
    test::await(yard.orders.manifest_changed({manifest}));
    CHECK(yard.nudged == std::vector{truck});
    const auto open = yard.open();
    REQUIRE(open.size() == 1);
    const auto& message = std::get<telematics::jtt808::Message>(open[0].command);
    CHECK(std::get<telematics::jtt808::DeleteRoutes>(message).areas ==
          std::vector{order["command"]["route"].get<std::uint32_t>()});
    const json deletion = yard.valley.as("operator").get("/v1/orders/" + open[0].id).json();
    CHECK(deletion["asked_by"]["role"] == "system");
    test::await(yard.orders.manifest_changed({manifest}));
    CHECK(yard.open().size() == 1);  // once
}

TEST_CASE("a route that was never said is not said after the end of its manifest") {
    Yard yard;
    const std::string manifest = yard.accepted();
    const std::string id = yard.give(manifest).json()["id"];
    yard.valley.database.sql("UPDATE manifests SET state = 'VOIDED' WHERE id = '" + manifest + "'");
    test::await(yard.orders.begin());  // as after a restart
    CHECK(yard.open().empty());
    CHECK(yard.valley.as("operator").get("/v1/orders/" + id).json()["state"] == "cancelled");
}

TEST_CASE("a route goes only to the truck of its manifest") {
    Yard yard;
    const auto code = [&yard](const std::string& manifest) {
        const auto reply = yard.give(manifest);
        CHECK(reply.status == 422);
        return reply.json()["errors"][0]["code"].get<std::string>();
    };
    CHECK(code("00000000-0000-7000-8000-000000000000") == "UNKNOWN_REFERENCE");
    const std::string submitted = yard.valley.draft();
    REQUIRE(yard.valley.act("producer", submitted, "submit").status == 200);
    CHECK(code(submitted) == "NO_ROUTE");
    const std::string manifest = yard.accepted();
    yard.valley.database.sql(
        "UPDATE bindings SET during = tstzrange(lower(during), now())"
        " WHERE terminal_id IS NOT NULL");
    CHECK(code(manifest) == "OTHER_VEHICLE");
    CHECK(yard.give("nothing").status == 422);
}

TEST_CASE("a route in pieces cannot be watched by a terminal") {
    Yard yard;
    const std::string manifest = yard.accepted();
    yard.valley.database.sql(
        "UPDATE route_versions SET half_widths_m = '{50, 50, 50, 50}', line ="
        " ST_GeomFromText('MULTILINESTRING((119.60 28.10, 119.65 28.10),"
        " (119.66 28.10, 119.70 28.10))', 4326)");
    CHECK(yard.give(manifest).json()["errors"][0]["code"] == "ROUTE_IN_PIECES");
    yard.valley.database.sql(
        "UPDATE route_versions SET line ="
        " ST_GeomFromText('MULTILINESTRING((119.60 28.10, 119.65 28.11),"
        " (119.65 28.11, 119.70 28.10))', 4326)");
    CHECK(yard.give(manifest).json()["command"]["points"].size() == 3);
}

}  // namespace
