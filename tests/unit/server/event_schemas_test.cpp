// The schemas of manifest events in the published description against the forms that read them.
// A form accepts a member when it does not call it unknown; every word of the forms' source, with
// the endings of weights, is tried at every object of every body.
#include "manifest/lifecycle.hpp"
#include "server/http/openapi.hpp"
#include "server/json/manifest_json.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>
#include <regex>
#include <set>

namespace {

using namespace liuhen;
using manifest::Event;
using nlohmann::json;
using Names = std::set<std::string>;

const json& described() {
    static const json document = json::parse(server::http::openapi_document());
    return document;
}

std::string source_of_forms() {
    std::string all;
    for (const char* name : {"event_form", "event_parts", "filing_form", "carriage_form",
                             "receipt_form", "person_form"}) {
        std::ifstream file{std::string{LIUHEN_SOURCE_DIR "/server/json/"} + name + ".cpp"};
        all.append(std::istreambuf_iterator<char>{file}, {});
    }
    return all;
}

Names candidates() {
    static const Names found = [] {
        Names names;
        const std::string source = source_of_forms();
        const std::regex word{"\"([a-z][a-z_]*)\""};
        for (std::sregex_iterator it{source.begin(), source.end(), word}, end; it != end; ++it) {
            for (const char* ending : {"", "_g", "_kg"}) names.insert((*it)[1].str() + ending);
        }
        return names;
    }();
    return found;
}

std::vector<Event> callable_events() {
    std::vector<Event> events;
    for (int i = 0; i < static_cast<int>(Event::count_); ++i) {
        const auto event = static_cast<Event>(i);
        if (event != Event::track_or_lock_event) events.push_back(event);
    }
    return events;
}

std::string path_of(Event event) {
    const std::string all = "/v1/manifests";
    return event == Event::create ? all : all + "/{id}/" + std::string{code(event)};
}

const json& resolved(const json& schema) {
    if (!schema.contains("$ref")) return schema;
    const std::string target = schema.at("$ref");
    return resolved(described().at(json::json_pointer{target.substr(1)}));
}

// The schema of the object that a member may be: itself, its elements, or its form in writing.
const json* object_in(const json& schema) {
    const json& s = resolved(schema);
    if (s.contains("properties")) return &s;
    if (s.contains("items")) return object_in(s.at("items"));
    if (!s.contains("oneOf")) return nullptr;
    for (const json& choice : s.at("oneOf")) {
        if (const json* found = object_in(choice)) return found;
    }
    return nullptr;
}
bool is_list(const json& schema) { return resolved(schema).contains("items"); }

// The body with `innermost` at the end of the path; lists have one element.
json nested(const std::vector<std::pair<std::string, bool>>& path, json innermost) {
    for (auto step = path.rbegin(); step != path.rend(); ++step) {
        json element = step->second ? json::array({innermost}) : innermost;
        innermost = json{{step->first, std::move(element)}};
    }
    return innermost;
}

std::string pointer_of(const std::vector<std::pair<std::string, bool>>& path) {
    std::string pointer;
    for (const auto& [name, list] : path) pointer += "/" + name + (list ? "/0" : "");
    return pointer;
}

// The candidates that the form of `event` takes in the object at `path`.
Names accepted(Event event, const std::vector<std::pair<std::string, bool>>& path) {
    json all = json::object();
    for (const auto& name : candidates()) all[name] = nullptr;
    Names names = candidates();
    const auto form = server::read_event(event, nested(path, all));
    if (form) return names;
    const std::string here = pointer_of(path) + "/";
    for (const auto& fault : form.error()) {
        if (fault.code == "UNKNOWN_FIELD" && fault.pointer.starts_with(here))
            names.erase(fault.pointer.substr(here.size()));
    }
    return names;
}

void compare(Event event, std::vector<std::pair<std::string, bool>> path, const json& schema,
             int& objects) {
    INFO(code(event) << " at " << pointer_of(path));
    ++objects;
    Names published;
    for (const auto& [name, member] : schema.at("properties").items()) published.insert(name);
    CHECK(accepted(event, path) == published);
    CHECK(schema.value("additionalProperties", true) == false);
    for (const auto& [name, member] : schema.at("properties").items()) {
        const json* inner = object_in(member);
        if (inner == nullptr) continue;
        path.emplace_back(name, is_list(member));
        compare(event, path, *inner, objects);
        path.pop_back();
    }
}

TEST_CASE("the body of every event is published with the members that its form reads") {
    REQUIRE(candidates().size() > 100);
    int objects = 0;
    for (const Event event : callable_events()) {
        const json& operation = described().at("paths").at(path_of(event)).at("post");
        const json& content = operation.at("requestBody").at("content").at("application/json");
        compare(event, {}, *object_in(content.at("schema")), objects);
    }
    CHECK(objects > 80);
}

TEST_CASE("every event is published with the roles of its rows") {
    for (const Event event : callable_events()) {
        INFO(code(event));
        Names acting;
        for (const auto& row : manifest::lifecycle()) {
            if (!row.events.has(event)) continue;
            for (const char* role :
                 {"producer", "carrier", "driver", "receiver", "regulator", "police", "operator"}) {
                if (row.actors.has(*manifest::role_from_code(role))) acting.insert(role);
            }
        }
        const json& operation = described().at("paths").at(path_of(event)).at("post");
        CHECK(operation.at("x-roles").get<Names>() == acting);
    }
}

TEST_CASE("every event has a row in the description for people") {
    std::ifstream file{LIUHEN_SOURCE_DIR "/docs/http.md"};
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    for (const Event event : callable_events()) {
        INFO(code(event));
        CHECK(text.find("\n| `" + std::string{code(event)} + "` |") != std::string::npos);
    }
}

}  // namespace
