// Identity numbers of drivers and escorts over a real socket and a real database: sealed, masked,
// found again by an authority, and nowhere in clear.
#include "server/store/person_numbers.hpp"

#include "server/history/digest.hpp"
#include "tests/support/loaded_valley.hpp"
#include "tests/support/registered.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using liuhen::test::Trade;
using nlohmann::json;
namespace store = liuhen::server::store;

constexpr const char* number = "33110219900307001X";
constexpr const char* mask = "3311**********001X";
constexpr const char* other_number = "331102198511210141";

json crewed(json body, const char* id_no) {
    body["driver"] = {{"name", "Wang Jun"}, {"id_no", id_no}};
    return body;
}

/// A trade with a manifest whose carrier has named a driver by number.
struct Named : Trade {
    Named() {
        file(filing());
        accepted = step("carrier", "carrier_accept", crewed(acceptance(), number));
    }
    json sought(const std::string& role, const std::string& id_no) const {
        const auto reply =
            as(role).post("/v1/person-lookups", {{"id_no", id_no}, {"reason", "case LS-2026-4"}});
        INFO(reply.body);
        REQUIRE(reply.status == 200);
        return reply.json().at("items");
    }
    json accepted;
};

/// Rows, of all tables there are, whose text holds `words`.
std::vector<std::string> rows_with(const liuhen::test::ScratchDatabase& database,
                                   const std::string& words) {
    std::vector<std::string> found;
    for (const auto& table :
         database.sql("SELECT format('%I.%I', schemaname, tablename) FROM pg_tables"
                      " WHERE schemaname = 'public'")) {
        const std::string name = table[0].as<std::string>();
        if (database.value<long>("SELECT count(*) FROM " + name + " t WHERE t::text LIKE '%" +
                                 words + "%'") > 0)
            found.push_back(name);
    }
    return found;
}

}  // namespace

TEST_CASE("an identity number is shown as its mask and stands in no table in clear") {
    Named place;
    CHECK(place.accepted["legs"][0]["driver"]["id_masked"] == mask);
    const auto shown = place.as("producer").get("/v1/manifests/" + place.id);
    CHECK(shown.body.find(mask) != std::string::npos);
    CHECK(shown.body.find(number) == std::string::npos);
    const auto history = place.as("regulator").get("/v1/manifests/" + place.id + "/history");
    REQUIRE(history.status == 200);
    CHECK(history.body.find(number) == std::string::npos);
    CHECK_FALSE(rows_with(place.database, mask).empty());  // so that the next could fail
    CHECK(rows_with(place.database, number).empty());
    CHECK(rows_with(place.database, server::history::hex_of(number)).empty());
    CHECK(place.count("SELECT count(*) FROM person_numbers WHERE octet_length(sealed) = 46") == 1);
}

TEST_CASE("an authority finds where a person was named, by the whole number and with a reason") {
    Named place;
    const auto found = place.sought("police", number);
    REQUIRE(found.size() == 1);
    CHECK(found[0]["manifest"] == place.id);
    CHECK(found[0]["no"] == place.accepted["no"]);
    CHECK(found[0]["seat"] == "driver");
    CHECK(found[0]["name"] == "Wang Jun");
    CHECK(found[0]["id_masked"] == mask);
    CHECK(place.sought("regulator", other_number).empty());
    CHECK(place.count("SELECT count(*) FROM person_lookups WHERE reason = 'case LS-2026-4'") == 2);
    CHECK(place.count("SELECT found FROM person_lookups WHERE role = 'police'") == 1);

    const auto reply = place.as("police").post("/v1/person-lookups", {{"id_no", "33110219900307"}});
    CHECK(reply.status == 422);
    const auto faults = liuhen::test::faults_of(reply);
    CHECK(faults == std::vector<std::string>{"FIELD_FORMAT /id_no", "MISSING /reason"});
    CHECK(reply.body.find("33110219900307") == std::string::npos);
}

TEST_CASE("an authority of another area finds nobody, and parties may not look") {
    Named place;
    const auto far =
        place.as("operator").post("/v1/tokens", {{"role", "police"}, {"division", "4401"}});
    REQUIRE(far.status == 201);
    const auto reply = place.house.web(far.json().at("token"))
                           .post("/v1/person-lookups", {{"id_no", number}, {"reason", "curious"}});
    CHECK(reply.status == 200);
    CHECK(reply.json()["items"].empty());
    liuhen::test::AsHttp carrier{place, "carrier", place.party["carrier"]};
    CHECK(carrier.sees("person_numbers") == 0);
}

TEST_CASE("whoever leaves the truck before it is loaded leaves no number behind") {
    Named place;
    SECTION("for another driver") {
        place.step("carrier", "swap_vehicle", crewed(place.acceptance(), other_number));
        CHECK(place.sought("police", number).empty());
        CHECK(place.sought("police", other_number).size() == 1);
    }
    SECTION("for a driver without a number") {
        place.step("carrier", "swap_vehicle", place.acceptance());
        CHECK(place.count("SELECT count(*) FROM person_numbers") == 0);
    }
    SECTION("with the whole assignment") {
        place.step("carrier", "unassign");
        CHECK(place.count("SELECT count(*) FROM person_numbers") == 0);
    }
}

TEST_CASE("each leg keeps its own driver's number") {
    Trade place;
    place.file(two_legs(place, place.party["carrier2"]));
    place.step("carrier", "carrier_accept", crewed(place.acceptance(), number));
    place.load();
    place.step("driver", "depart");
    place.step("driver", "handover_out", {{"reason", "the truck reports no place"}});
    auto body = crewed(place.vehicle_body(place.other_truck), other_number);
    for (const char* checked : {"producer_checked", "carrier_checked", "waste_checked"})
        body[checked] = true;
    place.step("driver2", "handover_in", body);
    CHECK(place.count("SELECT count(*) FROM person_numbers WHERE leg_no = 1") == 1);
    CHECK(place.count("SELECT count(*) FROM person_numbers WHERE leg_no = 2") == 1);
    CHECK(rows_with(place.database, other_number).empty());
}

TEST_CASE("a sealed number that was moved to another seat is nobody's") {
    Named place;
    place.database.sql("UPDATE person_numbers SET seat = 'escort'");
    CHECK(place.sought("police", number).empty());
    place.database.sql("UPDATE person_numbers SET seat = 'driver'");
    CHECK(place.sought("police", number).size() == 1);
}

TEST_CASE("what an older key sealed is found while that key is given") {
    Named place;
    const store::PersonLookup wanted{
        number,       "key was changed", "00000000-0000-4000-8000-000000000000",
        "an officer", "police",          place.house.now()};
    const std::string new_key(32, 'n');
    liuhen::test::AsHttp police{place, "police", ""};
    CHECK(store::find_person(police.work, server::Vault{{new_key, std::string(32, 'k')}}, wanted)
              .size() == 1);
    CHECK(store::find_person(police.work, server::Vault{{new_key}}, wanted).empty());
}

TEST_CASE(
    "a wrong number is refused without being repeated, and a repetition is known by its key") {
    Trade place;
    place.file(place.filing());
    const auto path = "/v1/manifests/" + place.id + "/carrier_accept";
    const auto wrong =
        place.as("carrier").post(path, crewed(place.acceptance(), "331102199003070011"));
    CHECK(wrong.status == 422);
    CHECK(liuhen::test::faults_of(wrong) == std::vector<std::string>{"FIELD_FORMAT /driver/id_no"});
    CHECK(wrong.body.find("331102199003070011") == std::string::npos);

    const liuhen::test::WebHeaders key{{"Idempotency-Key", "accept-1"}};
    const auto first = place.as("carrier").post(path, crewed(place.acceptance(), number), key);
    REQUIRE(first.status == 200);
    const auto again = place.as("carrier").post(path, crewed(place.acceptance(), number), key);
    CHECK(again.header("idempotent-replayed") == "true");
    CHECK(place.as("carrier").post(path, crewed(place.acceptance(), other_number), key).status ==
          409);
}

TEST_CASE("without a key for secrets a number is not taken, and all else is") {
    Trade place;
    place.house.refurnish([](auto& front) { front.vault = nullptr; });
    place.file(place.filing());
    const auto path = "/v1/manifests/" + place.id + "/carrier_accept";
    const auto reply = place.as("carrier").post(path, crewed(place.acceptance(), number));
    CHECK(reply.status == 503);
    CHECK(reply.json()["code"] == "SECRET_KEY_MISSING");
    CHECK(place.act("carrier", place.id, "carrier_accept", place.acceptance()).status == 200);
}
