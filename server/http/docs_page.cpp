#include "server/http/docs_page.hpp"

#include "server/http/openapi.hpp"

#include <nlohmann/json.hpp>

#include <vector>

namespace liuhen::server::http {
namespace {

constexpr std::string_view style = R"css(
body { font: 16px/1.5 sans-serif; margin: 0 auto; max-width: 64rem; padding: 1rem; color: #111; }
h2 { border-top: 2px solid #111; margin-top: 3rem; padding-top: .5rem; }
h3 { margin: 2.5rem 0 0; }
h4 { margin: 1rem 0 .2rem; }
code, pre { font: 14px/1.4 monospace; }
pre { background: #f4f4f4; overflow-x: auto; padding: .6rem; }
table { border-collapse: collapse; width: 100%; }
td { border-top: 1px solid #ccc; padding: .15rem .8rem .15rem 0; vertical-align: top; }
td:first-child { white-space: nowrap; width: 1%; }
nav ul { columns: 2; list-style: none; padding: 0; }
b { color: #a00; }
)css";

std::string text_of(const Description& node, const char* name) {
    return node.contains(name) ? escaped(node.at(name).get<std::string>()) : std::string{};
}

// What a node says, or what the component says that it refers to.
const Description& resolved(const Description& document, const Description& node) {
    if (!node.contains("$ref")) return node;
    const std::string target = node.at("$ref");
    return resolved(document, document.at(Description::json_pointer{target.substr(1)}));
}

std::string upper(std::string text) {
    for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return text;
}

/// An operation with its address; lives as long as the document.
struct Operation {
    std::string verb, path;
    const Description* said = nullptr;
};

std::vector<Operation> operations_of(const Description& document, const std::string& tag) {
    std::vector<Operation> found;
    for (const auto& [path, verbs] : document.at("paths").items()) {
        for (const auto& [verb, operation] : verbs.items()) {
            if (operation.at("tags").at(0) == tag) found.push_back({upper(verb), path, &operation});
        }
    }
    return found;
}

std::string who(const Description& operation) {
    if (!operation.contains("x-roles")) return "<p>Open to everybody. 无需令牌</p>";
    std::string roles;
    for (const auto& role : operation.at("x-roles"))
        roles += (roles.empty() ? "" : ", ") + escaped(role.get<std::string>());
    return "<p>By 角色: " + roles + "; rank at least 级别: " + text_of(operation, "x-rank") +
           "</p>";
}

std::string parameters(const Description& document, const Description& operation) {
    if (!operation.contains("parameters")) return {};
    std::string table = "<h4>Parameters 参数</h4><table>";
    for (const auto& one : operation.at("parameters")) {
        const auto& parameter = resolved(document, one);
        table += "<tr><td><code>" + text_of(parameter, "name") + "</code>";
        if (parameter.value("required", false)) table += " <b title=\"required\">*</b>";
        table += "</td><td>" + text_of(parameter, "in") + "</td><td>" +
                 schema_html(parameter.at("schema")) + "<br>" + text_of(parameter, "description") +
                 "</td></tr>";
    }
    return table + "</table>";
}

std::string body(const Description& operation) {
    if (!operation.contains("requestBody")) return {};
    std::string said = "<h4>Body 请求体</h4>";
    for (const auto& [type, content] : operation.at("requestBody").at("content").items()) {
        said += "<div><code>" + escaped(type) + "</code> " + schema_html(content.at("schema")) +
                "</div>";
        if (!content.contains("examples")) continue;
        for (const auto& [name, example] : content.at("examples").items())
            said += "<p>Example 示例 <i>" + escaped(name) + "</i></p><pre>" +
                    escaped(example.at("value").dump(2)) + "</pre>";
    }
    return said;
}

std::string answers(const Description& document, const Description& operation) {
    std::string table = "<h4>Answers 应答</h4><table>";
    for (const auto& [status, one] : operation.at("responses").items()) {
        const auto& answer = resolved(document, one);
        table += "<tr><td><code>" + escaped(status) + "</code></td><td>" +
                 text_of(answer, "description");
        if (answer.contains("content")) {
            for (const auto& [type, content] : answer.at("content").items())
                table +=
                    "<br><code>" + escaped(type) + "</code> " + schema_html(content.at("schema"));
        }
        table += "</td></tr>";
    }
    return table + "</table>";
}

std::string article(const Description& document, const Operation& operation) {
    const auto& said = *operation.said;
    return "<article id=\"" + text_of(said, "operationId") + "\"><h3><code>" + operation.verb +
           " " + escaped(operation.path) + "</code></h3><p>" + text_of(said, "summary") + " " +
           text_of(said, "x-summary-zh") + "</p>" + who(said) + parameters(document, said) +
           body(said) + answers(document, said) + "</article>";
}

std::string heading(const Description& tag) {
    return text_of(tag, "x-displayName") + " " + text_of(tag, "x-displayName-zh");
}

std::string contents(const Description& document) {
    std::string list = "<nav>";
    for (const auto& tag : document.at("tags")) {
        list +=
            "<h4><a href=\"#tag-" + text_of(tag, "name") + "\">" + heading(tag) + "</a></h4><ul>";
        for (const auto& one : operations_of(document, tag.at("name")))
            list += "<li><a href=\"#" + text_of(*one.said, "operationId") + "\"><code>" + one.verb +
                    " " + escaped(one.path) + "</code></a></li>";
        list += "</ul>";
    }
    return list + "<h4><a href=\"#schemas\">Schemas 数据结构</a></h4></nav>";
}

std::string schemas(const Description& document) {
    std::string all = "<section id=\"schemas\"><h2>Schemas 数据结构</h2>";
    for (const auto& [name, schema] : document.at("components").at("schemas").items())
        all += "<article id=\"schema-" + escaped(name) + "\"><h3>" + escaped(name) + "</h3><div>" +
               schema_html(schema) + "</div></article>";
    return all + "</section>";
}

}  // namespace

std::string docs_page(const Description& document) {
    const auto& info = document.at("info");
    std::string page =
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">"
        "<meta name=\"viewport\" content=\"width=device-width\"><title>";
    page += text_of(info, "title") + " HTTP</title><style>";
    page += style;
    page += "</style></head><body><h1>" + text_of(info, "title") + " 留痕</h1><p>" +
            text_of(info, "description") +
            "</p><p><a href=\"openapi.json\">openapi.json</a>; <b>*</b> required 必填</p>" +
            contents(document);
    for (const auto& tag : document.at("tags")) {
        page += "<section id=\"tag-" + text_of(tag, "name") + "\"><h2>" + heading(tag) +
                "</h2><p>" + text_of(tag, "description") + " " + text_of(tag, "x-description-zh") +
                "</p>";
        for (const auto& one : operations_of(document, tag.at("name")))
            page += article(document, one);
        page += "</section>";
    }
    return page + schemas(document) + "</body></html>\n";
}

const std::string& docs_policy() {
    static const std::string policy = policy_of_style(style);
    return policy;
}

awaitable<Reply> docs(Front&, Call) {
    static const std::string page = docs_page(Description::parse(openapi_document()));
    Reply reply;
    reply.content_type = "text/html; charset=utf-8";
    reply.headers.emplace_back("Content-Security-Policy", docs_policy());
    reply.body = page;
    co_return reply;
}

}  // namespace liuhen::server::http
