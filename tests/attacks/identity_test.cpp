// Attacks on what is whose: other organisations' ids, fields that the service decides or a
// signature has sealed, stale versions, replayed keys, forged tokens. docs/attacks.md has the table
// of all.
#include "manifest/fields.hpp"
#include "server/http/routes.hpp"
#include "tests/support/files.hpp"
#include "tests/support/people_house.hpp"
#include "tests/support/photos.hpp"
#include "tests/support/signed_tokens.hpp"
#include "tests/support/valley_trip.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <iostream>
#include <set>

namespace {

using namespace liuhen;
using liuhen::test::PeopleHouse;
using liuhen::test::Valley;
using liuhen::test::Web;
using liuhen::test::WebHeaders;
using liuhen::test::WebReply;
using nlohmann::json;
namespace http = liuhen::server::http;

constexpr const char* nothing = "00000000-0000-7000-8000-000000000000";

PeopleHouse& loaded() {
    static PeopleHouse one;
    return one;
}

std::string put_in(std::string path, const std::string& place, const std::string& value) {
    const auto at = path.find(place);
    return at == std::string::npos ? path : path.replace(at, place.size(), value);
}

// The answer without what is another one each time.
std::string essence(const WebReply& reply) {
    std::string text = std::to_string(reply.status) + ' ' + reply.body;
    for (const auto& [name, value] : reply.headers)
        if (!name.starts_with("ratelimit")) text += '\n' + name + ": " + value;
    return text;
}

TEST_CASE("on every address another's id is answered word for word as one that does not exist") {
    const std::string plan = loaded().as("producer").get("/v1/plans").json()["items"][0]["id"];
    const std::string medium =
        loaded().takes(test::photo(loaded().house.now(), test::jpeg(600, 3), 3));
    const std::string file = test::file_of(loaded().as("receiver"));
    // The newest row is one of the plan; licences are public.
    const auto quota =
        loaded().database.value<std::string>("SELECT max(quota_id)::text FROM quota_entries");
    const Web other = loaded().as("other");
    const std::string job =
        loaded().as("producer").post("/v1/registers/stock", json::object()).json()["id"];
    int compared = 0;
    for (const http::Route& route : http::routes()) {
        std::string path{route.path};
        const std::string theirs = path.starts_with("/v1/manifests/")  ? loaded().manifest
                                   : path.starts_with("/v1/plans/")    ? plan
                                   : path.starts_with("/v1/media/")    ? medium
                                   : path.starts_with("/v1/files/")    ? file
                                   : path.starts_with("/v1/jobs/")     ? job
                                   : path.starts_with("/v1/vehicles/") ? loaded().vehicle
                                                                       : std::string{};
        if (theirs.empty() || !route.roles.has(manifest::Role::producer)) continue;
        const bool of_plan = path.starts_with("/v1/plans/");
        path = put_in(put_in(path, "{version}", "1"), "{event}", of_plan ? "file" : "submit");
        const std::string verb{http::code(route.verb)};
        const WebHeaders headers{{"If-Match", "\"1\""}};
        const std::string body = route.verb == http::Verb::post ? "{}" : "";
        const auto known = other.send(verb, put_in(path, "{id}", theirs), body, headers);
        const auto unknown = other.send(verb, put_in(path, "{id}", nothing), body, headers);
        INFO(verb << ' ' << path);
        CHECK(known.status >= 400);
        CHECK(essence(known) == essence(unknown));
        ++compared;
    }
    CHECK(compared >= 15);
    CHECK(essence(other.get("/v1/quotas/" + quota + "/entries")) ==
          essence(other.get("/v1/quotas/999999/entries")));
}

TEST_CASE("no event tells another's manifest from one that does not exist") {
    for (int i = 0; i < static_cast<int>(manifest::Event::count_); ++i) {
        const std::string event{code(static_cast<manifest::Event>(i))};
        const auto known = loaded().act("other", loaded().manifest, event);
        INFO(event);
        // A body that is wrong in itself is told so before anything is looked for.
        CHECK((known.status == 404 || known.status == 422 || known.status == 428));
        CHECK(essence(known) == essence(loaded().act("other", nothing, event)));
    }
}

TEST_CASE("another's manifest is denied in the time that one takes that does not exist") {
    using Watch = std::chrono::steady_clock;
    const Web other = loaded().as("other");
    std::vector<double> known_us;
    std::vector<double> unknown_us;
    for (int i = 0; i < 240; ++i) {
        for (const bool known : {i % 2 == 0, i % 2 != 0}) {
            const auto began = Watch::now();
            const auto reply = other.get("/v1/manifests/" + (known ? loaded().manifest : nothing));
            const std::chrono::duration<double, std::micro> took = Watch::now() - began;
            REQUIRE(reply.status == 404);
            if (i >= 40) (known ? known_us : unknown_us).push_back(took.count());
        }
    }
    const auto median = [](std::vector<double>& times) {
        std::ranges::sort(times);
        return times[times.size() / 2];
    };
    const double ratio = median(known_us) / median(unknown_us);
    std::cout << "denied: another's " << median(known_us) << " us, no one's " << median(unknown_us)
              << " us, ratio " << ratio << " of medians of " << known_us.size() << '\n';
    CHECK(ratio > 0.5);
    CHECK(ratio < 2);
}

TEST_CASE("a file is found by its id, and by no way through folders") {
    const Web producer = loaded().as("producer");
    const auto none = producer.get(std::string{"/v1/media/"} + nothing + "/content");
    REQUIRE(none.status == 404);
    for (const char* id : {"..", ".", "~", "passwd", "secret.key", "%2e%2e", "..\\..\\secret.key",
                           "file:secret.key", "%25%32%65%25%32%65"}) {
        INFO(id);
        CHECK(producer.get(std::string{"/v1/media/"} + id + "/content").body == none.body);
    }
    for (const char* way : {"../../../../etc/passwd", "..%5c..%5csecret.key/content/x"})
        CHECK(producer.get(std::string{"/v1/media/"} + way).status == 404);
    CHECK(producer.get("/v1/media/..%2f..%2fetc%2fpasswd/content").status == 400);
}

TEST_CASE("a draft assigns nothing that the service decides") {
    const Valley place;
    const Web producer = place.as("producer");
    const std::string id = place.draft();
    const std::string edit = "/v1/manifests/" + id + "/edit";
    const auto refused = [&](const json& filing, const std::string& pointer) {
        INFO(pointer);
        for (const auto& reply : {producer.post("/v1/manifests", filing),
                                  producer.post(edit, filing, {{"If-Match", "*"}})}) {
            CHECK(reply.status == 422);
            CHECK(test::faults_of(reply) == std::vector<std::string>{"UNKNOWN_FIELD " + pointer});
        }
    };
    for (const char* name : {"id",         "no",          "state",          "version",
                             "etag",       "producer_id", "producer_g",     "events",
                             "children",   "signatures",  "allowed_events", "warnings",
                             "overlays",   "hold",        "flow",           "revision",
                             "treatments", "discrepancy", "submitted_at",   "weigh_in",
                             "weigh_out",  "case_no",     "updated_at",     "directory_version",
                             "__proto__",  "constructor"}) {
        json filing = place.filing();
        filing[name] = "COMPLETED";
        refused(filing, std::string{"/"} + name);
    }
    for (const char* name : {"sent_g", "received_g", "accepted_g", "refused_g", "treated_g",
                             "allocated", "method_done", "list_name", "difference"}) {
        json filing = place.filing();
        filing["lines"][0][name] = 1;
        refused(filing, std::string{"/lines/0/"} + name);
    }
    json legs = place.filing();
    legs.erase("carrier");
    legs["legs"] = {{{"carrier", place.party.at("carrier")}, {"vehicle", place.vehicle}}};
    refused(legs, "/legs/0/vehicle");
    json another = place.filing();
    another["producer"] = place.party.at("other");
    CHECK(producer.post("/v1/manifests", another).status == 403);
    CHECK(producer.post(edit, another, {{"If-Match", "*"}}).status == 403);
    const auto still = producer.get("/v1/manifests/" + id).json();
    CHECK(still["state"] == "DRAFT");
    CHECK(still["version"] == 1);
    CHECK_FALSE(still.contains("no"));
}

TEST_CASE("nobody makes himself, or a program, more than he is") {
    const auto admin = loaded().admin_of("producer", "attacker.boss");
    const auto refused = [&admin](const std::string& path, const json& body) {
        const auto reply = admin.web.post(path, body);
        INFO(path << ' ' << body << ' ' << reply.body);
        CHECK((reply.status == 422 || reply.status == 403));
    };
    const json member{{"login", "attacker.one"}, {"name", "One"}, {"rank", "member"}};
    const auto with = [](json body, const char* name, const json& value) {
        body[name] = value;
        return body;
    };
    refused("/v1/members", with(member, "rank", "operator"));
    refused("/v1/members", with(member, "authority", "operator"));
    refused("/v1/members", with(member, "division", "33"));
    refused("/v1/members", with(member, "party", loaded().party["other"]));
    refused("/v1/members", with(member, "role", "operator"));
    refused("/v1/members/" + admin.id, {{"rank", "operator"}});
    refused("/v1/members/" + admin.id, {{"party", loaded().party["other"]}});
    const json client{{"name", "ERP"}, {"role", "producer"}};
    refused("/v1/clients", with(client, "role", "operator"));
    refused("/v1/clients", with(client, "rank", "admin"));
    refused("/v1/clients", with(client, "party", loaded().party["other"]));
    refused("/v1/clients", with(client, "id", nothing));
    refused("/v1/tokens", {{"role", "operator"}});
}

TEST_CASE("what a signature has sealed is written by no edit, amendment or other party") {
    Valley place;
    test::truck_ready(place);
    const std::string id = test::submitted(place, place.filing())["id"];
    json changed = place.filing();
    changed["lines"][0]["planned_kg"] = 1;
    CHECK(place.as("producer")
              .post("/v1/manifests/" + id + "/edit", changed, {{"If-Match", "*"}})
              .status == 409);
    test::step(place, "carrier", id, "carrier_accept", place.acceptance());
    CHECK(place.as("producer")
              .post("/v1/manifests/" + id + "/amend", changed, {{"If-Match", "*"}})
              .status == 409);
    test::step(place, "producer", id, "load_sign", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    CHECK(place.act("driver", id, "load_sign", {{"gross_kg", 13000}, {"tare_kg", 12000}}).status ==
          422);
    test::step(place, "driver", id, "load_sign");
    test::step(place, "driver", id, "depart");
    test::step(place, "receiver", id, "arrive");
    test::step(place, "receiver", id, "weigh_in", {{"gross_kg", 20000}, {"tare_kg", 12000}});
    const json before = test::step(place, "receiver", id, "accept");
    std::size_t tried = 0;
    for (const auto& [role, keeper] : {std::pair{"producer", manifest::Keeper::producer},
                                       std::pair{"carrier", manifest::Keeper::carrier},
                                       std::pair{"receiver", manifest::Keeper::receiver}}) {
        for (const auto& rule : manifest::field_rules()) {
            if (rule.keeper == keeper) continue;
            std::string pointer{rule.pointer};
            std::ranges::replace(pointer, '*', '0');
            const auto reply =
                place.act(role, id, "request_revision",
                          {{"reason", "as it suits me"},
                           {"changes", {{{"pointer", pointer}, {"value", "900-000-01"}}}}});
            INFO(role << ' ' << pointer << ' ' << reply.body);
            CHECK((reply.status == 403 || reply.status == 422));
            ++tried;
        }
    }
    CHECK(tried > 200);
    CHECK(place.as("producer").get("/v1/manifests/" + id).json()["version"] == before["version"]);
}

TEST_CASE("of eight changes of one version at once one is made, the others are stale") {
    const Valley place;
    const std::string path = "/v1/manifests/" + place.draft() + "/edit";
    std::vector<std::future<WebReply>> calls;
    for (int i = 0; i < 8; ++i) {
        calls.push_back(std::async(std::launch::async, [&place, &path, i] {
            json filing = place.filing();
            filing["contract_no"] = "C-" + std::to_string(i);
            return place.as("producer").post(path, filing, {{"If-Match", "\"1\""}});
        }));
    }
    std::multiset<int> statuses;
    for (auto& call : calls) statuses.insert(call.get().status);
    CHECK(statuses.count(200) == 1);
    CHECK(statuses.count(412) == 7);
}

TEST_CASE(
    "a key is good for one request: another body, address or version under it has no effect") {
    const Valley place;
    const Web producer = place.as("producer");
    const std::string id = place.draft();
    const std::string edit = "/v1/manifests/" + id + "/edit";
    json filing = place.filing();
    filing["contract_no"] = "C-1";
    const WebHeaders key{{"Idempotency-Key", "one"}, {"If-Match", "\"1\""}};
    REQUIRE(producer.post(edit, filing, key).status == 200);
    json other = filing;
    other["contract_no"] = "C-2";
    const auto reused = [](const WebReply& reply) {
        return reply.status == 409 && reply.json()["code"] == "KEY_REUSED";
    };
    CHECK(reused(producer.post(edit, other, key)));
    CHECK(reused(producer.post(edit, filing, {{"Idempotency-Key", "one"}, {"If-Match", "\"2\""}})));
    CHECK(reused(producer.post("/v1/manifests", filing, key)));
    CHECK(reused(producer.post("/v1/manifests/" + id + "/submit", json::object(), key)));
    CHECK(producer.post(edit, filing, key).header("idempotent-replayed") == "true");
    const auto still = producer.get("/v1/manifests/" + id).json();
    CHECK(still["contract_no"] == "C-1");
    CHECK(still["version"] == 2);
    // To another token the key means nothing, nor does it tell it anything.
    CHECK(place.as("other").post(edit, filing, key).status == 404);
}

TEST_CASE("forged and stale JWTs are all answered with the same 401") {
    const test::SigningKey rsa{"RS256"};
    const test::SigningKey stranger{"RS256"};
    const json provider{{"name", "Agency"},      {"issuer", "https://id.agency.example"},
                        {"audience", "liuhen"},  {"keys", {{"keys", json::array({rsa.jwk("a")})}}},
                        {"role_claim", "roles"}, {"roles", {{"inspector", "regulator"}}},
                        {"division", "3311"},    {"division_claim", "area"}};
    REQUIRE(loaded().as("operator").post("/v1/identity-providers", provider).status == 201);
    const std::int64_t now = loaded().house.now().time_since_epoch().count() / 1000;
    const json good{{"iss", "https://id.agency.example"},
                    {"aud", "liuhen"},
                    {"sub", "officer-17"},
                    {"name", "Zhou Lan"},
                    {"exp", now + 300},
                    {"roles", {"inspector"}},
                    {"area", "3311"}};
    const auto ask = [](const std::string& token) {
        return loaded().house.web(token).get("/v1/manifests");
    };
    REQUIRE(ask(test::signed_token(rsa, "a", good)).status == 200);
    const auto with = [&good](const char* claim, const json& value) {
        json changed = good;
        changed[claim] = value;
        return changed;
    };
    const std::string none = server::base64url(R"({"alg":"none","kid":"a"})") + '.' +
                             server::base64url(with("sub", "none").dump()) + ".AAAA";
    const std::vector<std::string> forged{
        none,
        test::hmac_token(rsa.public_bytes(), R"({"alg":"HS256","kid":"a"})", good.dump()),
        test::signed_token(stranger, "a", good),
        test::signed_token(rsa, "b", good),
        test::signed_token(rsa, "a", with("aud", "another-service")),
        test::signed_token(rsa, "a", with("iss", "https://evil.example")),
        test::signed_token(rsa, "a", with("exp", now - 120)),
        test::signed_token(rsa, "a", with("nbf", now + 120)),
        test::signed_token(rsa, "a", with("roles", {"operator"})),
        test::signed_token(rsa, "a", with("area", "3301"))};
    const auto unknown = ask("lh_" + std::string(43, 'A'));
    REQUIRE(unknown.status == 401);
    for (const auto& token : forged) {
        INFO(token);
        CHECK(essence(ask(token)) == essence(unknown));
    }
}

}  // namespace
