// Papers of devices: waybills with the manifest they name, driver cards and who drove, and what
// devices say of themselves.
#include "server/crypto.hpp"
#include "server/driver_cards.hpp"
#include "server/http/api.hpp"
#include "server/http/pages.hpp"
#include "server/http/problem.hpp"
#include "server/json/document_json.hpp"
#include "server/json/message_json.hpp"
#include "server/media.hpp"
#include "server/store/manifests.hpp"
#include "server/store/tracks.hpp"
#include "telematics/jtt808/catalogue.hpp"
#include "telematics/jtt808/media.hpp"
#include "telematics/jtt808/papers.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <charconv>

namespace liuhen::server::http {
namespace {

using nlohmann::json;
using telematics::jtt808::MediaEvent;
using telematics::jtt808::Waybill;
using Card = telematics::jtt808::DriverCard;

struct Verdict {
    std::string_view code, en, zh;
};
constexpr Verdict no_number{"no_number", "The waybill names no manifest.", "运单未载联单编号。"};
constexpr Verdict linked{"linked", "The waybill names a manifest that this truck carried.",
                         "运单所载联单编号与本车在途联单一致。"};
constexpr Verdict mismatch{"mismatch",
                           "The waybill names a manifest that was not open on this truck.",
                           "运单所载联单编号与本车在途联单不符。"};

// Which manifest a waybill's text names, and whether it was this truck's.
json waybill_of(pqxx::work& db, const store::SeenDocument& document, const json& content) {
    const auto numbers = manifest_numbers_in(content.value("content", ""));
    const Verdict* verdict = &no_number;
    json shown{{"numbers", numbers}, {"manifest", nullptr}};
    if (!numbers.empty()) {
        const bool open = !document.vehicle.empty() &&
                          store::is_open_on(db, {document.vehicle}, document.moment.at, numbers);
        verdict = open ? &linked : &mismatch;
        const auto named = open ? store::manifest_with_number(db, numbers) : std::nullopt;
        if (named) shown["manifest"] = {{"id", named->id}, {"no", named->no}};
    }
    shown["verdict"] = verdict->code;
    shown["message"] = verdict->en;
    shown["message_zh"] = verdict->zh;
    return shown;
}

// Who has need of a driver's certificate number: authorities of the road, and the employer.
bool needs_certificate(const Caller& caller, bool of_own_truck) {
    if (caller.role == manifest::Role::regulator || caller.role == manifest::Role::police)
        return true;
    return caller.role == manifest::Role::carrier && of_own_truck;
}

json shown_document(pqxx::work& db, const Caller& caller, const store::SeenDocument& document) {
    const auto message = static_cast<std::uint16_t>(document.message);
    const auto* const row = telematics::jtt808::find_row(message);
    json content = document.content.empty() ? json(nullptr) : json::parse(document.content);
    json shown{{"id", document.id},
               {"message", hex_id(message)},
               {"name", row == nullptr ? "unknown" : row->name},
               {"edition", document.edition == 2019 ? "2019" : "2011/2013"},
               {"sha256", document.sha256},
               {"size", document.size},
               {"at", to_iso(document.moment.at)},
               {"device_at", nullptr},
               {"received_at", to_iso(document.moment.received_at)},
               {"terminal", document.terminal},
               {"vehicle", nullptr}};
    if (document.moment.device_at) shown["device_at"] = to_iso(*document.moment.device_at);
    if (!document.vehicle.empty()) shown["vehicle"] = document.vehicle;
    if (document.message == Waybill::id && content.is_object())
        shown["waybill"] = waybill_of(db, document, content);
    if (document.message == MediaEvent::id && content.is_object()) {
        const auto event = media_event(content.value("event", std::uint8_t{0}));
        content["event_text"] = event.en;
        content["event_text_zh"] = event.zh;
    }
    const bool card = document.message == Card::id && content.is_object();
    if (card && content.contains("certificate") &&
        !needs_certificate(caller, document.of_own_truck))
        content["certificate"] = masked(content.value("certificate", ""));
    shown["content"] = std::move(content);
    return shown;
}

// "0x0701" or "0701"; 0 when absent.
int read_message(Query& query) {
    const std::string asked = query.text("message", 6);
    if (asked.empty()) return 0;
    const auto digits = asked.starts_with("0x") ? asked.substr(2) : asked;
    int id = 0;
    const char* const end = digits.data() + digits.size();
    const auto [last, error] = std::from_chars(digits.data(), end, id, 16);
    if (digits.size() == 4 && error == std::errc{} && last == end && id > 0) return id;
    query.add("UNKNOWN_VALUE", "message", asked);
    return 0;
}

}  // namespace

Reply vehicle_documents(pqxx::work& db, const Call& call) {
    Query query{call.request};
    auto page = read_page(query, day_before(call.now));
    page.message = read_message(query);
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto vehicle = is_uuid(id) ? store::find_vehicle(db, {id}) : std::nullopt;
    if (!vehicle) return refuse(404, "NOT_FOUND");
    return page_reply(store::documents_of_vehicle(db, vehicle->id, page), page,
                      [&](const auto& one) { return shown_document(db, call.caller, one); });
}

Reply manifest_documents(pqxx::work& db, const Call& call) {
    Query query{call.request};
    auto page = read_page(query, {});
    page.message = read_message(query);
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto found = is_uuid(id) ? store::find_manifest(db, {id}) : std::nullopt;
    if (!found) return refuse(404, "NOT_FOUND");
    return page_reply(store::documents_of_manifest(db, found->id, page), page,
                      [&](const auto& one) { return shown_document(db, call.caller, one); });
}

Reply vehicle_drivers(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const auto times = read_times(query, day_before(call.now));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const std::string& id = call.place("id");
    const auto vehicle = is_uuid(id) ? store::find_vehicle(db, {id}) : std::nullopt;
    if (!vehicle) return refuse(404, "NOT_FOUND");
    std::vector<CardMoment> moments;
    for (const auto& card : store::cards_of_vehicle(db, vehicle->id, *times.from, *times.until))
        moments.push_back(card_moment(card.at, json::parse(card.content)));
    const bool own = vehicle->carrier == call.caller.party;
    const auto shown =
        needs_certificate(call.caller, own) ? Certificate::whole : Certificate::masked;
    json body{{"items", json::array()}, {"next", nullptr}};
    for (const DriverStint& stint : stints_of(moments)) {
        if (stint.until && *stint.until <= *times.from) continue;
        body["items"].push_back(to_json(stint, shown));
    }
    return json_reply(body);
}

std::vector<manifest::Warning> driver_warnings(pqxx::work& db, const manifest::Manifest& of) {
    std::vector<manifest::Warning> warnings;
    const auto trips = store::trips_of(db, of.id);
    for (std::size_t leg = 0; leg < std::min(trips.size(), of.legs.size()); ++leg) {
        const manifest::Person& driver = of.legs[leg].driver;
        const auto name = closed_up(driver.name);
        const auto number = closed_up(driver.certificate_no);
        if (name.empty() || !store::card_of_another(db, trips[leg], name, number)) continue;
        warnings.push_back({"DRIVER_DIFFERS", "/legs/" + std::to_string(leg) + "/driver",
                            "A driver card of another person was in the truck's recorder.",
                            "车载记录仪插卡驾驶员与联单所载驾驶员不一致。"});
    }
    return warnings;
}

}  // namespace liuhen::server::http
