// Attacks by text: SQL and headers in every field and parameter that there is. docs/attacks.md has
// the table of all attacks.
#include "tests/support/http_house.hpp"
#include "tests/support/published.hpp"
#include "tests/support/valley_trip.hpp"

#include <catch2/catch.hpp>

#include <iostream>
#include <set>

namespace {

using namespace liuhen;
using liuhen::test::Valley;
using liuhen::test::Web;
using liuhen::test::WebReply;
using nlohmann::json;

constexpr const char* robert = "'); DROP TABLE manifests CASCADE; --";
constexpr const char* hostile[] = {"'", "' OR 1=1--", robert};

std::string encoded(const std::string& text) {
    constexpr const char* digits = "0123456789ABCDEF";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4U];
        out += digits[byte & 0xFU];
    }
    return out;
}

// What an attack would make fewer or more: tables, and tokens that may do everything.
std::pair<int, int> standing(const Valley& place) {
    return {place.database.value<int>("SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p')"),
            place.database.value<int>("SELECT count(*) FROM tokens WHERE role = 'operator' AND"
                                      " revoked_at IS NULL AND expires_at IS NULL")};
}

struct Operation {
    std::string verb, path, role;
    json document;
    // One of the schema with all there is, and the published examples.
    [[nodiscard]] std::vector<json> bodies() const {
        const auto content =
            document.value("/requestBody/content/application~1json"_json_pointer, json::object());
        if (content.empty()) return {};
        std::vector<json> all{test::sample_of(content["schema"])};
        const auto examples = content.value("examples", json::object());
        for (const auto& one : examples) all.push_back(one.at("value"));
        return all;
    }
};

std::vector<Operation> operations() {
    std::vector<Operation> all;
    for (const auto& [path, verbs] : test::published().at("paths").items()) {
        for (const auto& [verb, document] : verbs.items()) {
            std::string method = verb;
            for (char& c : method) c = static_cast<char>(c - 32);
            all.push_back({method, path,
                           document.contains("x-roles") ? document["x-roles"][0].get<std::string>()
                                                        : std::string{},
                           document});
        }
    }
    return all;
}

// The path with `id` in its first place and names of nothing in the others.
std::string filled(std::string path, const std::string& id) {
    for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
        const auto name = path.substr(open, path.find('}') - open + 1);
        const bool number = name == "{version}" || name == "{quota}";
        path.replace(open, name.size(), name == "{id}" ? id : number ? "1" : "2026");
    }
    return path;
}

// What there is under the first part of a path.
std::string known_id(const Valley& place, const std::string& path) {
    const auto starts = [&path](const char* head) { return path.starts_with(head); };
    if (starts("/v1/manifests")) return place.draft();
    if (starts("/v1/vehicles")) return place.vehicle;
    if (starts("/v1/terminals")) return place.terminal;
    if (starts("/v1/locks")) return place.lock;
    const auto first = [&place](const char* register_) -> std::string {
        return place.as("producer").get(register_).json()["items"][0]["id"];
    };
    if (starts("/v1/plans")) return first("/v1/plans");
    if (starts("/v1/licences")) return first("/v1/licences");
    return "00000000-0000-7000-8000-000000000000";
}

Web asker(const Valley& place, const std::string& role) {
    return role.empty() ? place.house.web() : place.as(role);
}

TEST_CASE("SQL in any text of any body is text") {
    const Valley place;
    const auto before = standing(place);
    int asked = 0;
    const auto attack = [&](const Operation& one, const std::string& path, const json& body) {
        for (const auto& pointer : test::texts_of(body)) {
            for (const char* const text : hostile) {
                json sent = body;
                sent[json::json_pointer{pointer}] = text;
                const auto reply = asker(place, one.role)
                                       .send(one.verb, path, sent.dump(), {{"If-Match", "\"1\""}});
                INFO(one.verb << ' ' << path << ' ' << pointer << ": " << reply.body);
                CHECK(reply.status < 500);
                ++asked;
            }
        }
    };
    for (const Operation& one : operations()) {
        // These end the very tokens that the next requests need.
        if (one.path == "/v1/logout" || one.path == "/v1/password") continue;
        for (const json& body : one.bodies())
            attack(one, filled(one.path, known_id(place, one.path)), body);
    }
    std::cout << asked << " requests with SQL in a text\n";
    CHECK(asked > 2000);
    CHECK(standing(place) == before);
    CHECK(place.as("producer").get("/v1/manifests").status == 200);
}

TEST_CASE("SQL and bytes that are no text in any parameter of any address find nothing") {
    const Valley place;
    const auto before = standing(place);
    int asked = 0;
    const auto ask = [&](const Operation& one, const std::string& target) {
        const bool stream = one.path == "/v1/alerts/stream";
        const auto reply =
            asker(place, one.role)
                .send(stream ? "HEAD" : one.verb, target, {}, {{"If-Match", "\"1\""}});
        INFO(one.verb << ' ' << target << ": " << reply.body);
        CHECK(reply.status < 500);
        ++asked;
    };
    const std::vector<std::string> values{
        encoded("'"), encoded("' OR 1=1--"), encoded(robert), "%FF%FE", "%C0%AF", "%ED%A0%80",
        "%",          std::string(500, '9')};
    for (const Operation& one : operations()) {
        if (one.path == "/v1/logout") continue;
        const std::string id = known_id(place, one.path);
        for (const auto& value : values) {
            if (one.path.find('{') != std::string::npos) ask(one, filled(one.path, value));
            for (const auto& parameter : one.document.value("parameters", json::array())) {
                const auto named = test::resolved(parameter);
                if (named.at("in") != "query") continue;
                ask(one,
                    filled(one.path, id) + '?' + named.at("name").get<std::string>() + '=' + value);
            }
        }
    }
    CHECK(asked > 500);
    CHECK(standing(place) == before);
}

TEST_CASE("a load that is named in SQL runs to its end and is told back word for word") {
    Valley place;
    test::truck_ready(place);
    json filing = place.filing();
    filing["contract_no"] = robert;
    for (const char* field : {"name", "taboos", "components", "note"})
        filing["lines"][0][field] = robert;
    const json filed = test::submitted(place, filing);
    CHECK(filed["contract_no"] == robert);
    const std::string id = filed["id"];
    json acceptance = place.acceptance();
    acceptance["driver"] = "' OR 1=1--";
    acceptance["waybill_no"] = robert;
    const auto leg = test::step(place, "carrier", id, "carrier_accept", acceptance)["legs"][0];
    CHECK(leg["driver"]["name"] == "' OR 1=1--");
    CHECK(leg["waybill_no"] == robert);
    test::step(place, "producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    test::step(place, "driver", id, "load_sign", {{"seal_nos", {"' OR 1=1--"}}});
    test::step(place, "driver", id, "depart");
    test::step(place, "police", id, "hold",
               {{"order_no", robert},
                {"reason", robert},
                {"until", to_iso(place.house.now() + std::chrono::hours{48})}});
    test::step(place, "police", id, "release", {{"reason", robert}});
    test::step(place, "receiver", id, "arrive");
    test::step(place, "receiver", id, "weigh_in",
               {{"gross_kg", 20000}, {"tare_kg", 12000}, {"scale", robert}});
    test::step(place, "receiver", id, "reject",
               {{"reason", {{"code", "OTHER"}, {"text", robert}}}});
    const auto read = place.as("producer").get("/v1/manifests/" + id).json();
    CHECK(read["state"] == "REJECTED");
    for (const char* field : {"waste_name", "taboos", "components", "note"})
        CHECK(read["lines"][0][field] == robert);
    CHECK(place.as("police").get("/v1/manifests/" + id + "/history").status == 200);
}

// Names of all headers of an answer.
std::set<std::string> names_of(const WebReply& reply) {
    std::set<std::string> names;
    for (const auto& [name, value] : reply.headers) names.insert(name);
    return names;
}

TEST_CASE("line breaks in texts, addresses and headers never become a header of an answer") {
    const Valley place;
    const std::string broken = "x\r\nSet-Cookie: a=b\r\n\r\n<script>";
    const auto clean = [](const WebReply& reply) {
        INFO(reply.status << ' ' << reply.body);
        CHECK_FALSE(names_of(reply).contains("set-cookie"));
        return reply.status;
    };
    const Web desk = place.as("operator");
    CHECK(clean(desk.post("/v1/parties", {{"name", broken}, {"roles", {"carrier"}}})) == 422);
    json filing = place.filing();
    filing["contract_no"] = broken;
    CHECK(clean(place.as("producer").post("/v1/manifests", filing)) == 422);
    for (const char* target : {"/v1/manifests%0d%0aSet-Cookie:%20a=b", "/v1/parties/%0d%0aa",
                               "/v1/checkpoint?plate=%0d%0aSet-Cookie:%20a=b",
                               "/v1/alerts?after=1%0d%0aSet-Cookie:%20a=b"})
        CHECK(clean(place.as("police").get(target)) == 400);
    // A key that holds another header is two headers; what answers it repeats neither.
    CHECK(clean(place.as("producer")
                    .post("/v1/manifests", json::object(),
                          {{"Idempotency-Key", "k\r\nX-Other: 1"}})) == 201);
    CHECK(clean(place.house.web("lh_x\r\nX-Other: 1").get("/v1/parties")) == 401);
}

}  // namespace
