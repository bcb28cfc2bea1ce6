// What a trip's watch knows of the plan: when it is due and what it declares, on a real database.
#include "server/store/legs.hpp"
#include "server/tasking.hpp"
#include "tests/support/registered.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

namespace {

using namespace liuhen;
using liuhen::test::Trade;
using nlohmann::json;

/// The newest leg of a vehicle, as the device side reads it.
server::store::Leg leg_of(const Trade& trade, const std::string& vehicle) {
    pqxx::connection connection{trade.database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    const auto legs = server::store::legs_of(work, VehicleId{vehicle});
    REQUIRE_FALSE(legs.empty());
    return legs.back();
}
Instant planned(const json& text) { return *parse_iso(text.get<std::string>()); }

}  // namespace

TEST_CASE("a trip is due at the planned arrival and declares what was signed for") {
    Trade trade;
    trade.file(trade.filing());
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    const json manifest = trade.as("producer").get("/v1/manifests/" + trade.id).json();
    const auto leg = leg_of(trade, trade.vehicle);
    CHECK(leg.due_at == planned(manifest.at("planned_arrive_at")));
    CHECK(leg.declared == Grams{8'000'000});  // 20 t of truck and load, 12 t of truck

    const server::Directory directory;
    const auto trip = server::make_trip(leg, directory);
    CHECK(trip->due_at == leg.due_at);
    CHECK(trip->declared == leg.declared);
    auto later = leg;
    later.due_at = *leg.due_at + std::chrono::hours{1};
    CHECK_FALSE(server::same_task(*trip, *server::make_trip(later, directory)));
    auto lighter = leg;
    lighter.declared = Grams{1};
    CHECK_FALSE(server::same_task(*trip, *server::make_trip(lighter, directory)));
    CHECK(server::same_task(*trip, *server::make_trip(leg, directory)));
}

TEST_CASE("the first of two legs is due at the handover, the second at the arrival") {
    Trade trade;
    trade.file(two_legs(trade, trade.party.at("carrier2")));
    trade.step("carrier", "carrier_accept", trade.acceptance());
    trade.load();
    const json manifest = trade.as("producer").get("/v1/manifests/" + trade.id).json();
    CHECK(leg_of(trade, trade.vehicle).due_at ==
          planned(manifest.at("legs").at(0).at("planned_handover_at")));
    trade.step("driver", "depart");
    trade.step("driver", "handover_out", {{"reason", "the bridge is closed today"}});
    auto body = trade.vehicle_body(trade.other_truck);
    body.update({{"producer_checked", true}, {"carrier_checked", true}, {"waste_checked", true}});
    trade.step("driver2", "handover_in", body);
    const auto second = leg_of(trade, trade.other_truck);
    CHECK(second.due_at == planned(manifest.at("planned_arrive_at")));
    CHECK(second.declared == Grams{8'000'000});
}
