// Who sees what, and the wall behind the code: row-level security in PostgreSQL.
#include "tests/support/http_house.hpp"

#include <catch2/catch.hpp>

#include <set>

namespace {

using namespace liuhen;
using liuhen::test::HttpHouse;
using liuhen::test::Valley;
using nlohmann::json;

Valley& valley() {
    static Valley one;
    return one;
}

// As the HTTP side of the server, with the caller's identity set as a request sets it.
struct AsHttp {
    AsHttp(const std::string& role, const std::string& party)
        : connection(valley().database.conninfo("liuhen_http")), work(connection) {
        work.exec_params(
            "SELECT set_config('liuhen.role', $1, true),"
            " set_config('liuhen.party', $2, true)",
            role, party);
    }
    pqxx::connection connection;
    pqxx::work work;
};

TEST_CASE("another producer's manifest is not there, over HTTP and in SQL") {
    const std::string id = valley().draft();
    for (const char* named : {"carrier", "receiver"})  // a draft is its maker's alone
        CHECK(valley().as(named).get("/v1/manifests/" + id).status == 404);
    REQUIRE(valley().act("producer", id, "submit").status == 200);
    for (const char* named : {"carrier", "receiver"})
        CHECK(valley().as(named).get("/v1/manifests/" + id).status == 200);
    const auto other = valley().as("other").get("/v1/manifests/" + id);
    const auto nothing =
        valley().as("other").get("/v1/manifests/00000000-0000-7000-8000-000000000000");
    CHECK(other.status == 404);
    CHECK(other.body == nothing.body);
    CHECK(valley().act("other", id, "submit").status == 404);
    CHECK(valley().as("other").get("/v1/manifests/" + id + "/track").status == 404);
    CHECK(valley().as("producer").get("/v1/manifests/" + id).status == 200);

    AsHttp other_sql{"producer", valley().party["other"]};
    CHECK(other_sql.work.exec("SELECT * FROM manifests").empty());
    CHECK(other_sql.work.exec("SELECT * FROM manifest_events").empty());
    CHECK(other_sql.work.exec("UPDATE manifests SET state = 'VOIDED'").affected_rows() == 0);
    AsHttp own_sql{"producer", valley().party["producer"]};
    CHECK(!own_sql.work.exec("SELECT * FROM manifests").empty());
    AsHttp nobody{"", ""};
    CHECK(nobody.work.exec("SELECT * FROM manifests").empty());
}

TEST_CASE("police read manifests, may hold them and change nothing else, in SQL as over HTTP") {
    const std::string id = valley().draft();
    CHECK(valley().as("police").get("/v1/manifests/" + id).status == 404);  // a draft
    REQUIRE(valley().act("producer", id, "submit").status == 200);
    CHECK(valley().as("police").get("/v1/manifests/" + id).status == 200);
    const auto submit = valley().act("police", id, "submit");
    CHECK(submit.status == 409);
    CHECK(submit.json()["allowed_events"] == nlohmann::json{"hold"});
    CHECK(valley().act("police", id, "carrier_accept", valley().acceptance()).status == 403);

    for (const char* forbidden :
         {"UPDATE manifests SET state = 'VOIDED'", "UPDATE manifests SET no = '33010020260001'",
          "UPDATE manifests SET receiver_id = producer_id"}) {
        INFO(forbidden);
        AsHttp police{"police", ""};
        CHECK_THROWS_AS(police.work.exec(forbidden), pqxx::insufficient_privilege);
    }
    AsHttp police{"police", ""};
    CHECK(!police.work.exec("SELECT * FROM manifests").empty());
    CHECK(police.work.exec("UPDATE trips SET ended_at = now()").affected_rows() == 0);
    const std::string insert =
        "INSERT INTO manifests (id, kind, state, version, producer_id,"
        " document, updated_at) VALUES (gen_random_uuid(), 'HW', 'DRAFT', 1,"
        " '" +
        valley().party["producer"] + "', '{}', now())";
    CHECK_THROWS_AS(police.work.exec(insert), pqxx::insufficient_privilege);
}

TEST_CASE("the HTTP side may not delete, alter or read what is not its own") {
    for (const char* statement :
         {"DELETE FROM manifests", "DELETE FROM observations", "TRUNCATE alert_revisions",
          "INSERT INTO observations DEFAULT VALUES", "UPDATE alert_revisions SET tier = 'C'",
          "UPDATE manifest_events SET person = ''", "DROP TABLE tokens",
          "SELECT * FROM raw_frames"}) {
        INFO(statement);
        AsHttp operator_sql{"operator", ""};
        CHECK_THROWS_AS(operator_sql.work.exec(statement), pqxx::insufficient_privilege);
    }
}

TEST_CASE("a token is shown once, kept as a digest, and dead once revoked") {
    const auto desk = valley().as("operator");
    const test::WebHeaders key{{"Idempotency-Key", "token"}};
    const json wanted{{"role", "police"}, {"label", "night shift"}};
    const auto made = desk.post("/v1/tokens", wanted, key);
    REQUIRE(made.status == 201);
    const std::string token = made.json()["token"];
    const std::string id = made.json()["id"];
    CHECK(!desk.post("/v1/tokens", wanted, key).json().contains("token"));
    CHECK(valley().house.web(token).get("/v1/alerts").status == 200);
    CHECK(desk.get("/v1/tokens?limit=200").body.find(token) == std::string::npos);
    CHECK(valley().database.value<int>("SELECT count(*) FROM idempotency WHERE body LIKE '%" +
                                       token + "%'") == 0);
    CHECK(desk.send("DELETE", "/v1/tokens/" + id).status == 204);
    CHECK(valley().house.web(token).get("/v1/alerts").status == 401);
}

TEST_CASE("a token that ran out or was revoked elsewhere is refused within a second") {
    const std::string token = valley().token("police", "");
    const auto police = valley().house.web(token);
    CHECK(police.get("/v1/alerts").status == 200);
    valley().database.sql(
        "UPDATE tokens SET expires_at = now() - interval '1 minute'"
        " WHERE digest = decode('" +
        server::sha256_hex(token) + "', 'hex')");
    std::this_thread::sleep_for(std::chrono::milliseconds{1100});
    CHECK(police.get("/v1/alerts").status == 401);
}

TEST_CASE("who sends wrong tokens is slowed down, and right tokens pass all the same") {
    Valley place;
    int refused = 0;
    test::WebReply last;
    for (int i = 0; i < 40; ++i) {
        last = place.house.web("lh_" + std::string(42, 'x') + char('A' + i % 26)).get("/v1/alerts");
        refused += last.status == 429 ? 1 : 0;
    }
    CHECK(refused >= 10);
    CHECK(std::stoi(last.header("retry-after")) >= 1);
    CHECK(place.as("police").get("/v1/alerts").status == 200);
    CHECK(place.house.metrics().find("status=\"429\"") != std::string::npos);
}

TEST_CASE("a device's secret is shown to the operator when it is made and never again") {
    const auto desk = valley().as("operator");
    const auto made =
        desk.post("/v1/terminals", {{"number", "0013900000777"}, {"protocol", "jt808"}});
    REQUIRE(made.status == 201);
    const std::string code = made.json()["auth_code"];
    CHECK(code.size() == 12);
    CHECK(made.json()["number"] == "13900000777");
    CHECK(desk.get("/v1/terminals?limit=200").body.find(code) == std::string::npos);
}

TEST_CASE("a terminal's number with hex digits is one number in either case") {
    const auto desk = valley().as("operator");
    const auto made =
        desk.post("/v1/terminals", {{"number", "004EB6FB4AFD9E"}, {"protocol", "jt808"}});
    REQUIRE(made.status == 201);
    CHECK(made.json()["number"] == "4eb6fb4afd9e");  // as its frames name it
    for (const char* const twin : {"4EB6FB4AFD9E", "4eb6fb4afd9e", "4Eb6fB4aFd9e"}) {
        const auto again = desk.post("/v1/terminals", {{"number", twin}, {"protocol", "jt808"}});
        CHECK(again.status == 409);
    }
    CHECK(desk.get("/v1/terminals/4EB6FB4AFD9E/diagnosis").json()["terminal"]["number"] ==
          "4eb6fb4afd9e");
}

TEST_CASE("numbers of nothing but zeros are one terminal, as they are on the wire") {
    const auto desk = valley().as("operator");
    const auto made = desk.post("/v1/terminals", {{"number", "000"}, {"protocol", "jt808"}});
    REQUIRE(made.status == 201);
    CHECK(made.json()["number"] == "0");
    for (const char* const zeros : {"0", "000000"}) {
        const auto again = desk.post("/v1/terminals", {{"number", zeros}, {"protocol", "jt808"}});
        CHECK(again.status == 409);
    }
}

TEST_CASE("a device on two vehicles at once is a conflict") {
    const auto desk = valley().as("operator");
    const std::string second = Valley::made(
        desk, "vehicles", {{"plate", "浙K54321"}, {"carrier", valley().party["carrier"]}});
    const auto reply =
        desk.post("/v1/bindings", {{"vehicle", second}, {"terminal", valley().terminal}});
    CHECK(reply.status == 409);
    CHECK(reply.json()["code"] == "BINDING_OVERLAP");
    CHECK(reply.json()["errors"][0]["pointer"] == "/terminal");
    CHECK(desk.post("/v1/bindings", {{"vehicle", second}}).status == 422);
}

TEST_CASE("a shape that cannot be watched is refused with a pointer to it") {
    const auto desk = valley().as("operator");
    const json bow{{"type", "Polygon"},
                   {"coordinates", {{{119.6, 28.1}, {119.7, 28.2}, {119.7, 28.1}, {119.6, 28.2}}}}};
    const auto site =
        desk.post("/v1/sites", {{"name", "bow"}, {"kind", "rest"}, {"geometry", bow}});
    CHECK(site.status == 422);
    CHECK(site.json()["errors"][0]["pointer"] == "/geometry/coordinates");
    CHECK(site.json()["errors"][0]["value"] == "self_crossing");
    const json nowhere{{"type", "LineString"}, {"coordinates", {{119.6, 28.1}, {119.6, 128.1}}}};
    const auto route = desk.post("/v1/routes", {{"name", "nowhere"}, {"geometry", nowhere}});
    CHECK(route.status == 422);
    CHECK(route.json()["errors"][0]["pointer"] == "/geometry/coordinates/1");
    const json square{
        {"type", "Polygon"},
        {"coordinates",
         {{{119.6, 28.1}, {119.7, 28.1}, {119.7, 28.2}, {119.6, 28.2}, {119.6, 28.1}}}}};
    CHECK(desk.post("/v1/sites", {{"name", "square"}, {"kind", "rest"}, {"geometry", square}})
              .json()["geometry"]["type"] == "MultiPolygon");
}

TEST_CASE("lists go on where they stopped") {
    const auto desk = valley().as("operator");
    std::set<std::string> seen;
    std::string after;
    for (int pages = 0; pages < 20; ++pages) {
        const auto page =
            desk.get("/v1/parties?limit=1" + (after.empty() ? "" : "&after=" + after));
        REQUIRE(page.status == 200);
        const auto body = page.json();
        for (const auto& one : body["items"]) CHECK(seen.insert(one["id"]).second);
        if (body["next"].is_null()) break;
        after = body["next"];
    }
    CHECK(seen.size() == 4);
    CHECK(desk.get("/v1/parties?limit=0").status == 422);
    CHECK(desk.get("/v1/parties?color=1").json()["errors"][0]["pointer"] == "?color");
}

TEST_CASE("bytes that are no request, or too much of one, are told so") {
    const auto desk = valley().as("operator");
    const auto post = [&desk](const std::string& body) {
        return desk.send("POST", "/v1/parties", body);
    };
    CHECK(post("{\"name\":").status == 400);
    CHECK(post("{\"name\":\"a\",\"name\":\"b\"}").json()["code"] == "DUPLICATE_KEY");
    CHECK(post(std::string(40, '[') + std::string(40, ']')).json()["code"] == "TOO_DEEP");
    CHECK(post("{\"name\":\"a\\u0000b\"}").status == 400);
    CHECK(post(std::string(300 * 1024, ' ')).status == 413);
    CHECK(post("[1]").status == 422);
    CHECK(desk.send("POST", "/v1/parties", "x=1", {{"Content-Type", "text/plain"}}).status == 415);
    CHECK(desk.send("GET", "/v1/parties", "", {{"X-Long", std::string(9000, 'x')}}).status == 431);
    CHECK(desk.raw("GARBAGE\r\n\r\n").status == 400);
    CHECK(desk.raw("GET /%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").status == 400);
    CHECK(valley().house.web().get("/livez").status == 200);
}

TEST_CASE("one connection answers many requests, and HEAD without a body") {
    const test::WebLine line{valley().house.web().port};
    line.send(
        "GET /livez HTTP/1.1\r\nHost: a\r\n\r\nHEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    const std::string all = line.receive_until(std::string{"\0never", 6});
    std::size_t answers = 0;
    std::size_t bodies = 0;
    for (auto at = all.find("HTTP/1.1 200"); at != std::string::npos;
         at = all.find("HTTP/1.1 200", at + 1))
        ++answers;
    for (auto at = all.find("{\"alive\""); at != std::string::npos;
         at = all.find("{\"alive\"", at + 1))
        ++bodies;
    CHECK(answers == 3);
    CHECK(bodies == 2);
}

TEST_CASE("without its database the server says when to come again") {
    const HttpHouse house{"host=/nonexistent dbname=none"};
    const auto reply = house.web("lh_" + std::string(43, 'A')).get("/v1/parties");
    CHECK(reply.status == 503);
    CHECK(reply.json()["code"] == "DATABASE_DOWN");
    CHECK(reply.header("retry-after") == "2");
    CHECK(house.web().get("/livez").status == 200);
}

}  // namespace
