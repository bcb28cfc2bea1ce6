// Places where many trucks stood away from known sites, and what a person says of them.
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/passages_api.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/json/fields.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"

namespace liuhen::server::http {
namespace {

constexpr std::string_view verdicts[] = {"rest", "suspect", "nothing"};
constexpr TextSize reason{5, 500};

const store::Register suspect_places{
    "suspect_places",
    "json_build_object('id', id, 'where', json_build_object('lat', lat, 'lon', lon),"
    " 'radius_m', round(radius_m::numeric, 1)::float8, 'trucks', trucks, 'stays', stays,"
    " 'first_at', " LIUHEN_ISO("first_at") ", 'last_at', " LIUHEN_ISO("last_at") ","
    " 'found_at', " LIUHEN_ISO("found_at") ", 'reviews', (SELECT coalesce(json_agg("
    "  json_build_object('verdict', r.verdict, 'why', r.why, 'account', r.account,"
    "  'site', r.site_id, 'at', " LIUHEN_ISO("r.at") ") ORDER BY r.at, r.id), '[]')"
    "  FROM place_reviews r WHERE r.place_id = suspect_places.id))"};

}  // namespace

Reply list_suspect_places(pqxx::work& db, const Call& call) {
    return list_register(db, call, suspect_places);
}

Reply show_suspect_place(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::find_row(db, suspect_places, id) : std::nullopt;
    return found ? json_reply(*found) : refuse(404, "NOT_FOUND");
}

Reply review_suspect_place(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string verdict = form.one_of("verdict", verdicts, Need::required);
    const std::string why = form.text("why", reason, Need::required);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    if (!is_uuid(id)) return refuse(404, "NOT_FOUND");
    const auto row = db.exec_params1(
        "SELECT review_place($1::uuid, $2::uuid, $3, $4, $5::uuid, $6::uuid, $7::timestamptz)", id,
        uuid_v7(call.now), verdict, why, uuid_v7(call.now), call.caller.token_id, to_iso(call.now));
    if (!row[0].as<bool>()) return refuse(404, "NOT_FOUND");
    Reply reply = json_reply(store::find_row(db, suspect_places, id).value(), 201);
    reply.follow_ups.push_back({FollowUp::What::places_changed, id});
    return reply;
}

}  // namespace liuhen::server::http
