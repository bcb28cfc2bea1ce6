#include "server/http/routes.hpp"

#include "manifest/lifecycle.hpp"
#include "server/http/openapi.hpp"
#include "server/http/problem.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace {

using namespace liuhen;
using namespace liuhen::server;
using namespace liuhen::server::http;
using nlohmann::json;

std::string lower(std::string text) {
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return text;
}

json described() { return json::parse(openapi_document()); }

// What is published of a route: itself, but one path for each event of a manifest.
std::vector<std::string> published_as(const Route& route) {
    const std::string path{route.path};
    if (path != "/v1/manifests/{id}/{event}") return {path};
    std::vector<std::string> paths;
    for (int i = 0; i < static_cast<int>(manifest::Event::count_); ++i) {
        const auto event = static_cast<manifest::Event>(i);
        if (event != manifest::Event::create && event != manifest::Event::track_or_lock_event)
            paths.push_back("/v1/manifests/{id}/" + std::string{manifest::code(event)});
    }
    return paths;
}

TEST_CASE("the routes of the server and the paths of its description are the same") {
    std::set<std::string> served;
    for (const Route& route : routes()) {
        for (const auto& path : published_as(route))
            served.insert(lower(std::string{code(route.verb)}) + ' ' + path);
    }
    std::set<std::string> published;
    const auto document = described();
    for (const auto& [path, verbs] : document.at("paths").items()) {
        for (const auto& [verb, operation] : verbs.items()) published.insert(verb + ' ' + path);
    }
    CHECK(served == published);
    CHECK(served.size() == routes().size() + 40);  // 41 events in one route
}

TEST_CASE("the description names the roles that each route lets in") {
    const auto document = described();
    for (const Route& route : routes()) {
        INFO(route.path);
        json operation;
        std::set<std::string> named;
        for (const auto& path : published_as(route)) {
            operation = document.at("paths").at(path).at(lower(std::string{code(route.verb)}));
            if (operation.contains("x-roles")) {
                for (const auto& role : operation.at("x-roles")) named.insert(role);
            }
        }
        std::set<std::string> let_in;
        for (const char* role :
             {"producer", "carrier", "driver", "receiver", "regulator", "police", "operator"}) {
            if (route.roles.has(*manifest::role_from_code(role))) let_in.insert(role);
        }
        CHECK(named == let_in);
        constexpr const char* ranks[] = {"reader", "member", "admin"};
        if (!route.roles.empty())
            CHECK(operation.at("x-rank") == ranks[static_cast<std::size_t>(route.least())]);
        CHECK(operation.contains("security") == route.roles.empty());
    }
}

// Every "$ref" below a document.
void references(const json& node, std::set<std::string>& found) {
    if (node.is_object() && node.contains("$ref")) found.insert(node.at("$ref"));
    if (node.is_structured()) {
        for (const auto& child : node) references(child, found);
    }
}

TEST_CASE("every reference of the description leads somewhere") {
    const auto document = described();
    CHECK(document.at("openapi") == "3.1.0");
    std::set<std::string> found;
    references(document, found);
    REQUIRE(found.size() > 30);
    for (const auto& reference : found) {
        INFO(reference);
        CHECK(document.contains(json::json_pointer{reference.substr(1)}));
    }
}

TEST_CASE("each route has exactly one handler") {
    for (const Route& route : routes()) {
        INFO(route.path);
        CHECK((route.in_transaction == nullptr) != (route.on_front == nullptr));
    }
}

TEST_CASE("a path is found by its pieces, fixed ones before named ones") {
    const auto stream = find_route(routes(), Verb::get, "/v1/alerts/stream");
    REQUIRE(stream.route != nullptr);
    CHECK(stream.route->path == "/v1/alerts/stream");
    const auto alert = find_route(routes(), Verb::get, "/v1/alerts/t1.LOCK_TAMPER.1");
    CHECK(alert.places.at("alert") == "t1.LOCK_TAMPER.1");
    const auto event = find_route(routes(), Verb::post, "/v1/manifests/7/submit");
    CHECK(event.places == std::map<std::string, std::string>{{"id", "7"}, {"event", "submit"}});
    CHECK(find_route(routes(), Verb::get, "/v1/manifests/").route == nullptr);
    CHECK(find_route(routes(), Verb::get, "/v1/manifests/").allowed.empty());
    CHECK(find_route(routes(), Verb::delete_, "/v1/parties").allowed ==
          std::vector<Verb>{Verb::get, Verb::post});
    CHECK(find_route(routes(), Verb::get, "").allowed.empty());
}

TEST_CASE("targets are decoded once and refused when broken") {
    const auto target = parse_target("/v1/checkpoint?plate=%E6%B5%99K+1&x=%2541&y");
    REQUIRE(target.has_value());
    CHECK(target->path == "/v1/checkpoint");
    CHECK(target->query.at("plate") == "浙K 1");
    CHECK(target->query.at("x") == "%41");
    CHECK(target->query.at("y").empty());
    for (const char* bad : {"", "v1", "/%", "/%4", "/%zz", "/a?b=%0", "/a?b=1&b=2", "/%00", "*"}) {
        INFO(bad);
        CHECK(!parse_target(bad).has_value());
    }
}

TEST_CASE("the gravest refusal gives the answer its status and all are listed") {
    manifest::Refusals refusals{manifest::refuse("TIME_IN_FUTURE", "/at"),
                                manifest::refuse("FIELD_REQUIRED", "/origin")};
    const auto reply = refuse(refusals);
    CHECK(reply.status == 422);
    CHECK(reply.content_type == "application/problem+json");
    const auto body = json::parse(reply.body);
    CHECK(body["code"] == "INVALID");
    CHECK(body["type"] == "urn:liuhen:problem:INVALID");
    REQUIRE(body["errors"].size() == 2);
    CHECK(body["errors"][1]["pointer"] == "/origin_site");
    for (const char* name : {"type", "title", "title_zh", "status", "code", "detail", "errors"})
        CHECK(body.contains(name));
    const auto serial = refuse(manifest::Refusals{manifest::refuse("SERIAL_EXHAUSTED", "")});
    CHECK(serial.status == 503);
    CHECK(serial.headers.front().first == "Retry-After");
}

}  // namespace
