#include "server/http/if_match.hpp"

#include "server/http/problem.hpp"

#include <charconv>

namespace liuhen::server::http {

IfMatch read_if_match(const Request& request) {
    const std::string tag = request.header("if-match");
    if (tag.empty() || tag == "*") return {};
    std::uint32_t version = 0;
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return {std::nullopt, true};
    const char* const end = tag.data() + tag.size() - 1;
    const auto [last, error] = std::from_chars(tag.data() + 1, end, version);
    if (error != std::errc{} || last != end) return {std::nullopt, true};
    return {version, false};
}

std::optional<Reply> refuse_unless_current(const Request& request, std::uint32_t current,
                                           MustName must) {
    const IfMatch named = read_if_match(request);
    if (named.malformed)
        return refuse(400, "IF_MATCH_MALFORMED", "If-Match must be one entity tag that was read.");
    if (!named.version && must == MustName::no) return std::nullopt;
    if (!named.version)
        return refuse(428, "IF_MATCH_MISSING", "A change must name the version it changes.");
    if (*named.version != current)
        return refuse(412, "STALE_VERSION",
                      "The current version is " + std::to_string(current) + ".");
    return std::nullopt;
}

}  // namespace liuhen::server::http
