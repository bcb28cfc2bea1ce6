#include "server/http/if_match.hpp"

#include "server/http/problem.hpp"

#include <charconv>
#include <string_view>

namespace liuhen::server::http {

IfMatch read_if_match(const Request& request) {
    using Said = IfMatch::Said;
    constexpr std::uint32_t no_version = 0;
    const auto header = request.headers.find("if-match");
    if (header == request.headers.end()) return {Said::nothing};
    std::string_view tag = header->second;
    if (tag == "*") return {Said::any};
    const bool weak = tag.starts_with("W/");
    if (weak) tag.remove_prefix(2);
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return {Said::malformed};
    std::uint32_t version = no_version;
    const char* const end = tag.data() + tag.size() - 1;
    const auto [last, error] = std::from_chars(tag.data() + 1, end, version);
    if (error != std::errc{} || last != end) return {Said::malformed};
    return {Said::version, weak ? no_version : version};
}

std::optional<Reply> refuse_unless_current(const Request& request, std::uint32_t current,
                                           MustName must) {
    using Said = IfMatch::Said;
    const IfMatch named = read_if_match(request);
    if (named.said == Said::malformed)
        return refuse(400, "IF_MATCH_MALFORMED", "If-Match must be one entity tag that was read.");
    if (named.said == Said::nothing && must == MustName::yes)
        return refuse(428, "IF_MATCH_MISSING", "A change must name the version it changes.");
    if (named.version && *named.version != current)
        return refuse(412, "STALE_VERSION",
                      "The current version is " + std::to_string(current) + ".");
    return std::nullopt;
}

}  // namespace liuhen::server::http
