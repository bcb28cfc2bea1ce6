// Protection levels of drinking-water sources: entered, read back, and known to the watch.
#include "server/store/directory.hpp"
#include "tests/support/trade.hpp"

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

namespace {

json zone(const char* kind, const char* protection) {
    return {{"name", "reservoir"},
            {"kind", kind},
            {"protection", protection},
            {"geometry", {{"type", "Point"}, {"coordinates", {119.65, 28.2}}}},
            {"radius_m", 500}};
}

}  // namespace

TEST_CASE("the level of a water source is kept, shown, and reaches the watch") {
    const Valley valley;
    const auto reply = valley.as("operator").post("/v1/sites", zone("water_source", "quasi"));
    REQUIRE(reply.status == 201);
    CHECK(reply.json().at("protection") == "quasi");
    const auto made = reply.json().at("id").get<std::string>();
    pqxx::connection connection{valley.database.conninfo("liuhen_core")};
    pqxx::work work{connection};
    const auto places = server::read_places(work, {});
    const geofence::Site* site = places.find({made});
    REQUIRE(site != nullptr);
    CHECK(site->protection == geofence::Protection::quasi);
}

TEST_CASE("a level that is none, and a level of what is no water source, are refused") {
    const Valley valley;
    for (const auto& body : {zone("water_source", "level_3"), zone("rest", "level_1")}) {
        const auto refused = valley.as("operator").post("/v1/sites", body);
        CHECK(refused.status == 422);
        CHECK(faults_of(refused).front().starts_with("UNKNOWN_VALUE /protection"));
    }
}
