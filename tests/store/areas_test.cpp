// Authorities by area: each sees what touches its own, over HTTP and behind it.
#include "tests/support/loaded_valley.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using liuhen::test::Web;
using nlohmann::json;

constexpr const char* nowhere = "00000000-0000-7000-8000-000000000000";

// A valley in Lishui (3311) with a loaded truck, and a trade of its own in Hangzhou (3301).
struct TwoPrefectures : test::Loaded {
    TwoPrefectures() {
        const Web desk = as("operator");
        const auto firm = [&](const char* name, const char* uscc, const char* role) {
            party[name] =
                made(desk, "parties",
                     {{"name", name}, {"uscc", uscc}, {"roles", {role}}, {"division", "330106"}});
        };
        firm("Xixi Pharma", "91330100MA2E0AAA08", "producer");
        firm("Qiantang Haulage", "91330100MA2E0BBB06", "carrier");
        firm("Linping Treatment", "91330100MA2E0CCC04", "receiver");
        tokens["east"] = token("producer", party["Xixi Pharma"]);
        east_truck =
            made(desk, "vehicles", {{"plate", "浙A54321"}, {"carrier", party["Qiantang Haulage"]}});
        json east = filing();
        east["carrier"] = party["Qiantang Haulage"];
        east["receiver"] = party["Linping Treatment"];
        east.erase("origin_site");
        east.erase("destination_site");
        east_manifest = made(as("east"), "manifests", east);
        // What a submit would do needs registered places; who sees it does not depend on them.
        database.sql(
            "UPDATE manifests SET state = 'SUBMITTED', document = jsonb_set(document,"
            " '{state}', '\"SUBMITTED\"') WHERE id = '" +
            east_manifest + "'");
    }
    [[nodiscard]] Web watcher(const std::string& role, const std::string& division) {
        const auto made_token =
            as("operator").post("/v1/tokens", {{"role", role}, {"division", division}});
        if (made_token.status != 201) throw std::runtime_error{made_token.body};
        return house.web(made_token.json().at("token"));
    }
    std::string east_truck, east_manifest;
};

TwoPrefectures& world() {
    static TwoPrefectures one;
    return one;
}

std::set<std::string> listed(const Web& web, const std::string& path) {
    std::set<std::string> ids;
    const json page = web.get(path).json();
    for (const auto& one : page.at("items")) ids.insert(one.at("id"));
    return ids;
}

// As the HTTP side of the server, for an authority of an area.
struct AsWatcher {
    AsWatcher(const std::string& role, const std::string& division)
        : connection(world().database.conninfo("liuhen_http")), work(connection) {
        work.exec_params(
            "SELECT set_config('liuhen.role', $1, true), set_config('liuhen.party', '', true),"
            " set_config('liuhen.division', $2, true), set_config('liuhen.rank', 'member', true)",
            role, division);
    }
    std::size_t sees(const std::string& rows) { return work.exec("SELECT 1 FROM " + rows).size(); }
    pqxx::connection connection;
    pqxx::work work;
};

TEST_CASE("two prefectures see their own manifests and answer alike for the other's") {
    for (const char* role : {"regulator", "police"}) {
        INFO(role);
        const Web lishui = world().watcher(role, "3311");
        const Web hangzhou = world().watcher(role, "3301");
        CHECK(listed(lishui, "/v1/manifests") == std::set{world().manifest});
        CHECK(listed(hangzhou, "/v1/manifests") == std::set{world().east_manifest});
        const auto unknown = hangzhou.get(std::string{"/v1/manifests/"} + nowhere);
        for (const char* of : {"", "/track", "/notices", "/media", "/documents", "/custody"}) {
            const std::string path = "/v1/manifests/" + world().manifest + of;
            INFO(path);
            CHECK(lishui.get(path).status == 200);
            const auto reply = hangzhou.get(path);
            CHECK(reply.status == 404);
            CHECK(reply.body == unknown.body);
        }
    }
}

TEST_CASE("an area reaches up and down the divisions, and no area is the whole country") {
    const std::set both{world().manifest, world().east_manifest};
    CHECK(listed(world().watcher("regulator", "33"), "/v1/manifests") == both);
    CHECK(listed(world().watcher("regulator", "331102"), "/v1/manifests") ==
          std::set{world().manifest});
    CHECK(listed(world().watcher("regulator", "331121"), "/v1/manifests").empty());
    CHECK(listed(world().watcher("regulator", "31"), "/v1/manifests").empty());
    CHECK(listed(world().as("regulator"), "/v1/manifests") == both);
    CHECK(listed(world().as("operator"), "/v1/manifests") == both);
}

TEST_CASE("the area of a place counts beside those of the parties") {
    test::Loaded place;
    const Web desk = place.as("operator");
    const auto watch = [&] {
        const auto reply = desk.post("/v1/tokens", {{"role", "regulator"}, {"division", "330782"}});
        return place.house.web(reply.json().at("token"));
    }();
    CHECK(watch.get("/v1/manifests/" + place.manifest).status == 404);
    const std::string site =
        test::Valley::made(desk, "sites",
                           {{"name", "plant in Yiwu"},
                            {"kind", "receiver"},
                            {"party", place.party["receiver"]},
                            {"division", "330782"},
                            {"geometry", {{"type", "Point"}, {"coordinates", {119.8, 28.1}}}},
                            {"radius_m", 200}});
    json filed = place.filing();
    filed["destination_site"] = site;
    const std::string id = test::Valley::made(place.as("producer"), "manifests", filed);
    CHECK(watch.get("/v1/manifests/" + id).status == 404);  // a draft is its organisation's own
    REQUIRE(place.act("producer", id, "submit").status == 200);
    CHECK(watch.get("/v1/manifests/" + id).status == 200);
}

TEST_CASE("trucks, their tracks, pictures and locks are seen where they belong or carry to") {
    const auto id = world().takes(test::photo(world().house.now(), test::jpeg(2'000, 3), 3));
    const Web lishui = world().watcher("police", "3311");
    const Web hangzhou = world().watcher("police", "3301");
    CHECK(listed(hangzhou, "/v1/vehicles") == std::set{world().east_truck});
    CHECK(listed(lishui, "/v1/vehicles") == std::set{world().vehicle});  // by what it carries
    for (const std::string& path :
         {world().of_vehicle("track"), world().of_vehicle("media"), world().of_vehicle("documents"),
          "/v1/media/" + id, "/v1/media/" + id + "/content"}) {
        INFO(path);
        CHECK(lishui.get(path).status == 200);
        CHECK(hangzhou.get(path).status == 404);
    }
    CHECK(lishui.get("/v1/checkpoint?plate=%E6%B5%99K12345").json()["found"] == true);
    CHECK(hangzhou.get("/v1/checkpoint?plate=%E6%B5%99K12345").json()["found"] == false);
    const std::string orders = "/v1/terminals/" + world().terminal + "/orders";
    CHECK(lishui.get(orders).status == 200);
    CHECK(hangzhou.get(orders).status == 404);  // as for a terminal that is none
    CHECK(hangzhou.post(orders, {{"kind", "locate"}}).status == 404);
    CHECK(lishui.post(orders, {{"kind", "locate"}}).status == 202);
    CHECK(hangzhou.get(orders).status == 404);
    const json inspection{{"officers", {"Chen Bo", "Lu Min"}}, {"reason", "tip-off"}};
    CHECK(hangzhou.post(world().of_vehicle("inspections"), inspection).status == 404);
    CHECK(hangzhou.post("/v1/locks/" + world().lock + "/unlock", json::object()).status == 404);
    CHECK(lishui.post("/v1/locks/" + world().lock + "/unlock", json::object()).status != 404);
}

TEST_CASE("behind the HTTP interface the database draws the same line") {
    AsWatcher lishui{"regulator", "3311"};
    AsWatcher hangzhou{"regulator", "3301"};
    AsWatcher elsewhere{"regulator", "31"};
    for (const char* rows : {"manifests", "manifest_events", "trips", "vehicles"}) {
        INFO(rows);
        CHECK(lishui.sees(rows) > 0);
        CHECK(elsewhere.sees(rows) == 0);
    }
    const std::string of_lishui = " WHERE manifest_id = '" + world().manifest + "'";
    for (const char* rows : {"manifest_events", "trips", "lock_bindings"}) {
        INFO(rows);
        CHECK(lishui.sees(rows + of_lishui) > 0);
        CHECK(hangzhou.sees(rows + of_lishui) == 0);
    }
    CHECK(hangzhou.sees("manifests WHERE id = '" + world().manifest + "'") == 0);
    CHECK(hangzhou.sees("manifests_aboard('" + world().vehicle + "')") == 0);
    CHECK(lishui.sees("manifests_aboard('" + world().vehicle + "')") == 1);
    CHECK_THROWS_AS(hangzhou.work.exec("SELECT * FROM feed"), pqxx::insufficient_privilege);
}

void store_alert(const std::string& name, const std::string& trip, const std::string& truck) {
    world().database.sql(
        "INSERT INTO alert_revisions SELECT '" + name + ".SUSPECTED_DUMPING.1', 1, 'raised', '" +
        trip +
        "', v.id, v.carrier_id, v.plate, '{}', 'SUSPECTED_DUMPING', 'A', 2, now(), NULL,"
        " now(), false, '2026-1', '{\"fixes\":[],\"terms\":[]}', clock_timestamp()"
        " FROM vehicles v WHERE v.id = '" +
        truck + "'");
    world().house.wake_feed();
}

TEST_CASE("alerts are told to the authorities of their areas, at once and from old pages") {
    store_alert("west", world().manifest, world().vehicle);  // the trip of the loaded truck
    store_alert("east", "vehicle-" + world().east_truck, world().east_truck);
    const Web all = world().as("regulator");
    for (int i = 0; i < 50 && all.get("/v1/alerts").json()["events"].size() < 2; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    const auto told = [](const Web& reader) {
        std::set<std::string> subjects;
        const json page = reader.get("/v1/alerts").json();
        for (const auto& event : page.at("events")) subjects.insert(event.at("subject"));
        return subjects;
    };
    const std::string west = "west.SUSPECTED_DUMPING.1";
    const std::string east = "east.SUSPECTED_DUMPING.1";
    const Web lishui = world().watcher("regulator", "3311");
    const Web hangzhou = world().watcher("regulator", "3301");
    CHECK(told(all) == std::set{west, east});
    CHECK(told(lishui) == std::set{west});
    CHECK(told(hangzhou) == std::set{east});
    CHECK(told(world().watcher("police", "33")) == std::set{west, east});
    CHECK(hangzhou.get("/v1/alerts/" + west).status == 404);
    CHECK(hangzhou.post("/v1/alerts/" + west + "/ack", json::object()).status == 404);
    CHECK(lishui.post("/v1/alerts/" + west + "/ack", json::object()).status == 200);
    AsWatcher outside{"regulator", "3301"};
    CHECK(outside.sees("alert_revisions") == 1);
    CHECK(outside.sees("alert_reviews") == 0);

    test::WebLine line{world().house.web().port, 5};
    line.send("GET /v1/alerts/stream HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " +
              hangzhou.token + "\r\n\r\n");
    const std::string stream = line.receive_until("east");
    CHECK(stream.find(east) != std::string::npos);
    CHECK(stream.find(west) == std::string::npos);
}

TEST_CASE("an area is one that exists and belongs to what watches") {
    const Web desk = world().as("operator");
    const auto code = [&desk](const json& body) {
        const auto reply = desk.post("/v1/tokens", body);
        return reply.status == 201 ? "" : reply.json()["errors"][0]["code"].get<std::string>();
    };
    for (const char* good : {"33", "3311", "331102"})
        CHECK(code({{"role", "police"}, {"division", good}}).empty());
    for (const char* bad : {"00", "3399", "339902", "33110", "33a1"})
        CHECK(code({{"role", "police"}, {"division", bad}}) == "NOT_AN_AREA");
    CHECK(code({{"role", "operator"}, {"division", "33"}}) == "EXCLUSIVE");
    CHECK(
        desk.post("/v1/tokens",
                  {{"role", "producer"}, {"party", world().party["producer"]}, {"division", "33"}})
            .status == 422);
}

TEST_CASE("contacts are for the own organisation and for who watches its area") {
    const Web desk = world().as("operator");
    const std::string id = test::Valley::made(desk, "parties",
                                              {{"name", "Contacted"},
                                               {"roles", {"producer"}},
                                               {"division", "331102"},
                                               {"contact", "Wang"},
                                               {"phone", "13800000000"}});
    const auto knows = [&id](const Web& reader) {
        const json page = reader.get("/v1/parties?limit=200").json();
        for (const auto& one : page.at("items")) {
            if (one.at("id") == id) return one.contains("phone");
        }
        throw std::runtime_error{"not listed"};
    };
    CHECK(knows(world().watcher("police", "3311")));
    CHECK(!knows(world().watcher("police", "3301")));
    CHECK(!knows(world().as("producer")));
    CHECK(knows(desk));
}

}  // namespace
