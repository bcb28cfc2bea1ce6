#include "server/http/query.hpp"

#include "server/crypto.hpp"

#include <algorithm>
#include <charconv>

namespace liuhen::server::http {

void Query::add(std::string_view code, const std::string& name, std::string_view value) {
    faults_.push_back(fault(code, "?" + name, value));
}

std::string Query::text(const std::string& name, std::size_t most) {
    asked_.insert(name);
    std::string value = request_.parameter(name);
    if (value.size() <= most) return value;
    add("TOO_LONG", name, value);
    return {};
}

std::string Query::uuid(const std::string& name) {
    std::string value = text(name);
    if (value.empty() || is_uuid(value)) return value;
    add("NOT_A_UUID", name, value);
    return {};
}

std::optional<Instant> Query::instant(const std::string& name) {
    std::string value = text(name);
    if (value.empty()) return std::nullopt;
    // A '+' of a zone that was not percent-encoded arrives as a space.
    const auto space = value.rfind(' ');
    if (space != std::string::npos && value.find('T') < space) value[space] = '+';
    const auto time = parse_iso(value);
    if (!time) add("NOT_A_TIME", name, value);
    return time;
}

std::int64_t Query::integer(const std::string& name, std::int64_t least, std::int64_t most,
                            std::int64_t otherwise) {
    const std::string value = text(name);
    if (value.empty()) return otherwise;
    std::int64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [last, error] = std::from_chars(value.data(), end, number);
    if (error == std::errc{} && last == end && number >= least && number <= most) return number;
    add(last == end ? "OUT_OF_RANGE" : "WRONG_TYPE", name, value);
    return otherwise;
}

std::optional<Instant> Query::required_instant(const std::string& name) {
    if (request_.parameter(name).empty()) add("MISSING", name);
    return instant(name);
}

std::optional<double> Query::number(const std::string& name, double least, double most) {
    const std::string value = text(name);
    if (value.empty()) {
        if (request_.parameter(name).empty()) add("MISSING", name);
        return std::nullopt;
    }
    double number = 0;
    const char* const end = value.data() + value.size();
    const auto [last, error] = std::from_chars(value.data(), end, number);
    if (error == std::errc{} && last == end && number >= least && number <= most) return number;
    add(last == end ? "OUT_OF_RANGE" : "WRONG_TYPE", name, value);
    return std::nullopt;
}

Faults Query::finish() {
    for (const auto& [name, value] : request_.query) {
        if (!asked_.contains(name)) add("UNKNOWN_FIELD", name, value);
    }
    return std::move(faults_);
}

}  // namespace liuhen::server::http
