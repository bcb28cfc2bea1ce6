// A route proposed from what trucks drove: nobody has drawn it, somebody has to approve it.
#include "geofence/roads/learnt.hpp"
#include "server/crypto.hpp"
#include "server/http/approved_routes_api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/json/route_shape.hpp"
#include "server/store/passes.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace liuhen::server::http {
namespace {

namespace roads = geofence::roads;
using nlohmann::json;

json place(LatLon where) { return {where.lon, where.lat}; }

// What it was learnt from, for the person who approves it.
json report_of(const roads::Learnt& learnt, const std::vector<store::HonestPass>& passes) {
    json gaps = json::array();
    for (const auto& gap : learnt.gaps) {
        gaps.push_back(
            {{"from", place(gap.from)},
             {"to", place(gap.to)},
             {"metres", std::round(geofence::geodesic_distance(gap.from, gap.to).value)}});
    }
    json left_out = json::array();
    for (const std::size_t i : learnt.left_out) left_out.push_back(passes[i].trip.text);
    return {{"passes", learnt.used.size()},
            {"left_out", std::move(left_out)},
            {"gaps", std::move(gaps)},
            {"length_m", std::round(learnt.length.value)}};
}

}  // namespace

Reply learn_route(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::NewRoute route{uuid_v7(call.now),
                          form.text("name", {1, 120}, Need::required),
                          read_route_carrier(form, call),
                          {},
                          {}};
    const RouteEnds ends = read_route_ends(form, Need::required);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    if (auto refusal = too_many_routes(db, call, {})) return *std::move(refusal);
    const auto passes = store::honest_passes(db, {ends.origin}, {ends.destination}, route.carrier);
    std::vector<roads::Pass> tracks;
    for (const auto& pass : passes) tracks.push_back(pass.fixes);
    const auto learnt = roads::learn(tracks);
    if (!learnt) {
        Fault one = fault("NOT_LEARNT", "", code(learnt.error().code));
        one.message = learnt.error().detail;
        return unprocessable({std::move(one)});
    }
    route.origin = ends.origin;
    route.destination = ends.destination;
    store::NewVersion version;
    version.route = route.id;
    version.kind = "learnt";
    version.shape = route_shape_of(learnt->stretches);
    for (const std::size_t i : learnt->used) version.learnt_from.push_back(passes[i].trip.text);
    store::insert_route(db, route);
    store::insert_version(db, version, route_hand(call));
    json shown = store::show_route(db, route.id, call.now).value();
    shown["learnt"] = report_of(*learnt, passes);
    return json_reply(shown, 201);
}

}  // namespace liuhen::server::http
