#include "server/json/parse.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <set>
#include <vector>

namespace liuhen::server {
namespace {

using nlohmann::json;

// Nesting and amount are judged on the text, before anything is built from it.
std::optional<JsonFault> too_much(std::string_view text, std::size_t max_values) {
    std::size_t depth = 0;
    std::size_t values = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && in_string) ++i;
        if (c == '"') in_string = !in_string;
        if (in_string) continue;
        if (c == '[' || c == '{') ++depth;
        if ((c == ']' || c == '}') && depth > 0) --depth;
        if (c == ',' || c == ':') ++values;
        if (depth > max_json_depth)
            return JsonFault{"TOO_DEEP", "more than " + std::to_string(max_json_depth) +
                                             " levels at byte " + std::to_string(i)};
        if (values > max_values)
            return JsonFault{"TOO_MANY_VALUES",
                             "more than " + std::to_string(max_values) + " values"};
    }
    return std::nullopt;
}

struct Watcher {
    std::vector<std::set<std::string>> keys;
    std::optional<JsonFault> found;

    void see(json::parse_event_t event, const json& value) {
        if (event == json::parse_event_t::object_start) keys.emplace_back();
        if (event == json::parse_event_t::object_end) keys.pop_back();
        if (event != json::parse_event_t::key && event != json::parse_event_t::value) return;
        if (!value.is_string()) return;
        const auto& text = value.get_ref<const std::string&>();
        if (text.find('\0') != std::string::npos) found = {"NOT_JSON", "U+0000 in a text"};
        if (event == json::parse_event_t::key && !keys.back().insert(text).second)
            found = {"DUPLICATE_KEY", "the key \"" + text.substr(0, 64) + "\" stands twice"};
    }
};

}  // namespace

Result<json, JsonFault> parse_json(std::string_view text, std::size_t max_values) {
    if (auto fault = too_much(text, max_values)) return fail(*std::move(fault));
    Watcher watcher;
    const auto watch = [&watcher](int, json::parse_event_t event, json& value) {
        watcher.see(event, value);
        return true;
    };
    try {
        json document = json::parse(text, watch);
        if (watcher.found) return fail(*std::move(watcher.found));
        return document;
    } catch (const json::exception& error) {
        return fail(JsonFault{"NOT_JSON", std::string{error.what()}.substr(0, 200)});
    }
}

}  // namespace liuhen::server
