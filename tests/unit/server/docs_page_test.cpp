#include "server/http/docs_page.hpp"

#include "server/base64.hpp"
#include "server/crypto.hpp"
#include "server/http/openapi.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <regex>
#include <set>

namespace {

using namespace liuhen::server;
using http::Description;

const Description& described() {
    static const Description document = Description::parse(http::openapi_document());
    return document;
}
const std::string& page() {
    static const std::string text = http::docs_page(described());
    return text;
}
bool shows(const std::string& text) { return page().find(text) != std::string::npos; }

std::set<std::string> all(const char* pattern) {
    std::set<std::string> found;
    const std::regex wanted{pattern};
    for (std::sregex_iterator it{page().begin(), page().end(), wanted}, end; it != end; ++it)
        found.insert((*it)[1].str());
    return found;
}

TEST_CASE("the page shows every operation with its examples, and every schema") {
    for (const auto& [path, verbs] : described().at("paths").items()) {
        for (const auto& [verb, operation] : verbs.items()) {
            INFO(verb << ' ' << path);
            CHECK(shows("<article id=\"" + operation.at("operationId").get<std::string>() + "\">"));
            if (!operation.contains("requestBody")) continue;
            const auto& contents = operation.at("requestBody").at("content");
            const auto& content = contents.begin().value();
            if (!content.contains("examples")) continue;
            for (const auto& example : content.at("examples"))
                CHECK(shows("<pre>" + http::escaped(example.at("value").dump(2)) + "</pre>"));
        }
    }
    for (const auto& [name, schema] : described().at("components").at("schemas").items()) {
        INFO(name);
        CHECK(shows("<article id=\"schema-" + name + "\">"));
    }
}

TEST_CASE("every operation and every subject is told in both languages") {
    const auto in_both = [](const Description& node, const std::string& name,
                            const std::string& zh) {
        INFO(node.dump());
        const auto chinese = node.at(zh).get<std::string>();
        CHECK(
            shows(http::escaped(node.at(name).get<std::string>()) + " " + http::escaped(chinese)));
        CHECK(std::any_of(chinese.begin(), chinese.end(),
                          [](char c) { return static_cast<unsigned char>(c) > 0x7F; }));
    };
    for (const auto& [path, verbs] : described().at("paths").items()) {
        for (const auto& [verb, operation] : verbs.items())
            in_both(operation, "summary", "x-summary-zh");
    }
    for (const auto& tag : described().at("tags")) {
        in_both(tag, "x-displayName", "x-displayName-zh");
        in_both(tag, "description", "x-description-zh");
    }
}

TEST_CASE("every link of the page leads to a place on it, or to the description") {
    const auto places = all(" id=\"([^\"]*)\"");
    const auto links = all(" href=\"([^\"]*)\"");
    CHECK(links.size() > 200);
    for (const auto& link : links) {
        INFO(link);
        CHECK((link == "openapi.json" || places.contains(link.substr(1))));
    }
}

TEST_CASE("the page runs nothing, loads nothing, and its policy allows its own style alone") {
    for (const char* element : {"<script", "<img", "<link", "<iframe", "src=", "url(", "@import"}) {
        INFO(element);
        CHECK_FALSE(shows(element));
    }
    const auto& policy = http::docs_policy();
    CHECK(policy.starts_with("default-src 'none'; style-src 'sha256-"));
    const auto begin = page().find("<style>") + 7;
    const auto style = page().substr(begin, page().find("</style>") - begin);
    const auto digest = policy.substr(policy.find("sha256-") + 7, 44);
    std::string hex;
    for (const char c : from_base64(digest).value_or(""))
        for (const int half : {(c >> 4) & 15, c & 15}) hex += "0123456789abcdef"[half];
    CHECK(hex == sha256_hex(style));
}

TEST_CASE("what a description says never becomes markup") {
    const std::string evil = "<script>alert('&\"')</script>";
    const Description schema{{"type", "object"},
                             {"title", evil},
                             {"description", evil},
                             {"properties", {{evil, {{"enum", {evil}}}}}}};
    const Description operation{
        {"operationId", evil},
        {"summary", evil},
        {"tags", {evil}},
        {"requestBody",
         {{"content", {{evil, {{"schema", schema}, {"examples", {{evil, {{"value", evil}}}}}}}}}}},
        {"responses", {{evil, {{"description", evil}}}}}};
    const Description document{{"info", {{"title", evil}, {"description", evil}}},
                               {"tags", {{{"name", evil}, {"description", evil}}}},
                               {"paths", {{evil, {{evil, operation}}}}},
                               {"components", {{"schemas", {{evil, schema}}}}}};
    const std::string shown = http::docs_page(document);
    CHECK(shown.find("<script") == std::string::npos);
    CHECK(shown.find("&lt;script&gt;alert(") != std::string::npos);
}

TEST_CASE("a schema is told in words with its limits, and members that are required are marked") {
    const auto said = http::schema_html(
        {{"type", "object"},
         {"required", {"a"}},
         {"properties",
          {{"a", {{"type", "string"}, {"minLength", 2}, {"maxLength", 9}}},
           {"b", {{"type", "array"}, {"items", {{"$ref", "#/components/schemas/X"}}}}}}}});
    CHECK(said.find("<code>a</code> <b title=\"required\">*</b>") != std::string::npos);
    CHECK(said.find("string, <code>2</code> to <code>9</code> characters") != std::string::npos);
    CHECK(said.find("list of <a href=\"#schema-X\">X</a>") != std::string::npos);
}

}  // namespace
