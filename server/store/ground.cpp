#include "server/store/ground.hpp"

#include "server/log.hpp"
#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <optional>

namespace liuhen::server {
namespace {

using nlohmann::json;

Path path_of(const json& coordinates) {
    Path path;
    path.reserve(coordinates.size());
    for (const json& point : coordinates) {
        path.push_back({.lat = point.at(1).get<double>(), .lon = point.at(0).get<double>()});
    }
    return path;
}

std::vector<Path> paths_of(const json& lines) {
    std::vector<Path> paths;
    for (const json& line : lines) paths.push_back(path_of(line));
    return paths;
}

std::optional<Instant> instant_of(const pqxx::row& row, const char* column) {
    if (row[column].is_null()) return std::nullopt;
    return store::instant_from_ms(row[column].as<std::int64_t>());
}

void left_out(std::string_view what, const char* id, const std::string& why) {
    log::warn("directory.left_out", {{"what", what}, {"id", id}, {"why", why}});
}

Result<geofence::Shape, geofence::GeoFault> shape_of(const pqxx::row& row) {
    if (row["fence"].is_null()) {
        const LatLon centre{.lat = row["lat"].as<double>(), .lon = row["lon"].as<double>()};
        return geofence::Shape::circle(centre, {row["radius_m"].as<double>()});
    }
    const auto fence = json::parse(row["fence"].c_str());
    return geofence::Shape::polygon(paths_of(fence.at("coordinates").at(0)));
}

/// From `line`, `widths` (one a vertex, through all lines) and `tunnels` (pairs of vertices).
std::vector<geofence::Stretch> stretches_of(const pqxx::row& row) {
    const auto widths = json::parse(row["widths"].c_str());
    const auto tunnels = json::parse(row["tunnels"].c_str());
    std::vector<geofence::Stretch> stretches;
    std::size_t first = 0;
    const auto lines = json::parse(row["line"].c_str());
    for (Path& line : paths_of(lines.at("coordinates"))) {
        geofence::Stretch stretch;
        for (std::size_t i = 0; i < line.size(); ++i) {
            stretch.half_widths.push_back({widths.at(first + i).get<double>()});
        }
        for (std::size_t i = 0; i + 1 < tunnels.size(); i += 2) {
            const auto from = tunnels[i].get<std::size_t>();
            const auto to = tunnels[i + 1].get<std::size_t>();
            if (from < first || from >= first + line.size()) continue;
            stretch.tunnels.push_back({from - first, to - first});
        }
        first += line.size();
        stretch.line = std::move(line);
        stretches.push_back(std::move(stretch));
    }
    return stretches;
}

std::shared_ptr<const geofence::Corridor> corridor_of(std::string_view what, const char* id,
                                                      const pqxx::row& row) {
    auto corridor = geofence::Corridor::from_stretches(stretches_of(row));
    if (corridor) return std::make_shared<const geofence::Corridor>(std::move(*corridor));
    left_out(what, id, corridor.error().detail);
    return nullptr;
}

/// Keys of versions whose corridors are not known yet.
std::string unknown_keys(pqxx::transaction_base& transaction, const Ground& known) {
    std::string keys;
    const auto rows = transaction.exec(
        "SELECT v.route_id, v.version, v.key FROM route_versions v"
        " JOIN route_decisions a ON a.route_id = v.route_id AND a.version = v.version"
        " WHERE a.what = 'approve'");
    for (const auto& row : rows) {
        if (known.corridors.contains({RouteId{row[0].c_str()}, row[1].as<int>()})) continue;
        keys += (keys.empty() ? "{" : ",") + std::string{row[2].c_str()};
    }
    return keys.empty() ? "{}" : keys + '}';
}

void read_corridors(pqxx::transaction_base& transaction, Ground& ground) {
    const auto rows = transaction.exec_params(
        "SELECT route_id, version, ST_AsGeoJSON(line) AS line,"
        " array_to_json(half_widths_m) AS widths, array_to_json(tunnels) AS tunnels"
        " FROM route_versions WHERE key = ANY ($1::int[])",
        unknown_keys(transaction, ground));
    for (const auto& row : rows) {
        const char* const id = row["route_id"].c_str();
        ground.corridors.emplace(std::pair{RouteId{id}, row["version"].as<int>()},
                                 corridor_of("route", id, row));
    }
}

using Corridors = std::map<std::string, std::shared_ptr<const geofence::Corridor>>;

/// Corridors of diversions that were known before, by id.
Corridors known_diversions(const Ground& ground) {
    Corridors known;
    for (const auto& [route, diversions] : ground.diversions) {
        for (const PublishedDiversion& one : diversions) known.emplace(one.id, one.corridor);
    }
    return known;
}

/// Lines are read of those that are not known; the rest of a row is short.
Corridors new_diversions(pqxx::transaction_base& transaction, const std::string& wanted) {
    Corridors read;
    const auto rows = transaction.exec_params(
        "SELECT id, ST_AsGeoJSON(line) AS line, array_to_json(half_widths_m) AS widths,"
        " '[]' AS tunnels FROM route_diversions WHERE id = ANY ($1::uuid[])",
        wanted);
    for (const auto& row : rows) {
        const char* const id = row["id"].c_str();
        read.emplace(id, corridor_of("diversion", id, row));
    }
    return read;
}

void read_diversions(pqxx::transaction_base& transaction, Ground& ground, Corridors corridors) {
    const auto rows = transaction.exec(
        "SELECT d.id, d.route_id, (extract(epoch FROM lower(d.valid)) * 1000)::bigint AS from_ms,"
        " (extract(epoch FROM least(upper(d.valid), e.at)) * 1000)::bigint AS until_ms,"
        " (extract(epoch FROM d.published_at) * 1000)::bigint AS published_ms"
        " FROM route_diversions d LEFT JOIN route_diversion_ends e ON e.diversion_id = d.id"
        " ORDER BY d.published_at, d.id");
    std::string wanted;
    for (const auto& row : rows) {
        if (corridors.contains(row["id"].c_str())) continue;
        wanted += (wanted.empty() ? "{" : ",") + std::string{row["id"].c_str()};
    }
    corridors.merge(new_diversions(transaction, wanted.empty() ? "{}" : wanted + '}'));
    for (const auto& row : rows) {
        const auto corridor = corridors.find(row["id"].c_str());
        if (corridor == corridors.end() || !corridor->second) continue;
        const Interval during{instant_of(row, "from_ms"), instant_of(row, "until_ms")};
        if (*during.until <= *during.from) continue;  // ended before it began
        ground.diversions[RouteId{row["route_id"].c_str()}].push_back(
            {.id = corridor->first,
             .during = during,
             .published_at = *instant_of(row, "published_ms"),
             .corridor = corridor->second});
    }
}

/// Sites may change; periods of rule sets are only added.
std::string digest_of_rows(pqxx::transaction_base& transaction) {
    return transaction
        .exec1(
            "SELECT coalesce(md5(string_agg(md5(s::text), '' ORDER BY id)), '') || '/' ||"
            " (SELECT count(*) FROM rule_set_periods) FROM sites s")[0]
        .as<std::string>();
}

}  // namespace

geofence::Places read_places(pqxx::transaction_base& transaction, const std::vector<SiteId>& only) {
    std::string wanted;
    for (const SiteId& id : only) wanted += (wanted.empty() ? "{" : ",") + id.text;
    if (!wanted.empty()) wanted += '}';
    std::vector<geofence::Site> sites;
    const auto rows = transaction.exec_params(
        "SELECT id, name, kind, protection, ST_AsGeoJSON(fence) AS fence, ST_Y(centre) AS lat, "
        "ST_X(centre) AS lon, radius_m, (extract(epoch FROM valid_from) * 1000)::bigint AS "
        "from_ms, (extract(epoch FROM valid_until) * 1000)::bigint AS until_ms "
        "FROM sites WHERE $1 = '' OR id = ANY (NULLIF($1, '')::uuid[]) ORDER BY created_at, id",
        wanted);
    for (const auto& row : rows) {
        auto shape = shape_of(row);
        if (!shape) {
            left_out("site", row["id"].c_str(), shape.error().detail);
            continue;
        }
        const auto kind = geofence::site_kind_from_code(row["kind"].c_str());
        geofence::Site site{.id = {row["id"].c_str()},
                            .name = row["name"].c_str(),
                            .kind = kind.value_or(geofence::SiteKind::other),
                            .shape = std::move(*shape),
                            .valid = {instant_of(row, "from_ms"), instant_of(row, "until_ms")}};
        const auto level = geofence::protection_from_code(row["protection"].as<std::string>(""));
        site.protection = level.value_or(geofence::Protection::unstated);
        sites.push_back(std::move(site));
    }
    auto places = geofence::Places::from(std::move(sites));
    if (!places) throw std::runtime_error{"sites cannot be used: " + places.error().detail};
    return std::move(*places);
}

std::shared_ptr<const Ground> Ground::read(pqxx::transaction_base& transaction,
                                           const std::shared_ptr<const Ground>& before) {
    auto with_places = std::make_shared<Ground>(before ? *before : Ground{});
    auto digest = digest_of_rows(transaction);
    if (!before || digest != before->digest) {
        with_places->places = std::make_shared<const geofence::Places>(read_places(transaction));
        with_places->rules = RuleHistory::read(transaction);
        with_places->digest = std::move(digest);
    }
    return refreshed(transaction, with_places);
}

std::shared_ptr<const Ground> Ground::refreshed(pqxx::transaction_base& transaction,
                                                const std::shared_ptr<const Ground>& before) {
    auto ground = std::make_shared<Ground>(*before);
    ground->diversions.clear();
    read_corridors(transaction, *ground);
    read_diversions(transaction, *ground, known_diversions(*before));
    return ground;
}

}  // namespace liuhen::server
