#include "server/json/parse.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
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

// Learns where the parser stopped, and nothing else.
struct Place : json::json_sax_t {
    std::size_t read = 0;  // bytes, with the one that it stopped at
    bool too_large = false;

    bool null() override { return true; }
    bool boolean(bool) override { return true; }
    bool number_integer(number_integer_t) override { return true; }
    bool number_unsigned(number_unsigned_t) override { return true; }
    bool number_float(number_float_t, const string_t&) override { return true; }
    bool string(string_t&) override { return true; }
    bool binary(binary_t&) override { return true; }
    bool start_object(std::size_t) override { return true; }
    bool key(string_t&) override { return true; }
    bool end_object() override { return true; }
    bool start_array(std::size_t) override { return true; }
    bool end_array() override { return true; }
    bool parse_error(std::size_t position, const std::string& /*token*/,
                     const json::exception& error) override {
        read = position;
        too_large = dynamic_cast<const json::out_of_range*>(&error) != nullptr;
        return false;
    }
};

// Of a text that is no JSON, in our words; the byte counts from 0.
JsonFault broken(std::string_view text) {
    Place place;
    json::sax_parse(text, &place);
    const std::size_t at = place.read == 0 ? 0 : place.read - 1;
    std::string what = "no JSON (RFC 8259)";
    if (place.too_large)
        what = "a number that is too large,";
    else if (at >= text.size())
        what = "the text ends before its JSON does,";
    return {"NOT_JSON", what + " at byte " + std::to_string(std::min(at, text.size()))};
}

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
    } catch (const json::exception&) {
        return fail(broken(text));
    }
}

}  // namespace liuhen::server
