#include "server/http/approved_routes_api.hpp"

#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/json/parse.hpp"
#include "server/json/route_shape.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cmath>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view kinds[] = {"drawn", "roads"};
constexpr std::chrono::hours earliest_publishing{24};  // of a diversion that has begun already
constexpr std::chrono::hours longest_diversion{24 * 366};
constexpr std::size_t least_reason = 5;
constexpr std::size_t most_reason = 500;

bool is_carrier(const Call& call) { return call.caller.role == manifest::Role::carrier; }

Reply too_large() { return refuse(413, "BODY_TOO_LARGE", "A route is at most 5 MiB."); }
Reply not_found() { return refuse(404, "NOT_FOUND"); }

Result<json, Reply> read_route(const Request& request) {
    if (request.body.empty()) return json::object();
    auto body = parse_json(request.body, max_route_values);
    if (!body) return fail(refuse(400, body.error().code, body.error().detail));
    return *std::move(body);
}

// A form, or a GeoJSON Feature whose properties are the form.
class RouteForm {
public:
    explicit RouteForm(const json& body)
        : outer_(body, "", faults_),
          is_feature_(body.is_object() && body.value("type", json{}) == "Feature") {
        if (!is_feature_) return;
        for (const char* const name : {"type", "id", "bbox"}) outer_.any(name);
        const json* const found = outer_.any("properties", Need::required);
        inner_.emplace(found == nullptr ? nothing_ : *found, "/properties", faults_);
        for (const char* const name : {"length_m", "duration_s"}) inner_->any(name);
    }
    [[nodiscard]] Fields& words() { return inner_ ? *inner_ : outer_; }
    std::optional<RouteShape> shape() { return read_route_shape(words(), outer_); }
    /// Every fault, fields that nobody asked for included.
    Faults finish() {
        outer_.finish();
        if (inner_) inner_->finish();
        return std::move(faults_);
    }

private:
    Faults faults_;
    json nothing_ = json::object();
    Fields outer_;
    std::optional<Fields> inner_;
    bool is_feature_;
};

struct ReadVersion {
    store::NewVersion version;
    std::string why;
    bool proposed = false;
};

Interval read_validity(Fields& words, Instant now) {
    const Interval valid{words.instant("valid_from"), words.instant("valid_until")};
    const bool backward = valid.from && valid.until && *valid.until <= *valid.from;
    if (backward || (valid.until && *valid.until <= now))
        words.add("TIME_ORDER", "valid_until", to_iso(*valid.until));
    return valid;
}

ReadVersion read_version(RouteForm& form, const Call& call) {
    ReadVersion read;
    Fields& words = form.words();
    read.version.kind = words.one_of("kind", kinds);
    if (read.version.kind.empty()) read.version.kind = "drawn";
    read.version.source = words.text("source", {1, 300});
    read.version.valid = read_validity(words, call.now);
    read.why = words.text("why", {0, most_reason});
    read.proposed = words.flag("proposed", false) || is_carrier(call);
    if (auto shape = form.shape()) read.version.shape = std::move(*shape);
    return read;
}

void check_ends(pqxx::work& db, Fields& words, const RouteShape& shape, const RouteEnds& ends) {
    const auto check = [&](const char* name, const std::string& site) {
        if (site.empty()) return;
        const auto metres = store::metres_to_site(db, shape, site);
        if (!metres) words.add("UNKNOWN_REFERENCE", name, site);
        if (metres && *metres > farthest_site_m)
            words.add("TOO_FAR", name, std::to_string(std::lround(*metres)) + " m");
    };
    check("origin_site", ends.origin);
    check("destination_site", ends.destination);
}

// Stores the version, approved at once where its author may approve.
void keep(pqxx::work& db, const Call& call, const ReadVersion& read) {
    const int number = store::insert_version(db, read.version, route_hand(call));
    if (read.proposed) return;
    store::decide_route(db, read.version.route, number, store::RouteAct::approve, read.why,
                        route_hand(call));
}

std::optional<int> version_number(const std::string& text) {
    int number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (fault != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string read_why(const Call& call, Faults& faults, std::optional<Reply>& bad) {
    const auto body = read_body(call.request);
    if (!body) {
        bad = body.error();
        return {};
    }
    Fields form{*body, "", faults};
    std::string why = form.text("why", {least_reason, most_reason}, Need::required);
    form.finish();
    return why;
}

Reply decide(pqxx::work& db, const Call& call, store::RouteAct act) {
    Faults faults;
    std::optional<Reply> bad;
    const std::string why = read_why(call, faults, bad);
    if (bad) return *std::move(bad);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& route = call.place("id");
    const auto number = version_number(call.place("version"));
    if (!is_uuid(route) || !number || !store::hold_route(db, route)) return not_found();
    const auto state = store::version_state(db, route, *number);
    if (!state) return not_found();
    const bool possible =
        act == store::RouteAct::approve ? *state == "proposed" : *state != "withdrawn";
    if (!possible) {
        return refuse(409, "ROUTE_DECIDED",
                      "The version is " + *state + "; a new version can be proposed.");
    }
    store::decide_route(db, route, *number, act, why, route_hand(call));
    Reply reply = json_reply(store::show_version(db, route, *number).value());
    reply.follow_ups.push_back({FollowUp::What::places_changed, route});
    return reply;
}

}  // namespace

store::RouteHand route_hand(const Call& call) {
    return {std::string{code(call.caller.role)}, call.caller.party.text, call.caller.token_id,
            call.caller.person, call.now};
}

RouteEnds read_route_ends(Fields& form, Need need) {
    RouteEnds ends{form.uuid("origin_site", need), form.uuid("destination_site", need)};
    if (need == Need::required || ends.origin.empty() == ends.destination.empty()) return ends;
    const char* const missing = ends.origin.empty() ? "origin_site" : "destination_site";
    if (!form.has(missing)) form.add("MISSING", missing);
    return ends;
}

std::string read_route_carrier(Fields& form, const Call& call) {
    std::string carrier = form.uuid("carrier");
    return carrier.empty() && is_carrier(call) ? call.caller.party.text : carrier;
}

std::optional<Reply> too_many_routes(pqxx::work& db, const Call& call, const std::string& route) {
    const auto counts = store::count_routes(db, route, call.caller.party.text, call.now);
    if (is_carrier(call) && counts.open_proposals >= max_route_proposals)
        return refuse(409, "TOO_MANY_PROPOSALS", "20 proposals are not decided yet.");
    if (counts.versions >= max_route_versions)
        return refuse(409, "TOO_MANY_VERSIONS", "A route has at most 200 versions.");
    return std::nullopt;
}

Reply route_made(pqxx::work& db, const Call& call, const std::string& route) {
    Reply reply = json_reply(store::show_route(db, route, call.now).value(), 201);
    reply.follow_ups.push_back({FollowUp::What::places_changed, route});
    return reply;
}

Reply add_route(pqxx::work& db, const Call& call) {
    if (call.request.body.size() > max_route_bytes) return too_large();
    const auto body = read_route(call.request);
    if (!body) return body.error();
    RouteForm form{*body};
    Fields& words = form.words();
    store::NewRoute route{uuid_v7(call.now),
                          words.text("name", {1, 120}, Need::required),
                          read_route_carrier(words, call),
                          {},
                          {}};
    const RouteEnds ends = read_route_ends(words);
    route.origin = ends.origin;
    route.destination = ends.destination;
    ReadVersion read = read_version(form, call);
    if (!read.version.shape.lines.empty()) check_ends(db, words, read.version.shape, ends);
    if (Faults faults = form.finish(); !faults.empty()) return unprocessable(std::move(faults));
    if (auto refusal = too_many_routes(db, call, {})) return *std::move(refusal);
    store::insert_route(db, route);
    read.version.route = route.id;
    keep(db, call, read);
    return created(db, store::routes, route.id, {{FollowUp::What::places_changed, route.id}});
}

Reply show_route(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto route = is_uuid(id) ? store::show_route(db, id, call.now) : std::nullopt;
    return route ? json_reply(*route) : not_found();
}

Reply add_route_version(pqxx::work& db, const Call& call) {
    if (call.request.body.size() > max_route_bytes) return too_large();
    const auto body = read_route(call.request);
    if (!body) return body.error();
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::hold_route(db, id)) return not_found();
    const auto route = store::show_route(db, id, call.now).value();
    RouteForm form{*body};
    ReadVersion read = read_version(form, call);
    const RouteEnds ends{route.value("origin_site", ""), route.value("destination_site", "")};
    if (!read.version.shape.lines.empty()) check_ends(db, form.words(), read.version.shape, ends);
    if (Faults faults = form.finish(); !faults.empty()) return unprocessable(std::move(faults));
    if (auto refusal = too_many_routes(db, call, id)) return *std::move(refusal);
    read.version.route = id;
    keep(db, call, read);
    return route_made(db, call, id);
}

Reply show_route_version(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto number = version_number(call.place("version"));
    const auto version =
        is_uuid(id) && number ? store::show_version(db, id, *number) : std::nullopt;
    return version ? json_reply(*version) : not_found();
}

Reply approve_route_version(pqxx::work& db, const Call& call) {
    return decide(db, call, store::RouteAct::approve);
}
Reply withdraw_route_version(pqxx::work& db, const Call& call) {
    return decide(db, call, store::RouteAct::withdraw);
}

Reply add_route_diversion(pqxx::work& db, const Call& call) {
    if (call.request.body.size() > max_route_bytes) return too_large();
    const auto body = read_route(call.request);
    if (!body) return body.error();
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::hold_route(db, id)) return not_found();
    RouteForm form{*body};
    Fields& words = form.words();
    store::NewDiversion diversion;
    diversion.id = uuid_v7(call.now);
    diversion.route = id;
    diversion.why = words.text("why", {least_reason, most_reason}, Need::required);
    diversion.from = words.instant("valid_from").value_or(call.now);
    diversion.until = words.instant("valid_until", Need::required).value_or(Instant{});
    if (diversion.from < call.now - earliest_publishing)
        words.add("OUT_OF_RANGE", "valid_from", to_iso(diversion.from));
    const bool over = diversion.until <= diversion.from || diversion.until <= call.now;
    if (diversion.until != Instant{} && over)
        words.add("TIME_ORDER", "valid_until", to_iso(diversion.until));
    if (diversion.until > diversion.from + longest_diversion)
        words.add("OUT_OF_RANGE", "valid_until", to_iso(diversion.until));
    if (words.has("tunnels")) words.add("UNKNOWN_FIELD", "tunnels");
    if (auto shape = form.shape()) diversion.shape = std::move(*shape);
    if (Faults faults = form.finish(); !faults.empty()) return unprocessable(std::move(faults));
    if (store::count_routes(db, id, {}, call.now).diversions >= max_route_diversions)
        return refuse(409, "TOO_MANY_DIVERSIONS", "A route has at most 50 diversions at a time.");
    store::insert_diversion(db, diversion, route_hand(call));
    return route_made(db, call, id);
}

Reply end_route_diversion(pqxx::work& db, const Call& call) {
    Faults faults;
    std::optional<Reply> bad;
    const std::string why = read_why(call, faults, bad);
    if (bad) return *std::move(bad);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const std::string& diversion = call.place("diversion");
    if (!is_uuid(id) || !is_uuid(diversion) || !store::hold_route(db, id)) return not_found();
    if (!store::end_diversion(db, id, diversion, why, route_hand(call))) return not_found();
    Reply reply = json_reply(store::show_route(db, id, call.now).value());
    reply.follow_ups.push_back({FollowUp::What::places_changed, id});
    return reply;
}

Reply manifest_routes(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::find_manifest(db, {id}) : std::nullopt;
    if (!found) return not_found();
    return json_reply({{"manifest", found->id.text},
                       {"no", found->no},
                       {"legs", store::routes_of_manifest(db, found->id)}});
}

}  // namespace liuhen::server::http
