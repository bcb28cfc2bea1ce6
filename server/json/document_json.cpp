#include "server/json/document_json.hpp"

#include "server/json/message_json.hpp"
#include "telematics/jtt808/catalogue.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t shown_bytes = 64 * 1024;  // of a body; hex doubles them
constexpr std::size_t shown_end = 4;            // characters of a number
constexpr std::size_t number_digits = 14;
constexpr std::size_t max_numbers = 10;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A parameter {id, name, value, raw} whose name says that it is a password.
bool holds_password(const Json& object) {
    const auto name = object.find("name");
    return name != object.end() && name->is_string() &&
           name->get_ref<const std::string&>().find("password") != std::string::npos;
}

void mask(Json& object) {
    if (holds_password(object)) {
        for (const char* secret : {"value", "raw"}) {
            if (object.contains(secret)) object[secret] = "***";
        }
    }
    const auto identity = object.find("identity");
    if (identity != object.end() && identity->is_string())
        *identity = masked(identity->get<std::string>());
}

void without_zeros(std::string& text) {
    for (std::size_t at = text.find('\0'); at != std::string::npos; at = text.find('\0', at)) {
        text.replace(at, 1, "\xef\xbf\xbd");  // U+FFFD
    }
}

void cleanse(Json& node) {
    if (node.is_string()) without_zeros(node.get_ref<std::string&>());
    if (node.is_object()) mask(node);
    if (!node.is_structured()) return;
    for (Json& child : node) cleanse(child);
}

}  // namespace

std::string masked(std::string_view number) {
    std::string shown(number.size(), '*');
    if (number.size() <= shown_end + 2) return shown;
    const auto end = number.substr(number.size() - shown_end);
    const bool ascii = std::all_of(end.begin(), end.end(), [](char c) { return c > 0; });
    if (ascii) shown.replace(shown.size() - shown_end, shown_end, end);
    return shown;
}

std::vector<std::string> manifest_numbers_in(std::string_view text) {
    std::vector<std::string> found;
    for (auto at = text.begin(); found.size() < max_numbers;) {
        const auto first = std::find_if(at, text.end(), is_digit);
        if (first == text.end()) break;
        at = std::find_if_not(first, text.end(), is_digit);
        if (static_cast<std::size_t>(at - first) == number_digits) found.emplace_back(first, at);
    }
    return found;
}

std::string content_of(const telematics::Document& document) {
    using telematics::jtt808::Edition;
    if (document.body.size() > shown_bytes) return {};
    const auto edition = document.edition_2019 ? Edition::v2019 : Edition::v2013;
    const auto message = telematics::jtt808::decode(document.message, edition, document.body);
    if (!message) return {};
    Json content = message_json(*message);
    cleanse(content);
    return content.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace liuhen::server
