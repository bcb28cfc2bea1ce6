#include "simulators/scenario.hpp"

#include "simulators/form.hpp"
#include "simulators/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <set>
#include <sstream>

namespace liuhen::simulators {
namespace {

using namespace std::string_view_literals;

constexpr std::array roles = {"producer"sv, "carrier"sv, "receiver"sv};
constexpr std::array site_kinds = {"producer"sv,   "receiver"sv, "storage"sv,     "yard"sv,
                                   "fuel"sv,       "rest"sv,     "weighbridge"sv, "water_source"sv,
                                   "restricted"sv, "other"sv};
constexpr std::array alert_kinds = {
    "ROUTE_DEVIATION"sv,       "UNPLANNED_STOP"sv,    "LOCK_OPENED_EN_ROUTE"sv, "LOCK_TAMPER"sv,
    "SUSPECTED_DUMPING"sv,     "ZONE_ENTRY"sv,        "TERMINAL_SILENT"sv,      "LOCK_LOST"sv,
    "TRIP_WITHOUT_MANIFEST"sv, "WRONG_DESTINATION"sv, "TRIP_OVERDUE"sv,         "POSITION_FORGED"sv,
    "DEVICE_FAULT"sv,          "CLONE_PLATE"sv};
constexpr std::array editions = {"2011"sv, "2013"sv, "2019"sv};
constexpr std::array deeds = {"stop"sv, "blind"sv, "detour"sv};
constexpr std::array lock_states = {"shut"sv, "open"sv};

Duration from_minutes(double minutes) { return Duration{std::llround(minutes * 60'000)}; }
Metres from_km(double km) { return {km * 1000}; }

Network read_network(Form form) {
    const Network network{
        .loss = form.number("loss", 0, 0.9, 0),
        .ack_loss = form.number("ack_loss", 0, 0.9, 0),
        .duplicate = form.number("duplicate", 0, 0.9, 0),
        .disorder = form.number("disorder", 0, 0.9, 0),
        .delay = Duration{std::llround(form.number("delay_s", 0, 600, 0) * 1000)},
    };
    form.finish();
    return network;
}

PartyPlan read_party(Form& form) {
    PartyPlan party{.key = form.text("key"),
                    .name = form.text("name"),
                    .role = form.one_of("role", roles),
                    .uscc = form.text("uscc"),
                    .division = form.text("division", "331100")};
    form.finish();
    return party;
}

SitePlan read_site(Form& form) {
    SitePlan site{.key = form.text("key"),
                  .name = form.text("name"),
                  .kind = form.one_of("kind", site_kinds),
                  .party = form.text("party", ""),
                  .centre = {},
                  .radius = {form.number("radius_m", 5, 100'000, 150)},
                  .area = {}};
    if (form.has("centre") == form.has("area")) {
        refuse(form.at("centre"), "give either centre (with radius_m) or area");
    }
    if (form.has("centre")) site.centre = form.place("centre");
    if (form.has("area")) site.area = form.places("area", 3);
    form.finish();
    return site;
}

RoutePlan read_route(Form& form) {
    RoutePlan route{.key = form.text("key"),
                    .name = form.text("name"),
                    .line = form.places("line", 2),
                    .width = {form.number("width_m", 20, 2'000, 50)},
                    .also = {}};
    form.finish();
    return route;
}

WastePlan read_waste(Form form) {
    WastePlan waste{.name = form.text("name"),
                    .code = form.text("code"),
                    .hazards = form.texts("hazards"),
                    .form = form.text("form"),
                    .package = form.text("package"),
                    .un_no = form.text("un_no"),
                    .dg_class = form.text("dg_class"),
                    .planned_kg = form.whole("planned_kg", 1, 40'000, 2'000)};
    form.finish();
    return waste;
}

LockState read_lock(Form& form) {
    if (!form.has("lock")) return LockState::shut;
    return form.one_of("lock", lock_states) == "open" ? LockState::open : LockState::shut;
}

void read_deed(Form& form, TruckPlan& truck, Metres length) {
    const auto deed = form.one_of("deed", deeds);
    const double km = length.value / 1000;
    if (deed == "stop") {
        truck.halts.push_back({.at = from_km(form.number("at_km", 0, km)),
                               .stay = from_minutes(form.number("minutes", 0.1, 600)),
                               .lock = read_lock(form)});
        form.finish();
        return;
    }
    const Metres from = from_km(form.number("from_km", 0, km));
    const Metres until = from_km(form.number("until_km", from.value / 1000, km));
    if (deed == "blind") {
        truck.blind.push_back({from, until});
    } else {
        Detour detour{.from = from,
                      .until = until,
                      .via = form.places("via", 1),
                      .stay = from_minutes(form.number("minutes", 0.1, 600)),
                      .lock = read_lock(form)};
        const auto last = static_cast<std::int64_t>(detour.via.size()) - 1;
        detour.stay_at = static_cast<std::size_t>(form.whole("stay_at", 0, last, last / 2));
        truck.detours.push_back(std::move(detour));
    }
    form.finish();
}

std::vector<std::string> read_kinds(Form& form, std::string_view field) {
    auto kinds = form.texts(field);
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        if (std::ranges::find(alert_kinds, kinds[i]) == alert_kinds.end()) {
            refuse(fmt::format("{}/{}", form.at(field), i),
                   fmt::format("\"{}\" is no kind of alert", kinds[i]));
        }
    }
    return kinds;
}

std::string read_digits(Form& form, std::string_view field, std::size_t low, std::size_t high) {
    auto digits = form.text(field);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (digits.size() < low || digits.size() > high || !std::ranges::all_of(digits, is_digit)) {
        refuse(form.at(field), fmt::format("must be {} to {} digits", low, high));
    }
    return digits;
}

/// A key that must name something of the scenario.
template <class Found>
const Found& known(const Form& form, std::string_view field, const Found* found) {
    if (found == nullptr) refuse(form.at(field), "names nothing in this scenario");
    return *found;
}

void read_work(Form form, TruckPlan& truck, const Scenario& scenario) {
    truck.producer = form.text("producer");
    truck.receiver = form.text("receiver");
    truck.origin = form.text("origin");
    truck.destination = form.text("destination");
    truck.route = form.text("route");
    if (known(form, "producer", find_party(scenario, truck.producer)).role != "producer") {
        refuse(form.at("producer"), "is no producer");
    }
    if (known(form, "receiver", find_party(scenario, truck.receiver)).role != "receiver") {
        refuse(form.at("receiver"), "is no receiver");
    }
    known(form, "origin", find_site(scenario, truck.origin));
    known(form, "destination", find_site(scenario, truck.destination));
    const auto& route = known(form, "route", find_route(scenario, truck.route));
    truck.waste = read_waste(form.object("waste"));
    truck.starts_after = from_minutes(form.number("starts_after_min", 0, 1'440, 0));
    truck.loading = from_minutes(form.number("loading_min", 0.5, 240, 6));
    truck.unloading = from_minutes(form.number("unloading_min", 2.5, 240, 5));
    truck.cruise = from_kmh(form.number("cruise_kmh", 5, 110, 50));
    truck.laps = static_cast<std::uint32_t>(form.whole("laps", 0, 10'000, 0));
    for (Form& deed : form.objects("deeds")) read_deed(deed, truck, Road{route.line}.length());
    form.finish();
}

TruckPlan read_truck(Form& form, const Scenario& scenario) {
    TruckPlan truck;
    truck.key = form.text("key");
    truck.plate = form.text("plate");
    truck.carrier = form.text("carrier");
    if (known(form, "carrier", find_party(scenario, truck.carrier)).role != "carrier") {
        refuse(form.at("carrier"), "is no carrier");
    }
    truck.driver = form.text("driver");
    truck.terminal = read_digits(form, "terminal", 5, 12);
    if (form.has("edition")) truck.edition = form.one_of("edition", editions);
    if (form.has("model")) truck.model = form.text("model");
    if (find_model(truck.model) == nullptr) refuse(form.at("model"), "is no known model");
    if (form.has("lock")) truck.lock = read_digits(form, "lock", 10, 10);
    read_work(form.object("work"), truck, scenario);
    truck.expects = read_kinds(form, "expects");
    truck.allows = read_kinds(form, "allows");
    form.finish();
    return truck;
}

template <class Plan>
void refuse_repeats(const std::vector<Plan>& plans, std::string_view list, std::string Plan::*field,
                    std::string_view name) {
    std::set<std::string, std::less<>> seen;
    for (std::size_t i = 0; i < plans.size(); ++i) {
        if (!(plans[i].*field).empty() && !seen.insert(plans[i].*field).second) {
            refuse(fmt::format("/{}/{}/{}", list, i, name), "is used twice");
        }
    }
}

void refuse_repeats(const Scenario& scenario) {
    refuse_repeats(scenario.parties, "parties", &PartyPlan::key, "key");
    refuse_repeats(scenario.sites, "sites", &SitePlan::key, "key");
    refuse_repeats(scenario.routes, "routes", &RoutePlan::key, "key");
    refuse_repeats(scenario.trucks, "trucks", &TruckPlan::key, "key");
    refuse_repeats(scenario.trucks, "trucks", &TruckPlan::plate, "plate");
    refuse_repeats(scenario.trucks, "trucks", &TruckPlan::terminal, "terminal");
    refuse_repeats(scenario.trucks, "trucks", &TruckPlan::lock, "lock");
}

Scenario read_scenario(Form form) {
    Scenario scenario;
    if (form.has("$schema")) form.text("$schema");
    if (form.has("about")) form.text("about");
    scenario.title = form.text("title");
    scenario.seed = static_cast<std::uint64_t>(form.whole("seed", 0, 1'000'000'000, 1));
    const auto starts_at = parse_iso(form.text("starts_at"));
    if (!starts_at) refuse(form.at("starts_at"), "must be a time as in 2026-03-01T14:00:00Z");
    scenario.starts_at = *starts_at;
    scenario.report_every = std::chrono::seconds{form.whole("report_every_s", 1, 300, 10)};
    scenario.receiver_error = {form.number("receiver_error_m", 0, 50, 4)};
    if (form.has("network")) scenario.network = read_network(form.object("network"));
    for (Form& party : form.objects("parties")) scenario.parties.push_back(read_party(party));
    for (Form& site : form.objects("sites")) {
        scenario.sites.push_back(read_site(site));
        const auto& party = scenario.sites.back().party;
        if (!party.empty()) known(site, "party", find_party(scenario, party));
    }
    for (Form& route : form.objects("routes")) scenario.routes.push_back(read_route(route));
    auto trucks = form.objects("trucks");
    if (trucks.size() > max_trucks) refuse(form.at("trucks"), "holds more than 2000 trucks");
    for (Form& truck : trucks) scenario.trucks.push_back(read_truck(truck, scenario));
    form.finish();
    refuse_repeats(scenario);
    return scenario;
}

template <class Plan>
const Plan* find_by_key(const std::vector<Plan>& plans, std::string_view key) {
    const auto found = std::ranges::find(plans, key, &Plan::key);
    return found == plans.end() ? nullptr : &*found;
}

}  // namespace

Result<Scenario, ScenarioFault> parse_scenario(std::string_view json) {
    if (json.size() > max_scenario_bytes) return fail(ScenarioFault{"", "is larger than 4 MiB"});
    try {
        const auto document = nlohmann::json::parse(json);
        return read_scenario(Form{document, ""});
    } catch (const FormFault& refused) {
        return fail(refused.fault);
    } catch (const nlohmann::json::parse_error& broken) {
        return fail(ScenarioFault{"", fmt::format("is no JSON: {}", broken.what())});
    }
}

Result<Scenario, ScenarioFault> load_scenario(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    if (!in) return fail(ScenarioFault{"", "cannot be opened"});
    std::ostringstream content;
    content << in.rdbuf();
    return parse_scenario(content.str());
}

const PartyPlan* find_party(const Scenario& scenario, std::string_view key) {
    return find_by_key(scenario.parties, key);
}
const SitePlan* find_site(const Scenario& scenario, std::string_view key) {
    return find_by_key(scenario.sites, key);
}
const RoutePlan* find_route(const Scenario& scenario, std::string_view key) {
    return find_by_key(scenario.routes, key);
}

LatLon middle_of(const SitePlan& site) {
    if (site.centre) return *site.centre;
    LatLon sum;
    for (const LatLon corner : site.area) {
        sum.lat += corner.lat / static_cast<double>(site.area.size());
        sum.lon += corner.lon / static_cast<double>(site.area.size());
    }
    return sum;
}

}  // namespace liuhen::simulators
