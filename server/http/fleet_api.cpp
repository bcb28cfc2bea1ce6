// Vehicles, terminals, locks and what is bound to what.
#include "manifest/codes.hpp"
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/http/terminal_form.hpp"
#include "server/json/fields.hpp"
#include "server/store/registrations.hpp"
#include "telematics/profile.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view protocols[] = {"jt808", "jt701"};
constexpr std::size_t auth_code_bytes = 9;  // twelve characters, within 0x0102's field

std::string text(const std::optional<Instant>& t) { return t ? to_iso(*t) : std::string{}; }

// Devices name themselves with leading zeros or without; the register has them without, and one
// zero for a number of zeros. What is no decimal digit of a phone field is a hex digit there, in
// which case makes no difference.
std::string device_number(Fields& form) {
    std::string number = form.text("number", {1, 20}, Need::required);
    const bool hex = std::all_of(number.begin(), number.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
    });
    if (!hex) form.add("UNKNOWN_VALUE", "number", number);
    std::ranges::transform(number, number.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto first = number.find_first_not_of('0');
    return first == std::string::npos ? number.substr(0, 1) : number.substr(first);
}

// The zone in which a device tells the time when nobody says otherwise: JT701 speaks UTC, on
// JT/T 808 each model its own.
std::chrono::minutes usual_zone(std::string_view protocol, std::string_view profile) {
    if (protocol == "jt701") return std::chrono::minutes{0};
    const auto* const model = telematics::find_profile(profile);
    return model == nullptr ? china_standard_time : model->time_zone;
}

// A lock goes by what is printed on it; what it is told holds the number as it stands here.
std::string lock_number(Fields& form) {
    std::string number = form.text("number", {1, 20}, Need::required);
    const bool plain = std::ranges::all_of(number, [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '-' || c == '_';
    });
    if (!plain) form.add("UNKNOWN_VALUE", "number", number);
    return number;
}

// A terminal with what it said when it registered, if it has.
std::optional<json> terminal_row(pqxx::work& db, const std::string& id) {
    if (!is_uuid(id)) return std::nullopt;
    auto row = store::find_row(db, store::terminals, id);
    if (!row) return std::nullopt;
    if (auto registration = store::registration_shown(db, id)) {
        (*row)["registration"] = *std::move(registration);
    }
    return row;
}

}  // namespace

Reply add_vehicle(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string plate = form.text("plate", {2, 20}, Need::required);
    const auto parsed = manifest::parse_plate(plate);
    if (!plate.empty() && !parsed) form.add("NOT_A_PLATE", "plate", plate);
    const auto colour = form.integer("plate_colour", 1, 99).value_or(2);
    const std::string carrier = form.uuid("carrier", Need::required);
    if (!carrier.empty() && !store::party_has_role(db, carrier, "carrier"))
        form.add("WRONG_ROLE", "carrier", carrier);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string id = uuid_v7(call.now);
    db.exec_params0(
        "INSERT INTO vehicles (id, plate, plate_colour, carrier_id)"
        " VALUES ($1::uuid, $2, $3::int, $4::uuid)",
        id, parsed->text, std::to_string(colour), carrier);
    return created(db, store::vehicles, id, {{FollowUp::What::fleet_changed, id}});
}

Reply add_terminal(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string number = device_number(form);
    const std::string protocol = form.one_of("protocol", protocols, Need::required);
    const TerminalForm wanted = read_terminal_form(form);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string id = uuid_v7(call.now);
    const std::string auth_code = base64url(random_bytes(auth_code_bytes));
    const std::string profile = wanted.profile.empty() ? "standard" : wanted.profile;
    const std::string datum = wanted.datum.empty() ? "wgs84" : wanted.datum;
    const auto zone = wanted.time_zone.value_or(usual_zone(protocol, profile));
    db.exec_params0(
        "INSERT INTO terminals (id, number, protocol, profile, time_zone_minutes, datum, auth_code)"
        " VALUES ($1::uuid, $2, $3, $4, $5::int, $6, $7)",
        id, number, protocol, profile, std::to_string(zone.count()), datum, auth_code);
    Reply reply = created(db, store::terminals, id, {{FollowUp::What::fleet_changed, id}});
    reply.body_for_replay = reply.body;  // the code is shown once
    json shown = json::parse(reply.body);
    shown["auth_code"] = auth_code;
    reply.body = shown.dump();
    return reply;
}

Reply show_terminal(pqxx::work& db, const Call& call) {
    auto row = terminal_row(db, call.place("id"));
    return row ? json_reply(*row) : refuse(404, "NOT_FOUND");
}

Reply reset_registration(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!terminal_row(db, id)) return refuse(404, "NOT_FOUND");
    store::reset_registration(db, id, call.caller.token_id, call.now);
    const auto row = *terminal_row(db, id);
    Reply reply = json_reply(row);
    const FollowUp::What what = FollowUp::What::registration_reset;
    reply.follow_ups.push_back({what, row.at("number").get<std::string>()});
    return reply;
}

Reply add_lock(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string number = lock_number(form);
    const std::string terminal = form.uuid("terminal");
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string id = uuid_v7(call.now);
    db.exec_params0(
        "INSERT INTO locks (id, number, terminal_id)"
        " VALUES ($1::uuid, $2, NULLIF($3, '')::uuid)",
        id, number, terminal);
    return created(db, store::locks, id, {{FollowUp::What::fleet_changed, id}});
}

Reply add_binding(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string vehicle = form.uuid("vehicle", Need::required);
    const std::string terminal = form.uuid("terminal");
    const std::string lock = form.uuid("lock");
    const auto from = form.instant("from").value_or(call.now);
    const auto until = form.instant("until");
    if (form.has("terminal") && form.has("lock")) form.add("EXCLUSIVE", "lock");
    if (!form.has("terminal") && !form.has("lock")) form.add("MISSING", "terminal");
    if (until && *until <= from) form.add("TIME_ORDER", "until", to_iso(*until));
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string id = uuid_v7(call.now);
    db.exec_params0(
        "INSERT INTO bindings (id, vehicle_id, terminal_id, lock_id, during) VALUES ($1::uuid,"
        " $2::uuid, NULLIF($3, '')::uuid, NULLIF($4, '')::uuid,"
        " tstzrange($5::timestamptz, NULLIF($6, '')::timestamptz))",
        id, vehicle, terminal, lock, to_iso(from), text(until));
    return created(db, store::bindings, id, {{FollowUp::What::fleet_changed, id}});
}

Reply end_binding(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const Instant at = form.instant("at").value_or(call.now);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::find_row(db, store::bindings, id)) return refuse(404, "NOT_FOUND");
    const auto done = db.exec_params(
        "UPDATE bindings SET during = tstzrange(lower(during), $2::timestamptz) WHERE id = $1::uuid"
        " AND lower(during) < $2::timestamptz"
        " AND (upper(during) IS NULL OR upper(during) > $2::timestamptz)",
        id, to_iso(at));
    if (done.affected_rows() != 1) return refuse(409, "ALREADY_ENDED", "It is over at that time.");
    Reply reply = json_reply(*store::find_row(db, store::bindings, id));
    reply.follow_ups.push_back({FollowUp::What::fleet_changed, id});
    return reply;
}

}  // namespace liuhen::server::http
