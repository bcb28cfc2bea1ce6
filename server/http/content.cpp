#include "server/http/content.hpp"

#include <algorithm>

namespace liuhen::server::http {

std::string first_word(std::string value) {
    value = value.substr(0, value.find(';'));
    while (!value.empty() && value.back() == ' ') value.pop_back();
    std::transform(value.begin(), value.end(), value.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return value;
}

bool is_packed(const Request& request) {
    const std::string coding = first_word(request.header("content-encoding"));
    return !coding.empty() && coding != "identity";
}

bool carries_body(const Request& request) {
    return request.verb == Verb::post || request.verb == Verb::put;
}

}  // namespace liuhen::server::http
