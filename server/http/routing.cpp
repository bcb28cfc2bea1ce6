#include "server/http/routes.hpp"

#include <algorithm>
#include <optional>

namespace liuhen::server::http {
namespace {

std::vector<std::string_view> pieces(std::string_view path) {
    std::vector<std::string_view> found;
    while (!path.empty()) {
        const auto end = path.find('/');
        found.push_back(path.substr(0, end));
        if (end == std::string_view::npos) return found;
        path.remove_prefix(end + 1);
        if (path.empty()) found.emplace_back();  // a trailing slash is another address
    }
    return found;
}

using Places = std::map<std::string, std::string>;

std::optional<Places> fit(const std::vector<std::string_view>& pattern,
                          const std::vector<std::string_view>& path) {
    if (pattern.size() != path.size()) return std::nullopt;
    Places places;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!pattern[i].starts_with('{')) {
            if (pattern[i] != path[i]) return std::nullopt;
            continue;
        }
        if (path[i].empty()) return std::nullopt;
        places.emplace(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
    }
    return places;
}

}  // namespace

std::string_view code(Verb verb) {
    constexpr std::string_view names[] = {"GET", "POST", "PUT", "DELETE", "OTHER"};
    return names[static_cast<std::size_t>(verb)];
}

Match find_route(std::span<const Route> table, Verb verb, std::string_view path) {
    Match match;
    const auto sought = pieces(path);
    for (const Route& route : table) {
        auto places = fit(pieces(route.path), sought);
        if (!places) continue;
        if (route.verb == verb && match.route == nullptr) {
            match.route = &route;
            match.places = *std::move(places);
        }
        if (std::find(match.allowed.begin(), match.allowed.end(), route.verb) ==
            match.allowed.end())
            match.allowed.push_back(route.verb);
    }
    return match;
}

}  // namespace liuhen::server::http
