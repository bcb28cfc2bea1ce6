// The published description as material: a body for each operation, and every text of a body.
#pragma once

#include "server/http/openapi.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace liuhen::test {

/// docs/openapi.json as the server publishes it.
inline const nlohmann::json& published() {
    static const auto document = nlohmann::json::parse(server::http::openapi_document());
    return document;
}

/// The schema or parameter itself, behind its references.
inline nlohmann::json resolved(nlohmann::json one) {
    while (one.contains("$ref")) {
        const std::string ref = one["$ref"];
        one = published().at(nlohmann::json::json_pointer{ref.substr(1)});
    }
    return one;
}

/// A document of the schema with every property filled; it need not make sense.
inline nlohmann::json sample_of(const nlohmann::json& of) {
    const auto schema = resolved(of);
    for (const char* choice : {"oneOf", "anyOf"}) {
        if (schema.contains(choice) && !schema.contains("properties"))
            return sample_of(schema[choice][0]);
    }
    if (schema.contains("const")) return schema["const"];
    if (schema.contains("enum")) return schema["enum"][0];
    auto type = schema.value("type", nlohmann::json("string"));
    if (type.is_array()) type = type[0];
    if (type == "integer" || type == "number") return schema.value("minimum", nlohmann::json(1));
    if (type == "boolean") return true;
    if (type == "array") {
        const auto items = schema.value("items", nlohmann::json::object());
        return nlohmann::json::array({items.empty() ? nlohmann::json(1) : sample_of(items)});
    }
    if (type == "object") {
        auto object = nlohmann::json::object();
        const auto properties = schema.value("properties", nlohmann::json::object());
        for (const auto& [name, property] : properties.items()) object[name] = sample_of(property);
        return object;
    }
    const std::string format = schema.value("format", "");
    if (format == "uuid") return "00000000-0000-7000-8000-000000000000";
    if (format == "date") return "2026-03-01";
    if (format == "date-time") return "2026-03-01T08:00:00Z";
    return std::string(std::max<std::size_t>(1, schema.value("minLength", 1U)), 'x');
}

/// Pointers to every text of a document.
inline std::vector<std::string> texts_of(const nlohmann::json& document) {
    std::vector<std::string> pointers;
    const auto flat = document.flatten();
    for (const auto& [pointer, value] : flat.items())
        if (value.is_string()) pointers.push_back(pointer);
    return pointers;
}

}  // namespace liuhen::test
