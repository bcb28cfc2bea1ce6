// One alert whole, what people do about it, and what drivers said before.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/json/event_json.hpp"
#include "server/json/event_parts.hpp"
#include "server/json/fields.hpp"
#include "server/json/medium_json.hpp"
#include "server/store/alerts_read.hpp"
#include "server/store/due_times.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view outcomes[] = {"FALSE_ALARM", "RECTIFIED", "CASE_OPENED"};
constexpr std::string_view notice_kinds[] = {"breakdown", "diversion", "rest", "incident"};
constexpr std::size_t max_reason = 1000;
constexpr std::chrono::minutes clock_tolerance{5};
constexpr std::chrono::minutes near_evidence{2};  // what was taken then belongs to an alert
constexpr int max_media = 50;
constexpr int incidents_a_day = 20;
constexpr std::chrono::hours day{24};

// Every moment that an alert's evidence names.
std::vector<Instant> moments_of(const store::AlertRow& row) {
    std::vector<Instant> moments{row.since};
    const json evidence = json::parse(row.evidence);
    for (const char* list : {"fixes", "locks"}) {
        for (const json& one : evidence.value(list, json::array())) {
            if (const auto at = parse_iso(one.value("at", ""))) moments.push_back(*at);
        }
    }
    return moments;
}

json whole(pqxx::work& db, const std::vector<store::AlertRow>& revisions) {
    const store::AlertRow& newest = revisions.back();
    json body = alert_data(newest);
    body["what"] = newest.what;
    body["revisions"] = json::array();
    for (const auto& one : revisions) body["revisions"].push_back(json::parse(event_json(one)));
    body["reviews"] = store::reviews(db, newest.alert);
    body["notices"] = store::notices_of_trip(db, newest.trip_id);
    body["media"] = to_json(
        store::media_near(db, {newest.vehicle_id}, moments_of(newest), near_evidence, max_media));
    return body;
}

Reply review(pqxx::work& db, const Call& call, store::Review review) {
    review.alert = call.place("alert");
    review.token_id = call.caller.token_id;
    review.person = call.caller.person;
    review.recorded_at = call.now;
    const auto revisions = store::revisions(db, review.alert);
    if (revisions.empty()) return refuse(404, "NOT_FOUND");
    if (store::is_closed(db, review.alert))
        return refuse(409, "ALREADY_CLOSED", "The alert has been closed already.");
    store::insert_review(db, uuid_v7(call.now), review);
    return json_reply(whole(db, revisions));
}

}  // namespace

Reply show_alert(pqxx::work& db, const Call& call) {
    const auto revisions = store::revisions(db, call.place("alert"));
    if (revisions.empty()) return refuse(404, "NOT_FOUND");
    return json_reply(whole(db, revisions));
}

Reply acknowledge_alert(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::Review ack{.alert = {},
                      .action = "ack",
                      .outcome = {},
                      .reason = form.text("reason", {0, max_reason}),
                      .token_id = {},
                      .person = {},
                      .recorded_at = {}};
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    return review(db, call, std::move(ack));
}

Reply close_alert(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    std::string outcome = form.one_of("outcome", outcomes, Need::required);
    std::string reason = form.text("reason", {1, max_reason}, Need::required);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    return review(db, call,
                  {.alert = {},
                   .action = "close",
                   .outcome = std::move(outcome),
                   .reason = std::move(reason),
                   .token_id = {},
                   .person = {},
                   .recorded_at = {}});
}

// Told by whose truck has the load: from the loading until it is taken, stored or given back.
bool is_on_the_way(const manifest::Manifest& about, const Caller& caller) {
    using manifest::State;
    constexpr manifest::EnumSet<State> moving{State::loaded,           State::in_transit,
                                              State::handover_pending, State::arrived,
                                              State::rejected,         State::returning};
    const manifest::Leg* leg = manifest::current_leg(about);
    return moving.has(about.state) && leg != nullptr && leg->carrier.id == caller.party;
}

// Each goes to the inboxes of others at once.
std::optional<Reply> too_many_incidents(pqxx::work& db, const Call& call) {
    const auto told =
        store::incidents_since(db, call.place("id"), call.caller.party, call.now - day);
    if (told.count < incidents_a_day) return std::nullopt;
    return slow_down("TOO_MANY_INCIDENTS",
                     "Your organisation has told twenty incidents of this load within 24 hours.",
                     std::chrono::ceil<std::chrono::seconds>(told.oldest + day - call.now));
}

Reply add_notice(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::Notice notice;
    notice.kind = form.one_of("kind", notice_kinds, Need::required);
    notice.text = form.text("text", {1, 500}, Need::required);
    notice.at = form.instant("at").value_or(call.now);
    if (notice.at > call.now + clock_tolerance) form.add("OUT_OF_RANGE", "at", to_iso(notice.at));
    notice.where = events::point(form, "where");
    const bool incident = notice.kind == "incident";
    if (incident && !form.has("where")) form.add("FIELD_REQUIRED", "where");
    if (!incident && form.has("where")) form.add("UNKNOWN_FIELD", "where");
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto about = is_uuid(id) ? store::find_manifest(db, {id}) : std::nullopt;
    if (!about) return refuse(404, "NOT_FOUND");
    if (incident && !is_on_the_way(*about, call.caller))
        return refuse(409, "ILLEGAL_STATE", "An incident is told of a load that is on the way.");
    if (incident) {
        if (auto reply = too_many_incidents(db, call)) return *std::move(reply);
    }
    notice.id = uuid_v7(call.now);
    notice.manifest_id = id;
    notice.recorded_at = call.now;
    notice.token_id = call.caller.token_id;
    notice.person = call.caller.person;
    json kept = store::insert_notice(db, notice);
    if (notice.kind == "breakdown") store::keep_due_times(db, *about, call.now);
    return json_reply(kept, 201);
}

Reply list_notices(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::find_manifest(db, {id})) return refuse(404, "NOT_FOUND");
    return json_reply({{"items", store::notices(db, id)}, {"next", nullptr}});
}

}  // namespace liuhen::server::http
