// What a manifest says of its parties, legs and contracts, from the register to the submit.
#include "tests/support/registered.hpp"
#include "tests/support/valley_trip.hpp"

#include <algorithm>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

using Codes = std::vector<std::string>;

// "CODE pointer" of each warning, but for the waste list that this house has not imported.
Codes warnings_of(const json& answer) {
    Codes said;
    for (const auto& one : answer.at("warnings")) {
        if (one.at("code") == "WASTE_LIST_MISSING") continue;
        said.push_back(one.at("code").get<std::string>() + " " +
                       one.at("pointer").get<std::string>());
    }
    return said;
}

WebReply submit(const Valley& place, const json& filing) {
    const auto made = expect(place.as("producer").post("/v1/manifests", filing), 201);
    return place.act("producer", made.at("id"), "submit");
}

json permit_of(const Valley& place, const std::string& number) {
    const auto day = [&place](int days) {
        return to_iso(place.house.now() + std::chrono::hours{24 * days}).substr(0, 10);
    };
    return {{"carrier", place.party.at("carrier")},
            {"number", number},
            {"dg_classes", {"6.1"}},
            {"valid_from", day(-5)},
            {"valid_to", day(90)}};
}

}  // namespace

TEST_CASE("a fully registered party gives no warning, and the manifest says all of it") {
    RegisteredValley place;
    Valley::made(place.as("operator"), "transport-permits", permit_of(place, "331100000117"));
    const auto answer = submitted(place, place.whole_filing());
    CHECK(warnings_of(answer).empty());
    const auto& producer = answer.at("producer");
    CHECK(producer.at("address") == "8 Mill Road, Liandu");
    CHECK(producer.at("emergency_phone") == "13805781234");
    CHECK(producer.at("emergency_plan_no") == "331102-2026-017-M");
    CHECK(producer.at("unit_code") == "91331100MA2E0FFF0A001P");
    CHECK(producer.at("facility_code") == "MF0001");
    CHECK_FALSE(producer.contains("licence_no"));
    // The numbers come from the registers of licences and permits, each in its own role.
    CHECK(answer.at("receiver").at("licence_no") == "3311000002");
    const auto& carrier = answer.at("legs").at(0).at("carrier");
    CHECK(carrier.at("transport_permit_no") == "331100000117");
    CHECK_FALSE(carrier.contains("licence_no"));
}

TEST_CASE("a permit that was revoked is on no manifest") {
    RegisteredValley place;
    const auto desk = place.as("operator");
    const auto permit = Valley::made(desk, "transport-permits", permit_of(place, "331100000117"));
    CHECK(desk.send("DELETE", "/v1/transport-permits/" + permit).status == 204);
    const auto answer = submitted(place, place.whole_filing());
    CHECK_FALSE(answer.at("legs").at(0).at("carrier").contains("transport_permit_no"));
}

TEST_CASE("what the register lacks of a party is said beside the submit") {
    RegisteredValley place;
    place.party["carrier"] = Valley::made(
        place.as("operator"), "parties",
        {{"name", "Songyin Vans"}, {"uscc", "91331100MA2E0HHH06"}, {"roles", {"carrier"}}});
    CHECK(warnings_of(submitted(place, place.whole_filing())) ==
          Codes{"CONTACT_MISSING /carrier", "EMERGENCY_PLAN_MISSING /carrier/emergency_plan_no"});
}

TEST_CASE("a phone or a unit code that cannot be one is not registered") {
    RegisteredValley place;
    const auto desk = place.as("operator");
    const json firm{{"name", "Old Mill"}, {"roles", {"producer"}}};
    auto wrong = firm;
    wrong["phone"] = "12345";
    wrong["emergency_phone"] = "1380578123";
    wrong["unit_code"] = "91331100MA2E0AAA0L000P";
    CHECK(faults_of(desk.post("/v1/parties", wrong)) ==
          Codes{"BAD_PHONE /phone", "BAD_PHONE /emergency_phone", "BAD_UNIT_CODE /unit_code"});
    auto right = firm;
    right["phone"] = "0578-2100001";
    right["emergency_phone"] = "13805781234";
    right["unit_code"] = "91331100MA2E0AAA0L001P";
    const auto made = expect(desk.post("/v1/parties", right), 201);
    CHECK(made.at("unit_code") == right.at("unit_code"));
}

TEST_CASE("a batch code of no ledger is warned of and travels") {
    RegisteredValley place;
    auto filing = place.whole_filing();
    filing["lines"][0]["ledger_batch_out"] = "HWCK2026-1";
    CHECK(warnings_of(submitted(place, filing)) ==
          Codes{"BATCH_CODE_FORM /lines/0/ledger_batch_out"});
    filing["lines"][0]["ledger_batch_out"] = "HWCK20260301001";
    CHECK(warnings_of(submitted(place, filing)).empty());
}

TEST_CASE("contracts that are not named are warned of") {
    RegisteredValley place;
    auto filing = place.whole_filing();
    filing.erase("contract_no");
    filing.erase("carriage_contract_no");
    CHECK(warnings_of(submitted(place, filing)) ==
          Codes{"CONTRACT_MISSING /contract_no", "CONTRACT_MISSING /carriage_contract_no"});
}

TEST_CASE("each leg but the last names where and when the load goes over") {
    Valley place;
    const auto next =
        enter_party(place.as("operator"), "carrier", "Oujiang Cartage", "91331100MA2E0EEE0C");
    auto filing = two_legs(place, next);
    CHECK(submit(place, filing).status == 200);
    for (const char* field : {"end", "handover_place", "planned_handover_at"})
        filing["legs"][0].erase(field);
    filing["legs"][1].erase("start");
    const auto refused = submit(place, filing);
    CHECK(refused.status == 422);
    CHECK(faults_of(refused) ==
          Codes{"FIELD_REQUIRED /legs/0/end", "FIELD_REQUIRED /legs/0/handover_place",
                "FIELD_REQUIRED /legs/0/planned_handover_at", "FIELD_REQUIRED /legs/1/start"});
}
