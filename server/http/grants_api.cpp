// Leave of an authority to open a truck on the road: inspections and swaps of vehicles.
#include "manifest/codes.hpp"
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/json/fields.hpp"
#include "server/json/nfc.hpp"
#include "server/store/manifests.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <chrono>
#include <iterator>

namespace liuhen::server::http {
namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto inspection_time = 2h;
constexpr auto longest_inspection = 24h;
constexpr auto swap_time = 4h;  // a spare vehicle is expected within it (T17)
constexpr auto longest_swap = 12h;
constexpr double swap_radius_m = 200;
constexpr std::size_t least_officers = 2;
constexpr std::size_t most_officers = 10;
constexpr std::size_t least_reason = 5;
constexpr std::size_t most_reason = 500;

struct Window {
    Instant from, until;
};
// From now, or from when it is to begin, to an end that is given or usual.
Window read_window(Fields& form, Instant now, std::chrono::hours usual,
                   std::chrono::hours longest) {
    Window window;
    window.from = form.instant("from").value_or(now);
    window.until = form.instant("until").value_or(window.from + usual);
    if (window.until <= window.from || window.until <= now)
        form.add("TIME_ORDER", "until", to_iso(window.until));
    if (window.until > window.from + longest)
        form.add("OUT_OF_RANGE", "until", to_iso(window.until));
    return window;
}

// What is the same name to a reader: letters small, full-width forms as ASCII, blanks left away.
std::string name_as_read(const std::string& name) {
    std::string read = folded(name);
    std::erase(read, ' ');
    return read;
}

std::vector<std::string> read_officers(Fields& form) {
    auto officers = form.texts("officers", most_officers, {2, 30}, Need::required);
    std::vector<std::string> different;
    std::ranges::transform(officers, std::back_inserter(different), name_as_read);
    std::sort(different.begin(), different.end());
    const auto last = std::unique(different.begin(), different.end());
    const auto count = static_cast<std::size_t>(last - different.begin());
    if (form.has("officers") && form.faults().empty() && count < least_officers)
        form.add("TOO_SHORT", "officers");
    return officers;
}

// By id, or by plate where one truck has it; empty: none that the caller may inspect.
std::string find_truck(pqxx::work& db, const Call& call) {
    const std::string& name = call.place("id");
    const auto plate = is_uuid(name) ? std::nullopt : manifest::parse_plate(name);
    if (!is_uuid(name) && !plate) return {};
    const auto rows = db.exec_params("SELECT trucks_to_inspect($1, $2::timestamptz)",
                                     plate ? plate->text : name, to_iso(call.now));
    return rows.size() == 1 ? rows[0][0].as<std::string>() : std::string{};
}

LatLon read_place(Fields& form) {
    LatLon place;
    place.lat = form.number("lat", 3, 54, Need::required).value_or(0);
    place.lon = form.number("lon", 73, 136, Need::required).value_or(0);
    return place;
}

}  // namespace

Reply add_inspection(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const auto officers = read_officers(form);
    const std::string reason = form.text("reason", {least_reason, most_reason}, Need::required);
    const Window window = read_window(form, call.now, inspection_time, longest_inspection);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string vehicle = find_truck(db, call);
    if (vehicle.empty()) return refuse(404, "NOT_FOUND");
    const std::string id = uuid_v7(call.now);
    db.exec_params0(
        "INSERT INTO inspections (id, vehicle_id, during, officers, reason, role, token_id, person,"
        " recorded_at) VALUES ($1::uuid, $2::uuid, tstzrange($3::timestamptz, $4::timestamptz),"
        " ARRAY(SELECT json_array_elements_text($5::json)), $6, $7, $8::uuid, $9,"
        " $10::timestamptz)",
        id, vehicle, to_iso(window.from), to_iso(window.until), json(officers).dump(), reason,
        std::string{code(call.caller.role)}, call.caller.token_id, call.caller.person,
        to_iso(call.now));
    Reply reply = json_reply({{"id", id},
                              {"vehicle", vehicle},
                              {"from", to_iso(window.from)},
                              {"until", to_iso(window.until)},
                              {"officers", officers},
                              {"reason", reason}},
                             201);
    reply.follow_ups.push_back({FollowUp::What::openings_changed, vehicle});
    return reply;
}

Reply add_swap(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string reason = form.text("reason", {least_reason, most_reason}, Need::required);
    const LatLon place = read_place(form);
    const double radius = form.number("radius_m", 20, 2000).value_or(swap_radius_m);
    const std::string spare = form.uuid("spare");
    const Window window = read_window(form, call.now, swap_time, longest_swap);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::find_manifest(db, {id}) : std::nullopt;
    if (!found) return refuse(404, "NOT_FOUND");
    const auto* leg = manifest::current_leg(*found);
    if (found->state != manifest::State::in_transit || leg == nullptr)
        return refuse(409, "ILLEGAL_STATE", "A swap is granted for a load in transit.");
    const std::string swap = uuid_v7(call.now);
    db.exec_params0(
        "INSERT INTO swap_grants (id, manifest_id, vehicle_id, spare_id, centre, radius_m, during,"
        " reason, token_id, person, recorded_at) VALUES ($1::uuid, $2::uuid, $3::uuid,"
        " NULLIF($4, '')::uuid, ST_SetSRID(ST_MakePoint($5::float8, $6::float8), 4326), $7::float8,"
        " tstzrange($8::timestamptz, $9::timestamptz), $10, $11::uuid, $12, $13::timestamptz)",
        swap, id, leg->vehicle.text, spare, json(place.lon).dump(), json(place.lat).dump(),
        json(radius).dump(), to_iso(window.from), to_iso(window.until), reason,
        call.caller.token_id, call.caller.person, to_iso(call.now));
    json shown{{"id", swap},
               {"manifest", id},
               {"vehicle", leg->vehicle.text},
               {"spare", nullptr},
               {"lat", place.lat},
               {"lon", place.lon},
               {"radius_m", radius},
               {"from", to_iso(window.from)},
               {"until", to_iso(window.until)},
               {"reason", reason}};
    if (!spare.empty()) shown["spare"] = spare;
    return json_reply(shown, 201);
}

}  // namespace liuhen::server::http
