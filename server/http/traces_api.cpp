// Which trucks were near a place or a river at a time, with what they carried. Every question is
// written down with who asked it.
#include "server/http/traces_api.hpp"

#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/json/fields.hpp"
#include "server/json/geojson.hpp"
#include "server/store/traces.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::chrono::hours longest_span{72};
constexpr double least_radius_m = 10, most_radius_m = 5'000;
constexpr double least_width_m = 10, most_width_m = 2'000;
constexpr double least_flow_m_s = 0.01, most_flow_m_s = 10;
constexpr int most_rows = 500, usual_rows = 50;
constexpr std::size_t most_line_points = 2'000;
constexpr double most_line_degrees = 3;  // some 300 km of a river's box
constexpr std::chrono::minutes shortest_stop{2};
constexpr std::int64_t most_stop_s = 6 * 3600;

// Faults of a span: its order and its length.
std::string_view span_fault(Instant from, Instant until) {
    if (until <= from) return "TIME_ORDER";
    return until - from > longest_span ? "OUT_OF_RANGE" : "";
}

Reply answer(pqxx::work& db, const Call& call, std::string what, json asked, store::Traced found) {
    store::log_trace(db, {call.caller.token_id, std::string{code(call.caller.role)},
                          call.caller.person, std::move(what), asked, found.total, call.now});
    json body = std::move(asked);
    body["found"] = found.total;
    body["more"] = found.total > static_cast<std::int64_t>(found.items.size());
    body["items"] = std::move(found.items);
    return json_reply(body);
}

// One line of at least two places, in no more than a river's box.
std::optional<std::string> read_river(Fields& form) {
    const auto drawn = read_lines(form);
    if (!drawn) return std::nullopt;
    const auto refuse_line = [&](std::string_view fault_code) {
        form.faults().push_back(fault(fault_code, drawn->pointer));
        return std::nullopt;
    };
    if (drawn->several) return refuse_line("BAD_GEOMETRY");
    const Path& path = drawn->paths.front();
    if (path.size() > most_line_points) return refuse_line("TOO_MANY");
    LatLon low{90, 180}, high{-90, -180};
    json coordinates = json::array();
    for (const LatLon at : path) {
        low = {std::min(low.lat, at.lat), std::min(low.lon, at.lon)};
        high = {std::max(high.lat, at.lat), std::max(high.lon, at.lon)};
        coordinates.push_back({at.lon, at.lat});
    }
    if (path.size() < 2 || low == high) return refuse_line("BAD_GEOMETRY");
    if (high.lat - low.lat > most_line_degrees || high.lon - low.lon > most_line_degrees)
        return refuse_line("OUT_OF_RANGE");
    if (high.lat > 85 || low.lat < -85) return refuse_line("OUT_OF_RANGE");
    return json{{"type", "LineString"}, {"coordinates", std::move(coordinates)}}.dump();
}

std::optional<store::Flow> read_flow(Fields& form) {
    const auto least = form.number("flow_least_m_s", least_flow_m_s, most_flow_m_s);
    const auto most = form.number("flow_most_m_s", least_flow_m_s, most_flow_m_s);
    if (form.has("flow_least_m_s") != form.has("flow_most_m_s"))
        form.add("MISSING", form.has("flow_least_m_s") ? "flow_most_m_s" : "flow_least_m_s");
    if (!least || !most) return std::nullopt;
    if (*most < *least) form.add("OUT_OF_RANGE", "flow_most_m_s");
    return store::Flow{{*least}, {*most}};
}

json to_json(const store::UpstreamQuestion& asked) {
    json shown{{"geometry", json::parse(asked.line)},
               {"width_m", asked.width.value},
               {"from", to_iso(asked.from)},
               {"to", to_iso(asked.until)},
               {"stop_s", asked.stop.count()}};
    if (asked.flow) {
        shown["flow_least_m_s"] = asked.flow->least.value;
        shown["flow_most_m_s"] = asked.flow->most.value;
    }
    return shown;
}

}  // namespace

Reply trace_place(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const auto lat = query.number("lat", -90, 90);
    const auto lon = query.number("lon", -180, 180);
    const auto radius = query.number("radius_m", least_radius_m, most_radius_m);
    const auto from = query.required_instant("from");
    const auto until = query.required_instant("to");
    const auto limit = static_cast<int>(query.integer("limit", 1, most_rows, usual_rows));
    if (from && until) {
        const auto wrong = span_fault(*from, *until);
        if (!wrong.empty()) query.add(wrong, "to", to_iso(*until));
    }
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const store::NearQuestion asked{{*lat, *lon}, {*radius}, *from, *until, limit};
    json shown{{"point", {{"lat", *lat}, {"lon", *lon}}},
               {"radius_m", *radius},
               {"from", to_iso(*from)},
               {"to", to_iso(*until)}};
    return answer(db, call, "near", std::move(shown), store::trace_near(db, asked));
}

Reply trace_river(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::UpstreamQuestion asked;
    const auto line = read_river(form);
    asked.width = {form.number("width_m", least_width_m, most_width_m, Need::required).value_or(0)};
    const auto from = form.instant("from", Need::required);
    const auto until = form.instant("to", Need::required);
    if (from && until) {
        const auto wrong = span_fault(*from, *until);
        if (!wrong.empty()) form.add(wrong, "to", to_iso(*until));
    }
    asked.stop = std::chrono::seconds{form.integer("stop_s", 0, most_stop_s)
                                          .value_or(std::chrono::seconds{shortest_stop}.count())};
    asked.flow = read_flow(form);
    asked.limit = static_cast<int>(form.integer("limit", 1, most_rows).value_or(usual_rows));
    form.finish();
    if (!faults.empty() || !line || !from || !until) return unprocessable(std::move(faults));
    asked.line = *line;
    asked.from = *from;
    asked.until = *until;
    return answer(db, call, "upstream", to_json(asked), store::trace_upstream(db, asked));
}

}  // namespace liuhen::server::http
