// A terminal's profile: which are known, which one is set, and in which it would make sense.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/http/terminal_form.hpp"
#include "server/json/diagnosis_json.hpp"
#include "server/json/fields.hpp"
#include "server/store/device_faults.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

json profile_json(const telematics::Profile& profile) {
    json shown{{"name", profile.name},
               {"time_zone", zone_text(profile.time_zone)},
               {"datum", profile.datum == telematics::Datum::gcj02 ? "gcj02" : "wgs84"},
               {"early_speech", profile.speaks_before_authentication},
               {"patience", profile.patience},
               {"bad_checksum", profile.accept_bad_checksum},
               {"items", 0},
               {"bits", 0},
               {"events", 0}};
    if (!profile.dialect) return shown;
    shown["items"] = profile.dialect->items.size();
    shown["bits"] = profile.dialect->bits.size();
    shown["events"] = profile.dialect->events.size();
    return shown;
}

}  // namespace

Reply list_profiles(pqxx::work&, const Call&) {
    json items = json::array();
    for (const auto& profile : telematics::known_profiles()) items.push_back(profile_json(profile));
    return json_reply({{"items", std::move(items)}, {"next", nullptr}});
}

Reply diagnose_terminal(pqxx::work& db, const Call& call) {
    const auto record = store::read_terminal(db, call.place("id"));
    if (!record) return refuse(404, "NOT_FOUND");
    return json_reply(diagnosis_json(*record, telematics::known_profiles()));
}

Reply change_terminal(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const TerminalForm wanted = read_terminal_form(form);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::find_row(db, store::terminals, id)) return refuse(404, "NOT_FOUND");
    const auto minutes = wanted.time_zone ? std::to_string(wanted.time_zone->count()) : "";
    db.exec_params0(
        "UPDATE terminals SET profile = coalesce(NULLIF($2, ''), profile),"
        " time_zone_minutes = coalesce(NULLIF($3, '')::int, time_zone_minutes),"
        " datum = coalesce(NULLIF($4, ''), datum) WHERE id = $1::uuid",
        id, wanted.profile, minutes, wanted.datum);
    Reply reply = json_reply(*store::find_row(db, store::terminals, id));
    reply.follow_ups.push_back({FollowUp::What::fleet_changed, id});
    return reply;
}

}  // namespace liuhen::server::http
