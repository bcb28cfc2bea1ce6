#include "server/http/rates.hpp"

#include "server/http/problem.hpp"

#include <fmt/format.h>

#include <iterator>

namespace liuhen::server::http {

std::chrono::seconds Rates::take_from_address(const std::string& address) {
    return take("address", access_.by_address, address);
}

std::chrono::seconds Rates::take_from_identity(const std::string& token_id) {
    return take("identity", access_.requests, token_id);
}

std::chrono::seconds Rates::take(std::string_view name, RateLimit& limit, const std::string& who) {
    const auto now = monotonic();
    const auto wait = limit.take(who, now);
    const auto standing = limit.standing(who, now);
    const std::string_view comma = policies_.empty() ? "" : ", ";
    fmt::format_to(std::back_inserter(policies_), "{}\"{}\";q={};w={}", comma, name, limit.quota(),
                   limit.window().count());
    fmt::format_to(std::back_inserter(standings_), "{}\"{}\";r={};t={}", comma, name, standing.left,
                   standing.full_in.count());
    return wait;
}

void Rates::tell(Reply& reply) const {
    if (policies_.empty()) return;
    reply.headers.emplace_back("RateLimit-Policy", policies_);
    reply.headers.emplace_back("RateLimit", standings_);
}

Reply slow_down(std::string_view code, std::string detail, std::chrono::seconds wait) {
    Problem problem{429, std::string{code}, std::move(detail), {}, {}, {}, {}};
    problem.headers.emplace_back("Retry-After", std::to_string(wait.count()));
    return to_reply(problem);
}

}  // namespace liuhen::server::http
