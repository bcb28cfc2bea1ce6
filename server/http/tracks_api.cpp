// Where trucks were, as GeoJSON, and what a truck at the roadside may carry.
#include "manifest/codes.hpp"
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/alert_json.hpp"
#include "server/json/event_json.hpp"
#include "server/json/manifest_json.hpp"
#include "server/store/alerts_read.hpp"
#include "server/store/manifests.hpp"
#include "server/store/tracks.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <cmath>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::chrono::minutes shown_gap{5};  // a pause between two fixes that is named
constexpr std::chrono::minutes clock_tolerance{10};
constexpr int max_points = 20'000;
constexpr int usual_points = 5'000;
constexpr int max_lock_moments = 1'000;

// What of a track is asked for.
struct Span {
    Instant from, until;
    int limit = usual_points;
};

struct Page {
    json features = json::array();
    std::optional<Instant> next;  ///< where the following page begins
};

double rounded(double value, double steps) { return std::round(value * steps) / steps; }

// A page ends between two times, never inside one.
std::optional<Instant> cut(std::vector<store::TrackPoint>& track, int limit) {
    if (track.size() <= static_cast<std::size_t>(limit)) return std::nullopt;
    const Instant next = track.back().at;
    const auto whole = std::find_if(track.begin(), track.end(),
                                    [next](const auto& point) { return point.at == next; });
    if (whole == track.begin()) {  // more of one instant than a page holds
        track.pop_back();
        return next + std::chrono::milliseconds{1};
    }
    track.erase(whole, track.end());
    return next;
}

json gaps(const std::vector<store::TrackPoint>& track) {
    json found = json::array();
    for (std::size_t i = 1; i < track.size(); ++i) {
        if (track[i].at - track[i - 1].at < shown_gap) continue;
        found.push_back({{"from", to_iso(track[i - 1].at)}, {"until", to_iso(track[i].at)}});
    }
    return found;
}

json lock_list(const std::vector<store::LockMoment>& moments) {
    json found = json::array();
    for (const auto& one : moments) {
        found.push_back({{"at", to_iso(one.at)},
                         {"lock", one.lock},
                         {"action", code(static_cast<LockAction>(one.action))}});
    }
    return found;
}

json line(const std::vector<store::TrackPoint>& track, json properties) {
    json places = json::array();
    json times = json::array();
    json speeds = json::array();
    for (const auto& point : track) {
        places.push_back({rounded(point.where.lon, 1e7), rounded(point.where.lat, 1e7)});
        times.push_back(to_iso(point.at));
        speeds.push_back(rounded(point.speed_kmh, 10));
    }
    properties["coordTimes"] = std::move(times);
    properties["speeds_kmh"] = std::move(speeds);
    properties["gaps"] = gaps(track);
    json geometry = nullptr;  // RFC 7946 section 3.2: a feature without a place
    if (places.size() == 1) geometry = {{"type", "Point"}, {"coordinates", places.front()}};
    if (places.size() > 1) geometry = {{"type", "LineString"}, {"coordinates", std::move(places)}};
    return {{"type", "Feature"}, {"geometry", std::move(geometry)}, {"properties", properties}};
}

// Adds one vehicle's stretch; false when the page is full.
void add_stretch(pqxx::work& db, const store::SeenVehicle& vehicle, const Span& span,
                 json properties, Page& page) {
    auto track = store::fixes(db, vehicle, span.from, span.until, span.limit + 1);
    page.next = cut(track, span.limit);
    const Instant until = page.next.value_or(span.until);
    properties["vehicle"] = vehicle.id.text;
    properties["plate"] = vehicle.plate;
    properties["locks"] =
        lock_list(store::lock_moments(db, vehicle, span.from, until, max_lock_moments));
    page.features.push_back(line(track, std::move(properties)));
}

Reply collection(const Call& call, Page page, const Span& span) {
    json body{
        {"type", "FeatureCollection"}, {"features", std::move(page.features)}, {"next", nullptr}};
    if (page.next) {
        body["next"] = call.request.path + "?from=" + to_iso(*page.next) +
                       "&to=" + to_iso(span.until) + "&limit=" + std::to_string(span.limit);
    }
    Reply reply = json_reply(body);
    reply.content_type = "application/geo+json";
    return reply;
}

Span read_span(Query& query, Instant from, Instant until) {
    Span span{query.instant("from").value_or(from), query.instant("to").value_or(until),
              static_cast<int>(query.integer("limit", 1, max_points, usual_points))};
    if (span.until <= span.from) query.add("TIME_ORDER", "to", to_iso(span.until));
    return span;
}

// What an officer reads off a manifest at the roadside.
json at_roadside(const manifest::Manifest& m) {
    const json whole = to_json(m);
    json shown{{"lines", whole.at("lines")}};
    for (const char* name : {"id", "no", "kind", "state", "planned_depart_at", "planned_arrive_at",
                             "origin_site", "destination_site"}) {
        if (whole.contains(name)) shown[name] = whole.at(name);
    }
    for (const char* party : {"producer", "receiver"}) {
        if (whole.at(party).contains("name")) shown[party] = whole.at(party).at("name");
    }
    const manifest::Leg* leg = manifest::current_leg(m);
    if (leg == nullptr) return shown;
    const json& shown_leg = whole.at("legs").at(static_cast<std::size_t>(leg - m.legs.data()));
    for (const char* name : {"driver", "escort", "locks", "seal_nos", "route", "waybill_no",
                             "loaded_at", "depart_at", "arrive_at"}) {
        if (shown_leg.contains(name)) shown[name] = shown_leg.at(name);
    }
    return shown;
}

json manifests_of(pqxx::work& db, const store::SeenVehicle& vehicle) {
    json found = json::array();
    const auto rows = db.exec_params(
        "SELECT document FROM manifests WHERE vehicle_id = $1::uuid AND state IN"
        " ('CARRIER_ASSIGNED', 'LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'REJECTED',"
        " 'RETURNING') ORDER BY id LIMIT 50",
        vehicle.id.text);
    for (const auto& row : rows)
        found.push_back(at_roadside(manifest_from_json(json::parse(row[0].c_str()))));
    return found;
}

json truck(pqxx::work& db, const store::SeenVehicle& vehicle, Instant now) {
    json shown{{"id", vehicle.id.text},
               {"plate", vehicle.plate},
               {"plate_colour", vehicle.plate_colour},
               {"carrier", vehicle.carrier_name},
               {"manifests", manifests_of(db, vehicle)},
               {"alerts", json::array()},
               {"last_fix", nullptr}};
    for (const auto& alert : store::standing_alerts(db, vehicle.id.text)) {
        shown["alerts"].push_back({{"alert", alert.alert},
                                   {"kind", alert.kind},
                                   {"grade", alert.grade},
                                   {"since", to_iso(alert.since)}});
    }
    if (const auto fix = store::last_fix(db, vehicle, now)) {
        shown["last_fix"] = {
            {"at", to_iso(fix->at)}, {"lat", fix->where.lat}, {"lon", fix->where.lon}};
    }
    return shown;
}

}  // namespace

Reply vehicle_track(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const Instant until = call.now + clock_tolerance;
    const Span span = read_span(query, until - std::chrono::hours{24}, until);
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto vehicle = is_uuid(id) ? store::find_vehicle(db, {id}) : std::nullopt;
    if (!vehicle) return refuse(404, "NOT_FOUND");
    Page page;
    add_stretch(db, *vehicle, span, json::object(), page);
    return collection(call, std::move(page), span);
}

Reply manifest_track(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const Span span = read_span(query, Instant{}, call.now + clock_tolerance);
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::find_manifest(db, {id}) : std::nullopt;
    if (!found) return refuse(404, "NOT_FOUND");
    Page page;
    Span rest = span;
    for (const manifest::Leg& leg : found->legs) {
        const auto vehicle = leg.loaded_at ? store::find_vehicle(db, leg.vehicle) : std::nullopt;
        if (!vehicle || page.next || rest.limit <= 0) continue;
        Span stretch{std::max(span.from, *leg.loaded_at),
                     std::min(span.until, leg.arrive_at.value_or(span.until)), rest.limit};
        if (stretch.until <= stretch.from) continue;
        add_stretch(db, *vehicle, stretch,
                    {{"manifest", found->id.text}, {"manifest_no", found->no}, {"leg", leg.leg_no}},
                    page);
    }
    return collection(call, std::move(page), span);
}

Reply checkpoint(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const std::string asked = query.text("plate", 40);
    const auto plate = manifest::parse_plate(asked);
    if (asked.empty())
        query.add("MISSING", "plate");
    else if (!plate)
        query.add("NOT_A_PLATE", "plate", asked);
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const auto vehicles = store::vehicles_with_plate(db, plate->text);
    store::log_lookup(
        db, {call.caller.token_id, std::string{code(call.caller.role)}, plate->text, call.now},
        vehicles.empty() ? store::Found::no : store::Found::yes);
    json body{{"plate", plate->text},
              {"at", to_iso(call.now)},
              {"found", !vehicles.empty()},
              {"vehicles", json::array()}};
    for (const auto& vehicle : vehicles) body["vehicles"].push_back(truck(db, vehicle, call.now));
    return json_reply(body);
}

}  // namespace liuhen::server::http
