// What a party says of itself: changed by its administrators or the operator, every version kept.
#include "tests/support/loaded_valley.hpp"
#include "tests/support/registered.hpp"
#include "tests/support/valley_trip.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

using Codes = std::vector<std::string>;

std::string path_of(const Valley& place, const std::string& who) {
    return "/v1/parties/" + place.party.at(who);
}
WebReply put(const Web& by, const std::string& path, const json& body, const WebHeaders& more) {
    return by.send("PUT", path, body.dump(), more);
}
/// An administrator of the party in that role.
Web admin_of(const Valley& place, const std::string& role) {
    const auto made =
        expect(place.as("operator")
                   .post("/v1/tokens",
                         {{"role", role}, {"party", place.party.at(role)}, {"rank", "admin"}}),
               201);
    return place.house.web(made.at("token"));
}
json moved() {
    return {{"address", "21 Quay Street, Liandu"},
            {"contact", "Shen Lan"},
            {"phone", "0578-2100002"},
            {"emergency_phone", "13905781234"},
            {"emergency_plan_no", "331102-2026-044-M"},
            {"unit_code", "91331100MA2E0FFF0A002P"}};
}

}  // namespace

TEST_CASE("a party replaces what it says of itself, and new filings say it") {
    RegisteredValley place;
    const auto path = path_of(place, "producer");
    const auto own = admin_of(place, "producer");
    const auto filed = submitted(place, place.whole_filing());
    const auto read = own.get(path);
    CHECK(read.header("etag") == "\"1\"");
    CHECK(read.json()["address"] == "8 Mill Road, Liandu");

    const auto changed = put(own, path, moved(), naming(read.json()));
    REQUIRE(changed.status == 200);
    CHECK(changed.header("etag") == "\"2\"");
    CHECK(changed.json()["version"] == 2);
    CHECK(changed.json()["contact"] == "Shen Lan");
    CHECK_FALSE(changed.json().contains("facility_code"));  // left out, so emptied
    CHECK(changed.json()["name"] == "Guishan Plating");

    const auto anew = submitted(place, place.whole_filing());
    CHECK(anew["producer"]["address"] == "21 Quay Street, Liandu");
    CHECK(anew["producer"]["emergency_plan_no"] == "331102-2026-044-M");
    // What was signed before says what was so then.
    const auto before = own.get("/v1/manifests/" + filed["id"].get<std::string>()).json();
    CHECK(before["producer"]["address"] == "8 Mill Road, Liandu");
}

TEST_CASE("a change names the version that was read, and nothing but a party's own words") {
    RegisteredValley place;
    const auto path = path_of(place, "carrier");
    const auto own = admin_of(place, "carrier");
    const auto read = expect(own.get(path), 200);
    CHECK(put(own, path, moved(), {}).status == 428);
    CHECK(put(own, path, moved(), {{"If-Match", "\"9\""}}).status == 412);
    auto wrong = moved();
    wrong["phone"] = "12345";
    wrong["uscc"] = "91331100MA2E0EEE0C";
    wrong["roles"] = {"receiver"};
    CHECK(faults_of(put(own, path, wrong, naming(read))) ==
          Codes{"BAD_PHONE /phone", "UNKNOWN_FIELD /roles", "UNKNOWN_FIELD /uscc"});
    CHECK(own.get(path).json() == read);
    CHECK(put(own, path, json::object(), naming(read)).status == 200);
    CHECK_FALSE(own.get(path).json().contains("address"));
}

TEST_CASE("another party's words are not for a party to change, over HTTP and in SQL") {
    RegisteredValley place;
    const auto path = path_of(place, "receiver");
    const auto read = expect(place.as("producer").get(path), 200);
    CHECK_FALSE(read.contains("phone"));
    const auto refused = put(admin_of(place, "producer"), path, moved(), naming(read));
    CHECK(refused.status == 403);
    CHECK(refused.json()["code"] == "NOT_YOURS");
    CHECK(put(place.as("operator"), path, moved(), naming(read)).status == 200);

    AsHttp other{place, "producer", place.party["producer"]};
    const auto touched =
        other.work.exec_params("UPDATE parties SET address = 'somewhere else' WHERE id = $1::uuid",
                               place.party["receiver"]);
    CHECK(touched.affected_rows() == 0);
}

TEST_CASE("every version of a party is kept: when, by whom, what it said") {
    RegisteredValley place;
    const auto path = path_of(place, "producer");
    const auto own = admin_of(place, "producer");
    expect(put(own, path, moved(), naming(expect(own.get(path), 200))), 200);
    const auto items = expect(own.get(path + "/history"), 200)["items"];
    REQUIRE(items.size() == 2);
    CHECK(items[0]["event"] == "create");
    CHECK(items[0]["role"] == "operator");
    CHECK(items[0]["document"]["address"] == "8 Mill Road, Liandu");
    CHECK(items[1]["event"] == "change");
    CHECK(items[1]["role"] == "producer");
    CHECK(items[1]["party"] == place.party["producer"]);
    CHECK(items[1]["request"] == moved());
    CHECK(items[1]["document"]["contact"] == "Shen Lan");
    // People's names and numbers are for its own and for authorities.
    CHECK(expect(place.as("receiver").get(path + "/history"), 200)["items"].empty());
    CHECK(expect(place.as("regulator").get(path + "/history"), 200)["items"].size() == 2);
}
