// One truck, several manifests, one weighing.
#include "tests/support/valley_trip.hpp"

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

using Codes = std::vector<std::string>;

/// Two manifests that arrived on one truck, the second with `second_kg` against 8 t of the first.
std::vector<std::string> two_arrived(const Valley& place, int second_kg) {
    truck_ready(place);
    std::vector<std::string> ids;
    for (int i = 0; i < 2; ++i) {
        ids.push_back(submitted(place, place.filing())["id"]);
        step(place, "carrier", ids.back(), "carrier_accept", place.acceptance());
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const int net = i == 0 ? 8000 : second_kg;
        step(place, "producer", ids[i], "load_sign",
             {{"gross_kg", 12000 + net}, {"tare_kg", 12000}});
        step(place, "driver", ids[i], "load_sign");
    }
    for (const auto& id : ids) {
        step(place, "driver", id, "depart");
        step(place, "receiver", id, "arrive");
    }
    return ids;
}

TEST_CASE("one weighing is shared by sent weight, to the gram, and each part is marked") {
    Valley place;
    const auto ids = two_arrived(place, 4000);
    const auto reply = place.as("receiver")
                           .post("/v1/weighings", {{"manifests", ids},
                                                   {"gross_g", 23'900'001},
                                                   {"tare_g", 12'000'000},
                                                   {"scale", "S1"}});
    INFO(reply.body);
    REQUIRE(reply.status == 201);
    std::int64_t sum = 0;
    const auto weighed = reply.json();
    for (const auto& one : weighed["items"]) {
        const auto& line = one["manifest"]["lines"][0];
        CHECK(line["allocated"] == true);
        sum += line["received_g"].get<std::int64_t>();
    }
    CHECK(sum == 11'900'001);
    const auto first = place.as("receiver").get("/v1/manifests/" + ids[0]).json();
    CHECK(first["lines"][0]["received_g"] == 7'933'334);
    CHECK(first["weigh_in"]["gross_g"] == 23'900'001);
}

TEST_CASE("two producers' loads ride one truck, are weighed at once and end each for its own") {
    Valley place;
    truck_ready(place);
    const auto works =
        Valley::made(place.as("operator"), "sites",
                     {{"name", "enamel works"},
                      {"kind", "producer"},
                      {"party", place.party["other"]},
                      {"geometry", {{"type", "Point"}, {"coordinates", {119.6, 28.1}}}},
                      {"radius_m", 200}});
    const std::vector<std::string> makers{"producer", "other"};
    std::vector<std::string> ids;
    for (const auto& maker : makers) {
        auto form = place.filing();
        if (maker == "other") form["origin_site"] = works;
        ids.push_back(expect(place.as(maker).post("/v1/manifests", form), 201).at("id"));
        step(place, maker, ids.back(), "submit");
        step(place, "carrier", ids.back(), "carrier_accept", place.acceptance());
    }
    for (std::size_t i = 0; i < 2; ++i) {
        const int gross_kg = i == 0 ? 20'000 : 19'000;
        step(place, makers[i], ids[i], "load_sign", {{"gross_kg", gross_kg}, {"tare_kg", 12'000}});
        step(place, "driver", ids[i], "load_sign");
    }
    for (const auto& id : ids) {
        step(place, "driver", id, "depart");
        step(place, "receiver", id, "arrive");
    }
    expect(
        place.as("receiver")
            .post("/v1/weighings", {{"manifests", ids}, {"gross_kg", 27'000}, {"tare_kg", 12'000}}),
        201);
    for (std::size_t i = 0; i < 2; ++i) {
        step(place, "receiver", ids[i], "accept");
        const auto done = step(place, makers[i], ids[i], "close");
        CHECK(done["state"] == "COMPLETED");
        CHECK(done["lines"][0]["accepted_g"] == (i == 0 ? 8'000'000 : 7'000'000));
        CHECK(place.as(makers[1 - i]).get("/v1/manifests/" + ids[i]).status == 404);
    }
}

TEST_CASE("a weighing of several is for all of them or for none") {
    Valley place;
    const auto ids = two_arrived(place, 4000);
    const auto draft = place.draft();
    const auto weigh = [&](const json& manifests, int gross_kg) {
        return place.as("receiver")
            .post("/v1/weighings",
                  {{"manifests", manifests}, {"gross_kg", gross_kg}, {"tare_kg", 12000}});
    };
    CHECK(faults_of(weigh({ids[0], draft}, 23900)) == Codes{"UNKNOWN_REFERENCE /manifests/1"});
    CHECK(faults_of(weigh({ids[0], ids[0]}, 23900)) == Codes{"DUPLICATE /manifests/1"});
    std::string capitals = ids[0];
    for (char& c : capitals) c = static_cast<char>(std::toupper(c));
    CHECK(faults_of(weigh({ids[0], capitals}, 23900)) == Codes{"DUPLICATE /manifests/1"});
    // What is no text at all does not move the places of those behind it.
    const std::string no_uuid(36, 'x');
    CHECK(faults_of(weigh({7, ids[0], no_uuid, ids[0]}, 23900)) ==
          Codes{"WRONG_TYPE /manifests/0", "NOT_A_UUID /manifests/2", "DUPLICATE /manifests/3"});
    CHECK(faults_of(weigh(ids, 11000)) == Codes{"WEIGHT_INVALID /gross_g"});
    CHECK(faults_of(weigh(json::array(), 23900)) == Codes{"TOO_SHORT /manifests"});
    step(place, "receiver", ids[1], "weigh_in", {{"gross_kg", 16000}, {"tare_kg", 12000}});
    step(place, "receiver", ids[1], "accept");
    CHECK(weigh(ids, 23900).status == 409);
    CHECK(place.database.value<int>("SELECT count(*) FROM manifests WHERE id = '" + ids[0] +
                                    "' AND document ? 'weigh_in'") == 0);
    CHECK(place.as("producer").post("/v1/weighings", {{"manifests", ids}}).status == 403);
}

}  // namespace
