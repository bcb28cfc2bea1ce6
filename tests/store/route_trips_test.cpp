// Which route a load is held against: chosen by its sites, or named; what new versions and
// diversions do to trips under way; routes proposed from what trucks drove.
#include "tests/support/trade.hpp"

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

json line(double width_of_bend = 0) {
    return {{"type", "LineString"},
            {"coordinates", {{119.60, 28.10}, {119.65, 28.10 + width_of_bend}, {119.70, 28.10}}}};
}

struct Road : Trade {
    json approved(json patch = json::object()) {
        json body{{"name", "works to plant"},
                  {"geometry", line()},
                  {"origin_site", site["producer"]},
                  {"destination_site", site["receiver"]}};
        body.update(patch);
        const auto reply = as("operator").post("/v1/routes", body);
        INFO(reply.body);
        REQUIRE(reply.status == 201);
        return reply.json();
    }
    json change(const std::string& of, const std::string& rest, const json& body) {
        const auto reply = as("operator").post("/v1/routes/" + of + rest, body);
        INFO(reply.body);
        REQUIRE((reply.status == 200 || reply.status == 201));
        return reply.json();
    }
    /// The legs of the manifest as anybody of it sees them.
    json legs() {
        const auto reply = as("producer").get("/v1/manifests/" + id + "/route");
        INFO(reply.body);
        REQUIRE(reply.status == 200);
        return reply.json()["legs"];
    }
    json without_route() {
        json body = acceptance();
        body.erase("route");
        return body;
    }
};

}  // namespace

TEST_CASE("a load without a named route is held against the one between its sites") {
    Road road;
    const std::string first = road.approved()["id"];
    road.approved({{"name", "over now"}, {"valid_until", to_iso(road.house.now() + 50ms)}});
    road.approved({{"name", "proposed"}, {"proposed", true}});
    road.approved({{"name", "another carrier's"}, {"carrier", road.party["carrier2"]}});
    road.file(road.filing());
    road.step("carrier", "carrier_accept", road.without_route());
    CHECK(road.legs().empty());
    road.load();
    REQUIRE(road.legs().size() == 1);
    CHECK(road.legs()[0]["route"] == first);
    CHECK(road.legs()[0]["version"] == 1);
    CHECK(road.legs()[0]["watched"]["geometry"]["type"] == "MultiLineString");
    const auto gone = road.step("driver", "depart");
    CHECK(gone["legs"][0]["route"] == first);
    CHECK(road.as("other").get("/v1/manifests/" + road.id + "/route").status == 404);
}

TEST_CASE("a carrier's own route comes before a common one, and a named one before both") {
    Road road;
    road.approved();
    const std::string own = road.approved({{"carrier", road.party["carrier"]}})["id"];
    road.approved({{"name", "newer"}});
    road.file(road.filing());
    road.step("carrier", "carrier_accept", road.without_route());
    road.load();
    CHECK(road.legs()[0]["route"] == own);
    const auto gone = road.step("driver", "depart", {{"route", road.route}});
    CHECK(gone["legs"][0]["route"] == road.route);
    CHECK(road.legs()[0]["route"] == road.route);
}

TEST_CASE("without a route between the sites one has to be named, of these sites and in force") {
    Road road;
    const json elsewhere{
        {"geometry", {{"type", "LineString"}, {"coordinates", {{119.6, 28.1}, {119.8, 28.1}}}}},
        {"destination_site", road.site["receiver2"]}};
    const std::string other = road.approved(elsewhere)["id"];
    const std::string proposed = road.approved({{"proposed", true}})["id"];
    road.file(road.filing());
    for (const std::string& route : {other, proposed}) {
        json body = road.acceptance();
        body["route"] = route;
        CHECK(road.refused("carrier", "carrier_accept", body).contains("ROUTE_UNKNOWN"));
    }
    road.step("carrier", "carrier_accept", road.without_route());
    road.load();
    CHECK_FALSE(road.legs()[0].contains("route"));
    CHECK(road.refused("driver", "depart").contains("ROUTE_MISSING"));
    CHECK(road.refused("driver", "depart", {{"route", other}}).contains("ROUTE_UNKNOWN"));
    road.step("driver", "depart", {{"route", road.route}});
}

TEST_CASE("a new version retasks loads under way, an ended one keeps what it was judged by") {
    Road road;
    const std::string route = road.approved()["id"];
    road.weighed_in();  // names the common valley road
    road.change(road.route, "/versions", {{"geometry", line(0.002)}});
    CHECK(road.legs()[0]["version"] == 2);
    road.step("receiver", "accept");
    road.step("producer", "close");
    CHECK(road.count("SELECT count(*) FROM trips WHERE ended_at IS NOT NULL") == 1);
    road.change(road.route, "/versions", {{"geometry", line(0.003)}});
    CHECK(road.legs()[0]["version"] == 2);
}

TEST_CASE("a withdrawal puts loads under way on the version before, or leaves them theirs") {
    Road road;
    road.under_way();
    road.change(road.route, "/versions", {{"geometry", line(0.002)}});
    CHECK(road.legs()[0]["version"] == 2);
    road.change(road.route, "/versions/2/withdraw", {{"why", "drawn wrongly"}});
    CHECK(road.legs()[0]["version"] == 1);
    road.change(road.route, "/versions/1/withdraw", {{"why", "the road is gone"}});
    CHECK(road.legs()[0]["version"] == 1);
    // Nobody is sent over it any more.
    road.file(road.filing());
    CHECK(road.refused("carrier", "carrier_accept", road.vehicle_body(road.spare))
              .contains("ROUTE_UNKNOWN"));
}

TEST_CASE("the diversions that were in force under way are shown with the load's route") {
    Road road;
    road.under_way();
    const json around{{"geometry", line(0.01)},
                      {"valid_until", to_iso(road.house.now() + 24h)},
                      {"why", "bridge works"}};
    const auto published = road.change(road.route, "/diversions", around);
    json later = around;
    later["valid_from"] = to_iso(road.house.now() + 12h);
    road.change(road.route, "/diversions", later);
    REQUIRE(road.legs()[0]["diversions"].size() == 2);
    CHECK(road.legs()[0]["diversions"][0]["why"] == "bridge works");
    const std::string id = published["diversions"][0]["id"];
    road.change(road.route, "/diversions/" + id + "/end", {{"why", "open again"}});
    CHECK(road.legs()[0]["diversions"][0]["ended"]["why"] == "open again");
}

TEST_CASE("the house is told of a new route as of a new place") {
    Road road;
    const std::string route = road.approved()["id"];
    const auto told = road.house.told();
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().what == server::http::FollowUp::What::places_changed);
    CHECK(told.back().id == route);
}

namespace {

// A closed load of the valley's truck, `day` days ago, with a fix every 10 s; `aside` metres north
// of the road between 119.63 and 119.67.
void closed_drive(const Road& road, int day, double aside) {
    const std::string id = "00000000-0000-7000-8000-0000000000" + std::to_string(10 + day);
    const Instant began = road.house.now() - std::chrono::hours{24 * day};
    road.database.sql(
        "INSERT INTO manifests (id, kind, state, version, producer_id, carrier_id, receiver_id,"
        " document, updated_at) SELECT '" +
        id + "', 'HW', 'COMPLETED', 9, '" + road.party.at("producer") + "', '" +
        road.party.at("carrier") + "', '" + road.party.at("receiver") +
        "', '{\"legs\": []}', now();"
        "INSERT INTO trips (id, manifest_id, vehicle_id, origin_id, destination_id, armed_at,"
        " ended_at, rule_set) VALUES ('" +
        id + "', '" + id + "', '" + road.vehicle + "', '" + road.site.at("producer") + "', '" +
        road.site.at("receiver") + "', '" + to_iso(began) + "', '" + to_iso(began + 2h) +
        "', '2026-1')");
    for (int i = 0; i <= 66; ++i) {
        const double lon = 119.60 + 0.0015 * i + 0.0002 * day;
        const bool away = lon > 119.63 && lon < 119.67;
        const double wobble = 0.00004 * ((i * 7 + day * 3) % 5 - 2);
        road.fix(began + std::chrono::seconds{10 * i},
                 28.10 + (away ? aside / 110'800 : 0) + wobble, std::min(lon, 119.70));
    }
}

}  // namespace

TEST_CASE("a route is proposed from closed loads without alerts, and from nothing else") {
    Road road;
    const json asked{{"name", "as it is driven"},
                     {"origin_site", road.site["producer"]},
                     {"destination_site", road.site["receiver"]}};
    const auto learn = [&] { return road.as("regulator").post("/v1/routes/learnt", asked); };
    for (int day = 1; day <= 2; ++day) closed_drive(road, day, 0);
    const auto few = learn();
    CHECK(few.status == 422);
    CHECK(few.json()["errors"][0]["code"] == "NOT_LEARNT");
    CHECK(few.json()["errors"][0]["value"] == "too_few_passes");
    for (int day = 3; day <= 5; ++day) closed_drive(road, day, 0);
    closed_drive(road, 6, 600);  // another street, and nobody said anything
    closed_drive(road, 7, 600);  // the same, with an alert
    road.database.sql(
        "INSERT INTO alert_revisions (alert, revision, what, trip_id, vehicle_id, plate,"
        " manifest_nos, kind, tier, grade, since, detected_at, late, rule_set, evidence,"
        " recorded_at) SELECT id || '.ROUTE_DEVIATION.1', 1, 'raised', id, vehicle_id, '', '{}',"
        " 'ROUTE_DEVIATION', 'B', 3, armed_at, armed_at, false, '', '{}', now() FROM trips"
        " WHERE id LIKE '%17'");
    const auto made = learn();
    INFO(made.body);
    REQUIRE(made.status == 201);
    const json route = made.json();
    CHECK(route["state"] == "proposed");
    CHECK(route["learnt"]["passes"] == 5);
    CHECK(route["learnt"]["left_out"].size() == 1);
    CHECK(route["learnt"]["gaps"].empty());
    CHECK(route["shown"]["kind"] == "learnt");
    CHECK(route["shown"]["learnt_from"] == 5);
    for (const auto& corner : route["shown"]["geometry"]["coordinates"][0]) {
        CHECK(corner[1].get<double>() == Approx(28.10).margin(0.0003));
    }
    // Approved it is a route like any other.
    const std::string id = route["id"];
    CHECK(road.change(id, "/versions/1/approve", {{"why", "as it is driven"}})["state"] ==
          "approved");
    const auto by_carrier = road.as("carrier").post("/v1/routes/learnt", asked);
    CHECK(by_carrier.status == 201);
    CHECK(by_carrier.json()["carrier"] == road.party["carrier"]);
}
