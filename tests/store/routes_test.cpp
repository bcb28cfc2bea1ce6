// Approved routes over HTTP: drawn and proposed, approved and withdrawn, in versions.
#include "tests/support/trade.hpp"

#include <cmath>

using namespace liuhen;
using namespace liuhen::test;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

Trade& trade() {
    static Trade one;
    return one;
}
json line(std::vector<std::array<double, 2>> corners) {
    return {{"type", "LineString"}, {"coordinates", std::move(corners)}};
}
const json valley_line = line({{119.60, 28.10}, {119.65, 28.10}, {119.70, 28.10}});

// A route between the works and the plant.
json between_sites(const std::string& name) {
    return {{"name", name},
            {"geometry", valley_line},
            {"origin_site", trade().site.at("producer")},
            {"destination_site", trade().site.at("receiver")}};
}
std::string path(const json& route, const std::string& rest = {}) {
    return "/v1/routes/" + route.at("id").get<std::string>() + rest;
}
json made(const std::string& role, const json& body, const std::string& where = "/v1/routes") {
    const auto reply = trade().as(role).post(where, body);
    INFO(reply.body);
    REQUIRE(reply.status == 201);
    return reply.json();
}
int rows(const std::string& table) { return trade().count("SELECT count(*) FROM " + table); }

// "code pointer" of the only fault, nothing having been stored.
std::string fault_of(const json& body, const std::string& where = "/v1/routes") {
    const int before = rows("routes") + rows("route_versions") + rows("route_diversions");
    const auto reply = trade().as("operator").post(where, body);
    INFO(reply.body);
    CHECK(reply.status == 422);
    CHECK(rows("routes") + rows("route_versions") + rows("route_diversions") == before);
    const json errors = reply.json()["errors"];
    REQUIRE(errors.size() == 1);
    return errors[0]["code"].get<std::string>() + " " + errors[0]["pointer"].get<std::string>();
}
json with(json body, const json& patch) {
    body.update(patch);
    return body;
}

}  // namespace

TEST_CASE("what the operator draws is approved, with a width at each vertex and its tunnels") {
    const auto route = made(
        "operator",
        with(between_sites("drawn"),
             {{"widths_m", {50, 62.5, 40}}, {"tunnels", {{0, 1}}}, {"why", "surveyed in March"}}));
    CHECK(route["state"] == "approved");
    CHECK(route["version"] == 1);
    CHECK(route["width_m"] == 62.5);
    const auto shown = trade().as("driver").get(path(route)).json();
    const json version = shown["shown"];
    CHECK(version["widths_m"] == json{50, 62.5, 40});
    CHECK(version["tunnels"] == json{{0, 1}});
    CHECK(version["kind"] == "drawn");
    CHECK(version["length_m"].get<double>() == Approx(9'828).margin(5));
    CHECK(version["approved"]["why"] == "surveyed in March");
    CHECK(version["approved"]["role"] == "operator");
    CHECK_FALSE(version["approved"].contains("person"));
    CHECK(trade().as("regulator").get(path(route)).json()["shown"]["approved"]["person"] ==
          "operator person");
    CHECK(shown["versions"].size() == 1);
    CHECK(shown["diversions"].empty());
}

TEST_CASE("a carrier's route is a proposal of its own until a regulator approves it") {
    const auto route = made("carrier", between_sites("by the river"));
    CHECK(route["state"] == "proposed");
    CHECK(route["carrier"] == trade().party["carrier"]);
    CHECK(trade().as("carrier2").get(path(route)).status == 404);
    const std::string act = path(route, "/versions/1/approve");
    CHECK(trade().as("carrier").post(act, {{"why", "it is ours"}}).status == 403);
    CHECK(trade().as("regulator").post(act, json::object()).status == 422);
    const auto approved = trade().as("regulator").post(act, {{"why", "seen on site"}});
    CHECK(approved.status == 200);
    CHECK(approved.json()["state"] == "approved");
    const auto again = trade().as("regulator").post(act, {{"why", "once more"}});
    CHECK(again.status == 409);
    CHECK(again.json()["code"] == "ROUTE_DECIDED");
    // Into another's name, or as a version of a common road, no carrier draws.
    const auto theirs =
        trade()
            .as("carrier2")
            .post("/v1/routes", with(between_sites("x"), {{"carrier", trade().party["carrier"]}}));
    CHECK(theirs.status == 403);
    CHECK(theirs.json()["code"] == "NOT_YOURS");
    const auto common = made("operator", between_sites("common"));
    CHECK(
        trade().as("carrier").post(path(common, "/versions"), {{"geometry", valley_line}}).status ==
        403);
}

TEST_CASE("a regulator of another area approves nothing here") {
    const auto route = made("carrier", between_sites("for an area"));
    const auto of_area = [&](const std::string& division) {
        const std::string token = trade().token("regulator", "");
        trade().database.sql("UPDATE tokens SET division = '" + division +
                             "' WHERE created_at = (SELECT max(created_at) FROM tokens)");
        return trade().house.web(token).post(path(route, "/versions/1/approve"),
                                             {{"why", "seen on site"}});
    };
    CHECK(of_area("3301").status == 403);
    CHECK(of_area("3311").status == 200);
}

TEST_CASE("the version in force is the newest approved one whose time it is") {
    const auto route = made("operator", between_sites("versions"));
    const json wider{{"geometry", valley_line}, {"width_m", 90}};
    const auto add = [&](json patch) {
        return made("operator", with(wider, patch), path(route, "/versions"));
    };
    const auto version = [&] {
        return trade().as("police").get(path(route)).json()["shown"]["version"].get<int>();
    };
    CHECK(add({{"valid_from", to_iso(trade().house.now() + 24h)}})["shown"]["version"] == 1);
    CHECK(add({{"proposed", true}})["versions"].size() == 3);
    CHECK(version() == 1);
    add(json::object());
    CHECK(version() == 4);
    const auto act = [&](int number, const std::string& what) {
        return trade()
            .as("regulator")
            .post(path(route, "/versions/" + std::to_string(number) + "/" + what),
                  {{"why", "the slope gave way"}});
    };
    CHECK(act(4, "withdraw").status == 200);
    CHECK(version() == 1);
    CHECK(act(4, "withdraw").status == 409);
    CHECK(act(4, "approve").status == 409);
    CHECK(act(3, "approve").status == 200);
    CHECK(version() == 3);
    CHECK(act(9, "approve").status == 404);
    CHECK(trade().as("driver").get(path(route, "/versions/2")).json()["state"] == "approved");
    CHECK(trade().as("driver").get(path(route, "/versions/x")).status == 404);
}

TEST_CASE("a feature of the command is taken as it is") {
    const json feature{{"type", "Feature"},
                       {"properties",
                        {{"name", "over the map"},
                         {"origin_site", trade().site["producer"]},
                         {"destination_site", trade().site["receiver"]},
                         {"kind", "roads"},
                         {"source", "OpenStreetMap: region.osm.pbf"},
                         {"length_m", 9'828},
                         {"duration_s", 700},
                         {"width_m", 50},
                         {"widths_m", {50, 80, 50}},
                         {"tunnels", {{1, 2}}}}},
                       {"geometry", valley_line}};
    const auto route = made("operator", feature);
    CHECK(route["name"] == "over the map");
    const auto shown = trade().as("driver").get(path(route)).json()["shown"];
    CHECK(shown["kind"] == "roads");
    CHECK(shown["source"] == "OpenStreetMap: region.osm.pbf");
    json wrong = feature;
    wrong["properties"]["colour"] = "red";
    CHECK(fault_of(wrong) == "UNKNOWN_FIELD /properties/colour");
}

TEST_CASE("a route that cannot be watched is refused at its place, and nothing of it is stored") {
    const auto drawn = [](const json& patch) { return fault_of(with(between_sites("x"), patch)); };
    const json one_point = line({{119.6, 28.1}});
    const json two{{119.6, 28.1}, {119.65, 28.1}};
    const auto lines = [](const json& list) {
        return json{{"type", "MultiLineString"}, {"coordinates", list}};
    };
    CHECK(drawn({{"geometry", one_point}}) == "BAD_GEOMETRY /geometry/coordinates");
    CHECK(drawn({{"geometry", lines({two, {{119.7, 28.1}, {119.7, 28.1}}})}}) ==
          "BAD_GEOMETRY /geometry/coordinates/1");
    CHECK(drawn({{"geometry", line({{179.5, 28.1}, {-179.5, 28.1}})}}) ==
          "BAD_GEOMETRY /geometry/coordinates/1");
    CHECK(drawn({{"geometry", lines({two, {{119.7, 28.1}, {-119.7, 28.1}}})}}) ==
          "BAD_GEOMETRY /geometry/coordinates/1/1");
    CHECK(drawn({{"geometry", {{"type", "Point"}, {"coordinates", {119.6, 28.1}}}}}) ==
          "UNKNOWN_VALUE /geometry/type");
    CHECK(drawn({{"width_m", 0}}) == "OUT_OF_RANGE /width_m");
    CHECK(drawn({{"widths_m", {50, 0, 50}}}) == "BAD_GEOMETRY /widths_m/1");
    CHECK(drawn({{"widths_m", {50, "wide", 50}}}) == "WRONG_TYPE /widths_m/1");
    CHECK(drawn({{"widths_m", {50, 50}}}) == "OUT_OF_RANGE /widths_m");
    CHECK(drawn({{"tunnels", {{1, 1}}}}) == "BAD_GEOMETRY /tunnels");
    CHECK(drawn({{"tunnels", {{0, 3}}}}) == "WRONG_TYPE /tunnels/0");
    CHECK(drawn({{"valid_until", "2020-01-01T00:00:00Z"}}) == "TIME_ORDER /valid_until");
    CHECK(drawn({{"valid_from", "2031-01-02T00:00:00Z"},
                 {"valid_until", "2031-01-01T00:00:00Z"}}) == "TIME_ORDER /valid_until");
    CHECK(drawn({{"origin_site", trade().site["receiver2"]}}) == "TOO_FAR /origin_site");
    CHECK(drawn({{"origin_site", "0198b000-0000-7000-8000-00000000ffff"}}) ==
          "UNKNOWN_REFERENCE /origin_site");
    CHECK(drawn({{"origin_site", nullptr}}) == "MISSING /origin_site");
    CHECK(drawn({{"carrier", "0198b000-0000-7000-8000-00000000ffff"}}) ==
          "UNKNOWN_REFERENCE /carrier");
    CHECK(drawn({{"kind", "learnt"}}) == "UNKNOWN_VALUE /kind");
}

TEST_CASE("a hundred thousand vertices are a route, one more is refused at that vertex") {
    json coordinates = json::array();
    for (int i = 0; i < 100'000; ++i) {
        coordinates.push_back({119.6 + 1e-6 * i, 28.1 + 1e-5 * (i % 2)});
    }
    json body{{"name", "long"},
              {"geometry", {{"type", "LineString"}, {"coordinates", coordinates}}}};
    const auto route = made("operator", body);
    CHECK_FALSE(route.contains("geometry"));  // not in lists and answers that hold many
    CHECK(trade().as("driver").get(path(route)).json()["shown"]["widths_m"].size() == 100'000);
    body["geometry"]["coordinates"].push_back({119.8, 28.1});
    CHECK(fault_of(body) == "BAD_GEOMETRY /geometry/coordinates/100000");
    body["why"] = std::string(6 * 1024 * 1024, 'x');
    const auto refused = trade().as("operator").post("/v1/routes", body);
    CHECK(refused.status == 413);
    CHECK(refused.json()["code"] == "BODY_TOO_LARGE");
}

TEST_CASE("a diversion has its time and its reason, and can be ended") {
    const auto route = made("operator", between_sites("diverted"));
    const std::string where = path(route, "/diversions");
    const json around{{"geometry", line({{119.63, 28.10}, {119.64, 28.12}, {119.66, 28.10}})},
                      {"valid_until", to_iso(trade().house.now() + 24h)},
                      {"why", "bridge works"}};
    CHECK(trade().as("carrier").post(where, around).status == 403);
    const auto published = made("regulator", around, where)["diversions"];
    REQUIRE(published.size() == 1);
    CHECK(published[0]["why"] == "bridge works");
    const std::string end = where + "/" + published[0]["id"].get<std::string>() + "/end";
    CHECK(fault_of(with(around, {{"valid_until", to_iso(trade().house.now() - 1h)}}), where) ==
          "TIME_ORDER /valid_until");
    CHECK(fault_of(with(around, {{"valid_from", to_iso(trade().house.now() - 48h)}}), where) ==
          "OUT_OF_RANGE /valid_from");
    CHECK(fault_of(with(around, {{"geometry", line({{119.6, 28.1}})}}), where) ==
          "BAD_GEOMETRY /geometry/coordinates");
    CHECK(fault_of(with(around, {{"valid_until", nullptr}}), where) == "MISSING /valid_until");
    const auto ended = trade().as("regulator").post(end, {{"why", "open again"}});
    CHECK(ended.status == 200);
    CHECK(ended.json()["diversions"][0]["ended"]["why"] == "open again");
    CHECK(trade().as("regulator").post(end, {{"why", "open again"}}).status == 404);
}

TEST_CASE("proposals, versions and diversions of a route have their limits") {
    const auto route = made("operator", between_sites("many"));
    const json more{{"geometry", valley_line}};
    trade().database.sql(
        "INSERT INTO route_versions (route_id, version, kind, line, half_widths_m, proposed_at,"
        " role) SELECT v.route_id, n, 'drawn', v.line, v.half_widths_m, now(), 'operator'"
        " FROM route_versions v, generate_series(2, 200) n WHERE v.route_id = '" +
        route["id"].get<std::string>() + "'");
    const auto full = trade().as("operator").post(path(route, "/versions"), more);
    CHECK(full.status == 409);
    CHECK(full.json()["code"] == "TOO_MANY_VERSIONS");
    trade().database.sql(
        "INSERT INTO route_diversions (id, route_id, line, half_widths_m, valid, why,"
        " published_at, role, token_id) SELECT gen_random_uuid(), v.route_id, v.line,"
        " v.half_widths_m, tstzrange(now(), now() + interval '1 day'), 'works', now(),"
        " 'operator', gen_random_uuid() FROM route_versions v, generate_series(1, 50)"
        " WHERE v.version = 1 AND v.route_id = '" +
        route["id"].get<std::string>() + "'");
    const auto one_more =
        trade()
            .as("operator")
            .post(
                path(route, "/diversions"),
                with(more, {{"valid_until", to_iso(trade().house.now() + 1h)}, {"why", "works"}}));
    CHECK(one_more.status == 409);
    CHECK(one_more.json()["code"] == "TOO_MANY_DIVERSIONS");
    for (int i = 0; i < 20; ++i) {
        CHECK(trade().as("carrier2").post("/v1/routes", between_sites("idea")).status == 201);
    }
    const auto idea = trade().as("carrier2").post("/v1/routes", between_sites("idea"));
    CHECK(idea.status == 409);
    CHECK(idea.json()["code"] == "TOO_MANY_PROPOSALS");
}

TEST_CASE("what was stored of routes is never changed or removed") {
    pqxx::connection connection{trade().database.conninfo("liuhen_http")};
    for (const char* const table :
         {"route_versions", "route_decisions", "route_diversions", "route_diversion_ends"}) {
        for (const std::string& sql : {"DELETE FROM " + std::string{table},
                                      "UPDATE " + std::string{table} + " SET role = ''"}) {
            pqxx::work work{connection};
            CHECK_THROWS_AS(work.exec(sql), pqxx::insufficient_privilege);
        }
    }
}
