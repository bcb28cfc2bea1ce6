#include "simulators/api.hpp"

#include <fmt/format.h>

#include <fstream>
#include <random>

namespace liuhen::simulators {
namespace {

constexpr std::chrono::seconds server_patience{60};
constexpr std::size_t told_bytes = 600;  // of a refusal's body

}  // namespace

Endpoints Endpoints::load(const std::string& file) {
    std::ifstream in{file};
    const auto read = json::parse(in, nullptr, false);
    if (!read.is_object()) throw std::runtime_error{file + " is missing or no endpoints file"};
    try {
        return {HostPort::parse(read.at("http").get<std::string>()),
                HostPort::parse(read.at("jt808").get<std::string>()),
                HostPort::parse(read.at("lock").get<std::string>()),
                read.at("tokens").get<std::map<std::string, std::string>>()};
    } catch (const std::exception& fault) {
        throw std::runtime_error{file + ": " + fault.what()};
    }
}

awaitable<json> Api::send(HttpRequest request) const {
    const std::string about = request.verb + " " + request.target;
    const HttpAnswer answer = co_await ask(server_, std::move(request), server_patience);
    if (answer.status >= 400) {
        throw Refusal{answer.status, fmt::format("{} -> {} {}", about, answer.status,
                                                 answer.body.substr(0, told_bytes))};
    }
    if (answer.body.empty()) co_return json{};
    auto body = json::parse(answer.body, nullptr, false);
    if (body.is_discarded()) throw Refusal{answer.status, about + " -> an answer that is no JSON"};
    co_return body;
}

awaitable<json> Api::get(std::string target) const {
    HttpRequest request{.verb = "GET", .target = std::move(target), .token = token_};
    co_return co_await send(std::move(request));
}

awaitable<json> Api::post(std::string target, json body, std::string key) const {
    HttpRequest request{.verb = "POST", .target = std::move(target), .token = token_};
    request.body = body.dump();
    request.idempotency_key = std::move(key);
    co_return co_await send(std::move(request));
}

awaitable<json> Api::change(std::string target, json body, json paper) const {
    HttpRequest request{.verb = "POST", .target = std::move(target), .token = token_};
    request.body = body.dump();
    request.idempotency_key = fresh_key();
    request.if_match = fmt::format("\"{}\"", paper.at("version").get<int>());
    co_return co_await send(std::move(request));
}

awaitable<void> Api::remove(std::string target) const {
    HttpRequest request{.verb = "DELETE", .target = std::move(target), .token = token_};
    co_await send(std::move(request));
}

awaitable<std::vector<json>> Api::list(std::string target) const {
    std::vector<json> items;
    const char joint = target.find('?') == std::string::npos ? '?' : '&';
    std::string page = target + joint + "limit=200";
    for (;;) {
        const json answer = co_await get(page);
        for (const json& item : answer.at("items")) items.push_back(item);
        if (!answer.contains("next") || answer["next"].is_null()) co_return items;
        const json& next = answer["next"];
        page = target + joint +
               "limit=200&after=" + (next.is_string() ? next.get<std::string>() : next.dump());
    }
}

std::string fresh_key() {
    static std::random_device source;
    return fmt::format("sim-{:08x}{:08x}{:08x}", source(), source(), source());
}

}  // namespace liuhen::simulators
