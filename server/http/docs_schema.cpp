// Schemas in words: types, limits, and tables of members.
#include "server/http/docs_page.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {
namespace {

std::string code(std::string_view text) { return "<code>" + escaped(text) + "</code>"; }

// A value as it would be written in JSON; a text without its quotes.
std::string written(const Description& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string joined(const Description& list, std::string_view between) {
    std::string all;
    for (const auto& one : list) {
        if (!all.empty()) all += between;
        all += code(written(one));
    }
    return all;
}

std::string reference(const std::string& target) {
    const std::string name = target.substr(target.rfind('/') + 1);
    return "<a href=\"#schema-" + escaped(name) + "\">" + escaped(name) + "</a>";
}

std::string type_words(const Description& schema) {
    if (schema.contains("const")) return "always " + code(written(schema.at("const")));
    if (schema.contains("enum")) return joined(schema.at("enum"), " ");
    if (!schema.contains("type")) return schema.contains("description") ? "" : "anything";
    const auto& type = schema.at("type");
    std::string words = type.is_string() ? type.get<std::string>() : joined(type, " or ");
    if (schema.contains("format")) words += ", " + escaped(schema.at("format").get<std::string>());
    return words;
}

struct Range {
    const char *least, *most, *of;
};
constexpr Range ranges[] = {{"minimum", "maximum", ""},
                            {"minLength", "maxLength", " characters"},
                            {"minItems", "maxItems", " of them"}};

std::string range_words(const Description& schema, const Range& range) {
    const bool least = schema.contains(range.least);
    const bool most = schema.contains(range.most);
    if (!least && !most) return {};
    const std::string from = least ? code(written(schema.at(range.least))) : std::string{};
    const std::string to = most ? code(written(schema.at(range.most))) : std::string{};
    const std::string both = from == to ? to : from + " to " + to;
    return ", " + (!most ? "at least " + from : !least ? "at most " + to : both) + range.of;
}

std::string limit_words(const Description& schema) {
    std::string words;
    for (const Range& range : ranges) words += range_words(schema, range);
    if (schema.contains("pattern")) words += ", as " + code(written(schema.at("pattern")));
    if (schema.contains("default")) words += ", when absent " + code(written(schema.at("default")));
    return words;
}

std::string choices(const Description& list) {
    std::string all = "one of<ul>";
    for (const auto& one : list) all += "<li>" + schema_html(one) + "</li>";
    return all + "</ul>";
}

bool is_required(const Description& schema, const std::string& name) {
    if (!schema.contains("required")) return false;
    const auto& required = schema.at("required");
    return std::find(required.begin(), required.end(), Description(name)) != required.end();
}

std::string members(const Description& schema) {
    std::string table = "<table>";
    for (const auto& [name, member] : schema.at("properties").items()) {
        table += "<tr><td>" + code(name);
        if (is_required(schema, name)) table += " <b title=\"required\">*</b>";
        table += "</td><td>" + schema_html(member) + "</td></tr>";
    }
    return table + "</table>";
}

}  // namespace

std::string schema_html(const Description& schema) {
    std::string said;
    if (schema.contains("title"))
        said += "<i>" + escaped(schema["title"].get<std::string>()) + "</i> ";
    if (schema.contains("$ref")) {
        said += reference(schema.at("$ref"));
    } else if (schema.contains("items")) {
        said += "list of " + schema_html(schema.at("items")) + limit_words(schema);
    } else if (!schema.contains("properties") && !schema.contains("oneOf") &&
               !schema.contains("anyOf")) {
        said += type_words(schema) + limit_words(schema);
    }
    if (schema.contains("description")) {
        if (!said.empty()) said += ": ";
        said += escaped(schema.at("description").get<std::string>());
    }
    for (const char* choice : {"oneOf", "anyOf"}) {
        if (schema.contains(choice)) said += ' ' + choices(schema.at(choice));
    }
    if (schema.contains("properties")) said += members(schema);
    return said;
}

}  // namespace liuhen::server::http
