// Stable codes of refusals that no other test asks for, each provoked over HTTP. That every code is
// named by some test: codes_test.cpp.
#include "tests/support/people_house.hpp"
#include "tests/support/trade.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace liuhen;
using namespace liuhen::test;
using nlohmann::json;

Valley& valley() {
    static Valley one;
    return one;
}

const json lone_party{
    {"name", "Fuchun Haulage"}, {"uscc", "91331100MA2E0FFF0A"}, {"roles", {"carrier"}}};
json party_with(const char* field, const json& value) {
    json body = lone_party;
    body[field] = value;
    return body;
}

/// One request, and what it is refused with.
struct Row {
    const char *role, *verb;
    std::string path;
    json body;
    int status;
    const char *code, *pointer = "";  ///< of the one fault; empty: none is listed
    WebHeaders headers = {};
};

void check(const Valley& place, const Row& row) {
    const Web web = *row.role == '\0' ? place.house.web() : place.as(row.role);
    const auto reply = web.send(row.verb, row.path,
                                row.body.is_null() ? std::string{} : row.body.dump(), row.headers);
    INFO(row.verb << ' ' << row.path << " as " << row.role << ": " << reply.body);
    CHECK(reply.status == row.status);
    const auto said = reply.json();
    CHECK(said["code"] == row.code);
    CHECK_FALSE(said["title_zh"].get<std::string>().empty());
    if (*row.pointer == '\0') return;
    REQUIRE(said["errors"].size() == 1);
    CHECK(said["errors"][0]["code"] == row.code);
    CHECK(said["errors"][0]["pointer"] == row.pointer);
    CHECK(said["errors"][0]["message"] != row.code);  // it has words of its own
    CHECK(said["errors"][0]["message_zh"] != said["errors"][0]["message"]);
}

TEST_CASE("fields of the wrong form are refused with their code and place") {
    const char* none = "00000000-0000-7000-8000-000000000000";
    const std::string secret = "/v1/locks/" + valley().lock + "/secret";
    const Row rows[] = {
        {"operator", "POST", "/v1/parties", party_with("uscc", "91331100MA2E0FFF00"), 422,
         "BAD_USCC", "/uscc"},
        {"operator", "POST", "/v1/parties", party_with("division", "33110X"), 422, "NOT_A_DIVISION",
         "/division"},
        {"operator", "POST", "/v1/parties", party_with("name", "Fuchun\u0007Haulage"), 422,
         "CONTROL_CHARACTER", "/name"},
        {"operator", "POST", "/v1/vehicles",
         json{{"plate", "Z-12345"}, {"carrier", valley().party["carrier"]}}, 422, "NOT_A_PLATE",
         "/plate"},
        {"police", "GET", "/v1/checkpoint?plate=Z12345", {}, 422, "NOT_A_PLATE", "?plate"},
        {"producer", "GET", "/v1/manifests?after=yesterday", {}, 422, "NOT_A_UUID", "?after"},
        {"receiver", "POST", "/v1/weighings",
         json{{"gross_kg", 2}, {"tare_kg", 1}, {"manifests", {std::string(36, 'x')}}}, 422,
         "NOT_A_UUID", "/manifests/0"},
        {"police", "GET", "/v1/alerts?after=yesterday", {}, 422, "BAD_CURSOR", "?after"},
        {"operator", "POST", secret, json{{"password", "12-34"}}, 422, "NOT_A_PASSWORD",
         "/password"},
        {"operator", "POST", "/v1/members",
         json{{"login", "-anna"},
              {"name", "Anna"},
              {"rank", "member"},
              {"party", valley().party["carrier"]}},
         422, "NOT_A_LOGIN", "/login"},
        {"producer",
         "POST",
         "/v1/manifests",
         json::object(),
         422,
         "KEY_LENGTH",
         "Idempotency-Key",
         {{"Idempotency-Key", std::string(256, 'k')}}},
        {"producer", "POST", "/v1/manifests", json{{"parent_no", 7}}, 422, "WRONG_TYPE",
         "/parent_no"},
        {"producer",
         "GET",
         std::string{"/v1/manifests/"} + none + "/files?after=x",
         {},
         422,
         "BAD_CURSOR",
         "?after"},
    };
    for (const Row& row : rows) check(valley(), row);
}

TEST_CASE("requests that go nowhere, name nobody or carry the wrong thing are told so by code") {
    const std::string id = valley().draft();
    const std::string edit = "/v1/manifests/" + id + "/edit";
    const std::string fly = "/v1/manifests/" + id + "/fly";
    const Row rows[] = {
        {"", "GET", "/v1/parties", {}, 401, "TOKEN_MISSING"},
        {"",
         "GET",
         "/v1/parties",
         {},
         401,
         "TOKEN_INVALID",
         "",
         {{"Authorization", "Bearer lh_" + std::string(43, 'x')}}},
        {"", "POST", "/v1/login", json{{"login", "nobody"}, {"password", "plum rain again"}}, 401,
         "LOGIN_REFUSED"},
        {"producer", "GET", "/nowhere", {}, 404, "NOT_FOUND"},
        {"producer", "POST", fly, {}, 404, "UNKNOWN_EVENT"},
        {"producer", "DELETE", "/v1/parties", {}, 405, "WRONG_METHOD"},
        {"producer",
         "POST",
         "/v1/manifests",
         json::object(),
         415,
         "NOT_JSON_TYPE",
         "",
         {{"Content-Type", "text/plain"}}},
        {"", "POST", "/oauth/token", json::object(), 415, "NOT_FORM_TYPE"},
        {"producer",
         "POST",
         "/v1/manifests",
         valley().filing(),
         415,
         "CONTENT_ENCODED",
         "",
         {{"Content-Encoding", "gzip"}}},
        {"",
         "POST",
         "/oauth/token",
         json::object(),
         415,
         "CONTENT_ENCODED",
         "",
         {{"Content-Encoding", "br"}}},
        {"producer", "POST", edit, valley().filing(), 428, "IF_MATCH_MISSING"},
        {"producer",
         "POST",
         edit,
         valley().filing(),
         400,
         "IF_MATCH_MALFORMED",
         "",
         {{"If-Match", "1"}}},
        {"producer", "POST", "/v1/password",
         json{{"password", "plum rain"}, {"new_password", "plum rain again"}}, 409, "NO_PASSWORD"},
        {"producer", "GET", "/v1%2Fparties", {}, 400, "BAD_TARGET"},
        {"producer",
         "GET",
         "/v1/parties",
         {},
         400,
         "BAD_HOST",
         "",
         {{"Host", "user@evil.example"}}},
        {"producer",
         "GET",
         "/v1/parties",
         {},
         431,
         "HEADER_TOO_LARGE",
         "",
         {{"X-Long", std::string(9'000, 'x')}}},
    };
    for (const Row& row : rows) check(valley(), row);
    CHECK(valley().house.web().raw("hello\r\n\r\n").json()["code"] == "NOT_HTTP");
}

TEST_CASE("a binding that has ended is not ended again") {
    const auto desk = valley().as("operator");
    const std::string device =
        Valley::made(desk, "terminals", {{"number", "013900000077"}, {"protocol", "jt808"}});
    const std::string bound = Valley::made(
        desk, "bindings",
        {{"vehicle", valley().vehicle}, {"terminal", device}, {"from", "2026-01-01T00:00:00Z"}});
    const std::string path = "/v1/bindings/" + bound + "/end";
    const json at{{"at", "2026-02-01T00:00:00Z"}};
    REQUIRE(desk.post(path, at).status == 200);
    check(valley(), {"operator", "POST", path, at, 409, "ALREADY_ENDED"});
}

TEST_CASE("one weighing takes manifests that are loaded, on one truck") {
    Trade trade;
    trade.file(trade.filing());
    const std::string waiting = trade.id;
    trade.under_way();
    const auto weigh = [&](const json& manifests, const char* code, const char* pointer) {
        check(trade, {"receiver", "POST", "/v1/weighings",
                      json{{"gross_kg", 28000}, {"tare_kg", 12000}, {"manifests", manifests}}, 422,
                      code, pointer});
    };
    weigh({trade.id, waiting}, "NOT_LOADED", "/manifests/1");
    const std::string first = trade.id;
    trade.file(trade.filing());
    trade.step("carrier", "carrier_accept", trade.vehicle_body(trade.spare));
    trade.step(
        "producer", "load_sign",
        {{"gross_kg", 20000}, {"tare_kg", 12000}, {"manual_reason", "the terminal has no fix"}});
    weigh({first, trade.id}, "ANOTHER_VEHICLE", "/manifests/1");
}

TEST_CASE("what the server cannot do is its own fault, without a word of what broke") {
    Valley place;
    place.database.sql("ALTER TABLE waste_lists RENAME TO elsewhere");
    const auto reply = place.as("producer").get("/v1/waste-lists");
    CHECK(reply.status == 500);
    CHECK(reply.json()["code"] == "INTERNAL");
    CHECK(reply.body.find("waste_lists") == std::string::npos);
}

TEST_CASE("who has tried twenty wrong tokens waits, by code") {
    const HttpHouse house{valley().database.conninfo()};
    WebReply reply;
    for (int i = 0; i < 21; ++i) reply = house.web("lh_" + std::string(43, 'x')).get("/v1/parties");
    CHECK(reply.status == 429);
    CHECK(reply.json()["code"] == "TOO_MANY_WRONG_TOKENS");
}

TEST_CASE("an address that has all its connections at work is told so by code") {
    using server::http::Seats;
    const HttpHouse house{valley().database.conninfo(), [](auto& front) {
                              front.seats = std::make_unique<Seats>(Seats::Limits{1, 1});
                          }};
    const auto police = house.web(valley().tokens["police"]);
    // Until the feed is read; the place of the connection before may still be taken, too.
    while (police.get("/v1/alerts").status != 200)
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    std::unique_ptr<WebLine> stream;
    do {
        stream = std::make_unique<WebLine>(house.web().port);
        stream->send("GET /v1/alerts/stream HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " +
                     valley().tokens["police"] + "\r\n\r\n");
    } while (stream->receive_until("event-stream").find("event-stream") == std::string::npos);
    const WebLine second{house.web().port};
    CHECK(parse_reply(second.receive_until("}")).json()["code"] == "TOO_MANY_CONNECTIONS");
}

}  // namespace
