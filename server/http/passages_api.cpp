// What cameras saw of trucks.
#include "server/http/passages_api.hpp"

#include "manifest/codes.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/json/fields.hpp"
#include "server/store/passages.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::size_t most_passages = 500;
constexpr std::chrono::minutes clock_tolerance{5};
constexpr std::chrono::hours oldest{30 * 24};
constexpr int most_plate_colour = 99;

json read_passage(Fields& form, Instant now) {
    json passage;
    const std::string said = form.text("plate", {2, 40}, Need::required);
    const auto plate = manifest::parse_plate(said);
    if (!said.empty() && !plate) form.add("NOT_A_PLATE", "plate", said);
    if (plate) passage["plate"] = plate->text;
    if (const auto colour = form.integer("plate_colour", 0, most_plate_colour))
        passage["plate_colour"] = *colour;
    if (const auto at = form.instant("at", Need::required)) {
        if (*at > now + clock_tolerance) form.add("TIME_IN_FUTURE", "at", to_iso(*at));
        if (*at < now - oldest) form.add("OUT_OF_RANGE", "at", to_iso(*at));
        passage["at"] = to_iso(*at);
    }
    passage["lat"] = form.number("lat", -90, 90, Need::required).value_or(0);
    passage["lon"] = form.number("lon", -180, 180, Need::required).value_or(0);
    passage["camera"] = form.text("camera", {1, 64}, Need::required);
    form.finish();
    return passage;
}

}  // namespace

Reply add_passages(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    json passages = json::array();
    if (const json* list = form.array("passages", most_passages, Need::required)) {
        if (list->empty()) form.add("TOO_SHORT", "passages");
        for (std::size_t i = 0; i < list->size(); ++i) {
            Fields one{(*list)[i], form.pointer("passages") + '/' + std::to_string(i), faults};
            passages.push_back(read_passage(one, call.now));
        }
    }
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    store::take_passages(db, passages, call.caller.token_id, call.now);
    return json_reply({{"received", passages.size()}}, 202);
}

}  // namespace liuhen::server::http
