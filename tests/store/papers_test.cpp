// Registers of papers and scales: empty they warn, with entries they are enforced.
#include "server/days.hpp"
#include "tests/support/valley_trip.hpp"

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

using Codes = std::vector<std::string>;

std::string day(const Valley& place, int from_now) {
    return server::to_text(std::chrono::floor<std::chrono::days>(place.house.now()) +
                           std::chrono::days{from_now});
}
json dated(const Valley& place, json body, int until = 300) {
    body["valid_from"] = day(place, -300);
    body["valid_to"] = day(place, until);
    return body;
}

TEST_CASE("a carrier without registered papers is warned of and not refused") {
    Valley place;
    const std::string id = submitted(place, place.filing())["id"];
    CHECK(warning_codes(step(place, "carrier", id, "carrier_accept", place.acceptance())) ==
          Codes{"TERMINAL_SILENT", "TRANSPORT_PERMIT_UNREGISTERED", "VEHICLE_PERMIT_UNREGISTERED",
                "CREW_UNREGISTERED", "NO_ESCORT"});
}

TEST_CASE("papers that are registered are enforced, every fault in one answer") {
    Valley place;
    const auto desk = place.as("regulator");
    const auto& carrier = place.party.at("carrier");
    const auto permit = Valley::made(
        desk, "transport-permits",
        dated(place, {{"carrier", carrier}, {"number", "DG-0001"}, {"dg_classes", {"3"}}}));
    const json certificate{
        {"carrier", carrier}, {"kind", "driver"}, {"person", "Wang Jun"}, {"number", "C-0001"}};
    Valley::made(desk, "crew-certificates", dated(place, certificate, -10));
    Valley::made(desk, "vehicle-permits",
                 dated(place, {{"vehicle", place.vehicle}, {"number", "V-0001"}}, -10));
    const std::string id = submitted(place, place.filing())["id"];
    const auto refused = place.act("carrier", id, "carrier_accept", place.acceptance());
    CHECK(refused.status == 422);
    CHECK(faults_of(refused) == Codes{"PERMIT_SCOPE ", "PERMIT_EXPIRED /vehicle",
                                      "NO_ESCORT /escort", "CERT_EXPIRED /driver"});

    CHECK(desk.send("DELETE", "/v1/transport-permits/" + permit).status == 204);
    CHECK(desk.send("DELETE", "/v1/transport-permits/" + permit).status == 404);
    Valley::made(
        desk, "transport-permits",
        dated(place, {{"carrier", carrier}, {"number", "DG-0002"}, {"dg_classes", {"6"}}}));
    Valley::made(
        desk, "vehicle-permits",
        dated(place,
              {{"vehicle", place.vehicle}, {"number", "V-0002"}, {"rated_load_g", 9000000}}));
    auto renewed = dated(place, certificate);
    renewed["valid_from"] = day(place, -5);
    Valley::made(desk, "crew-certificates", renewed);
    Valley::made(
        desk, "crew-certificates",
        dated(
            place,
            {{"carrier", carrier}, {"kind", "escort"}, {"person", "Li Si"}, {"number", "C-0002"}}));
    auto acceptance = place.acceptance();
    acceptance["escort"] = "Li Si";
    CHECK(warning_codes(step(place, "carrier", id, "carrier_accept", acceptance)) ==
          Codes{"TERMINAL_SILENT"});

    truck_ready(place);
    const auto over =
        place.act("producer", id, "load_sign", {{"gross_kg", 21001}, {"tare_kg", 12000}});
    CHECK(faults_of(over) == Codes{"OVERLOAD /gross_g"});
    step(place, "producer", id, "load_sign", {{"gross_kg", 21000}, {"tare_kg", 12000}});
}

TEST_CASE("papers are seen by their owner and by authorities, entered by these alone") {
    Valley place;
    const auto& carrier = place.party.at("carrier");
    const auto body =
        dated(place, {{"carrier", carrier}, {"number", "DG-0001"}, {"dg_classes", {"3", "6.1"}}});
    const auto desk = place.as("operator");
    const auto made = desk.post("/v1/transport-permits", body);
    REQUIRE(made.status == 201);
    CHECK(made.json()["dg_classes"] == json({"3", "6.1"}));
    CHECK(desk.post("/v1/transport-permits", body).json()["code"] == "DUPLICATE");
    CHECK(place.as("carrier").post("/v1/transport-permits", body).status == 403);
    const auto seen = [&](const Web& by) {
        return by.get("/v1/transport-permits").json()["items"].size();
    };
    CHECK(seen(place.as("carrier")) == 1);
    CHECK(seen(place.as("police")) == 1);
    const auto rival =
        Valley::made(desk, "parties", {{"name", "Rival Haulage"}, {"roles", {"carrier"}}});
    CHECK(seen(place.house.web(place.token("carrier", rival))) == 0);
    CHECK(faults_of(desk.post("/v1/transport-permits", {{"carrier", place.party.at("producer")},
                                                        {"number", "DG"},
                                                        {"dg_classes", {"3", "10", "6.0"}},
                                                        {"valid_from", "2026-13-01"},
                                                        {"valid_to", "2026-12-01"}})) ==
          Codes{"WRONG_ROLE /carrier", "TOO_SHORT /number", "UNKNOWN_VALUE /dg_classes/1",
                "UNKNOWN_VALUE /dg_classes/2", "NOT_A_DATE /valid_from"});
}

TEST_CASE("a scale is known, in date or warned of, and gives its own floor") {
    Valley place;
    truck_ready(place);
    const std::string id = arrived(place);
    json weighing{{"gross_kg", 19600}, {"tare_kg", 12000}, {"scale", "S1"}};  // 5 % less
    const auto desk = place.as("operator");
    const json scale{{"party", place.party.at("receiver")},
                     {"number", "S2"},
                     {"floor_g", 20000},
                     {"calibration_to", day(place, -2)}};
    CHECK(warning_codes(step(place, "receiver", id, "weigh_in", weighing)) ==
          Codes{"WEIGHT_DIFFERENCE", "SCALE_UNREGISTERED"});
    Valley::made(desk, "scales", scale);
    CHECK(faults_of(place.act("receiver", id, "weigh_in", weighing)) ==
          Codes{"SCALE_UNKNOWN /scale"});
    weighing["scale"] = "S2";
    CHECK(warning_codes(step(place, "receiver", id, "weigh_in", weighing)) ==
          Codes{"WEIGHT_DIFFERENCE", "SCALE_CALIBRATION"});
}

TEST_CASE("a seal's number is good for one manifest a day") {
    Valley place;
    truck_ready(place);
    const auto load = [&](const std::string& seal) {
        const std::string id = submitted(place, place.filing())["id"];
        step(place, "carrier", id, "carrier_accept", place.acceptance());
        step(place, "producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
        return place.act("driver", id, "load_sign", {{"seal_nos", {seal}}});
    };
    CHECK(load("S-1").status == 200);
    const auto again = load("S-1");
    CHECK(again.status == 409);
    CHECK(again.json()["code"] == "SEAL_USED");
    CHECK(load("S-2").status == 200);
}

}  // namespace
