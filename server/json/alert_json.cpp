#include "server/json/alert_json.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace liuhen::server {
namespace {

using nlohmann::json;

template <class Value>
struct Named {
    Value value;
    std::string_view code;
};
constexpr std::array<Named<LockAction>, 9> lock_actions{{
    {LockAction::sealed, "sealed"},
    {LockAction::unsealed, "unsealed"},
    {LockAction::refused, "refused"},
    {LockAction::cut, "cut"},
    {LockAction::shell_opened, "shell_opened"},
    {LockAction::left_open, "left_open"},
    {LockAction::battery_low, "battery_low"},
    {LockAction::motor_fault, "motor_fault"},
    {LockAction::reported, "reported"},
}};
constexpr std::array<Named<LockMeans>, 8> lock_means{{
    {LockMeans::unknown, "unknown"},
    {LockMeans::card, "card"},
    {LockMeans::password, "password"},
    {LockMeans::one_time_password, "one_time_password"},
    {LockMeans::bluetooth, "bluetooth"},
    {LockMeans::remote, "remote"},
    {LockMeans::key, "key"},
    {LockMeans::automatic, "automatic"},
}};
constexpr std::array<Named<Load>, 4> loads{{
    {Load::unknown, "unknown"},
    {Load::empty, "empty"},
    {Load::half, "half"},
    {Load::full, "full"},
}};

constexpr std::array<Named<Signal>, 9> signal_names{{
    {Signal::power_low, "power_low"},
    {Signal::power_cut, "power_cut"},
    {Signal::antenna_missing, "antenna_missing"},
    {Signal::antenna_short, "antenna_short"},
    {Signal::gnss_fault, "gnss_fault"},
    {Signal::jammed, "jammed"},
    {Signal::lifted, "body_lifted"},
    {Signal::cover_open, "cover_open"},
    {Signal::dump_reported, "dump_reported"},
}};
constexpr std::array<Named<FixSource>, 3> sources{{
    {FixSource::satellite, "satellite"},
    {FixSource::cell_tower, "cell_tower"},
    {FixSource::none, "none"},
}};

template <class Table, class Value>
std::string_view code_in(const Table& table, Value value) {
    const auto found = std::ranges::find(table, value, [](const auto& row) { return row.value; });
    return found == table.end() ? std::string_view{"unknown"} : found->code;
}

/// The value of a code that must be known. Throws, for `evidence_from_json` to catch.
template <class Table>
auto value_in(const Table& table, const std::string& code) {
    const auto found = std::ranges::find(table, code, [](const auto& row) { return row.code; });
    if (found == table.end()) throw std::invalid_argument("unknown code " + code.substr(0, 40));
    return found->value;
}

Instant instant_of(const json& text) {
    const auto at = parse_iso(text.get<std::string>());
    if (!at) throw std::invalid_argument("not a time: " + text.dump().substr(0, 40));
    return *at;
}

double tenths(double value) { return std::round(value * 10) / 10; }

json place_json(LatLon p) { return {{"lat", p.lat}, {"lon", p.lon}}; }
LatLon place_of(const json& from) {
    return {.lat = from.at("lat").get<double>(), .lon = from.at("lon").get<double>()};
}

/// Ignition apart, as true or false; the others by name, absent when there is none.
void put_signals(json& out, Signals signals) {
    if (signals.has(Signal::ignition_told)) out["ignition"] = signals.has(Signal::ignition_on);
    json names = json::array();
    for (const auto& [signal, name] : signal_names) {
        if (signals.has(signal)) names.push_back(name);
    }
    if (!names.empty()) out["signals"] = std::move(names);
}

Signals signals_of(const json& from) {
    Signals signals;
    if (from.contains("ignition")) {
        signals.set(Signal::ignition_told);
        signals.set(Signal::ignition_on, from["ignition"].get<bool>());
    }
    if (!from.contains("signals")) return signals;
    for (const json& name : from["signals"]) {
        signals.set(value_in(signal_names, name.get<std::string>()));
    }
    return signals;
}

json fix_json(const Fix& fix) {
    json out{{"at", to_iso(fix.at)},
             {"lat", fix.where.lat},
             {"lon", fix.where.lon},
             {"speed_kmh", tenths(to_kmh(fix.speed))},
             {"heading_deg", fix.heading.value}};
    if (fix.load != Load::unknown) out["load"] = code_in(loads, fix.load);
    if (fix.satellites) out["satellites"] = *fix.satellites;
    if (fix.odometer) out["odometer_m"] = fix.odometer->value;
    if (fix.recorder_speed) out["recorder_speed_kmh"] = tenths(to_kmh(*fix.recorder_speed));
    if (fix.mass) out["mass_g"] = fix.mass->value;
    if (fix.source != FixSource::satellite) out["source"] = code_in(sources, fix.source);
    put_signals(out, fix.signals);
    return out;
}

Fix fix_of(const json& from) {
    Fix fix;
    fix.at = instant_of(from.at("at"));
    fix.where = place_of(from);
    fix.speed = from_kmh(from.at("speed_kmh").get<double>());
    fix.heading = {from.at("heading_deg").get<double>()};
    if (from.contains("load")) fix.load = value_in(loads, from["load"].get<std::string>());
    if (from.contains("satellites")) fix.satellites = from["satellites"].get<std::uint8_t>();
    if (from.contains("odometer_m")) fix.odometer = Metres{from["odometer_m"].get<double>()};
    if (from.contains("recorder_speed_kmh"))
        fix.recorder_speed = from_kmh(from["recorder_speed_kmh"].get<double>());
    if (from.contains("mass_g")) fix.mass = Grams{from["mass_g"].get<std::int64_t>()};
    if (from.contains("source")) fix.source = value_in(sources, from["source"].get<std::string>());
    fix.signals = signals_of(from);
    return fix;
}

json lock_json(const LockEvent& event) {
    json out{{"at", to_iso(event.at)},
             {"lock", event.lock.text},
             {"action", code_in(lock_actions, event.action)},
             {"means", code_in(lock_means, event.means)},
             {"actor", event.actor}};
    if (event.where) out["where"] = place_json(*event.where);
    if (event.cuts) out["cuts"] = *event.cuts;
    return out;
}

LockEvent lock_of(const json& from) {
    LockEvent event;
    event.at = instant_of(from.at("at"));
    event.lock = {from.at("lock").get<std::string>()};
    event.action = value_in(lock_actions, from.at("action").get<std::string>());
    event.means = value_in(lock_means, from.at("means").get<std::string>());
    event.actor = from.at("actor").get<std::string>();
    if (from.contains("where")) event.where = place_of(from["where"]);
    if (from.contains("cuts")) event.cuts = from["cuts"].get<std::uint16_t>();
    return event;
}

json term_json(const geofence::Term& term) {
    return {
        {"name", term.name}, {"value", term.value}, {"limit", term.limit}, {"share", term.share}};
}
geofence::Term term_of(const json& from) {
    return {.name = from.at("name").get<std::string>(),
            .value = from.at("value").get<double>(),
            .limit = from.at("limit").get<double>(),
            .share = from.at("share").get<double>()};
}

json gap_json(const geofence::Gap& gap) {
    return {{"from", to_iso(gap.from)}, {"until", to_iso(gap.until)}};
}
geofence::Gap gap_of(const json& from) {
    return {.from = instant_of(from.at("from")), .until = instant_of(from.at("until"))};
}

template <class Items, class Write>
json list_of(const Items& items, const Write& write) {
    json list = json::array();
    for (const auto& item : items) list.push_back(write(item));
    return list;
}
template <class Items, class Read>
void read_list(const json& from, Items& items, const Read& read) {
    for (const json& item : from) items.push_back(read(item));
}

}  // namespace

json to_json(const geofence::Evidence& evidence) {
    json out{{"fixes", list_of(evidence.path, fix_json)},
             {"fixes_total", evidence.fixes_total},
             {"locks", list_of(evidence.locks, lock_json)},
             {"terms", list_of(evidence.terms, term_json)},
             {"gaps", list_of(evidence.gaps, gap_json)},
             {"would_clear", evidence.would_clear}};
    if (evidence.where) out["where"] = place_json(*evidence.where);
    if (!evidence.place.empty()) out["place"] = evidence.place;
    return out;
}

Result<geofence::Evidence, std::string> evidence_from_json(const json& from) {
    try {
        geofence::Evidence evidence;
        read_list(from.at("fixes"), evidence.path, fix_of);
        evidence.fixes_total = from.at("fixes_total").get<std::uint32_t>();
        read_list(from.at("locks"), evidence.locks, lock_of);
        read_list(from.at("terms"), evidence.terms, term_of);
        read_list(from.at("gaps"), evidence.gaps, gap_of);
        evidence.would_clear = from.at("would_clear").get<std::string>();
        if (from.contains("where")) evidence.where = place_of(from["where"]);
        if (from.contains("place")) evidence.place = from["place"].get<std::string>();
        return evidence;
    } catch (const json::exception& error) {
        return fail(std::string{error.what()});
    } catch (const std::invalid_argument& error) {
        return fail(std::string{error.what()});
    }
}

std::string_view code(LockAction action) { return code_in(lock_actions, action); }

std::optional<LockAction> lock_action_from_code(std::string_view code) {
    const auto found =
        std::ranges::find(lock_actions, code, [](const auto& row) { return row.code; });
    if (found == lock_actions.end()) return std::nullopt;
    return found->value;
}

std::optional<Signal> signal_from_code(std::string_view code) {
    const auto found =
        std::ranges::find(signal_names, code, [](const auto& row) { return row.code; });
    if (found == signal_names.end()) return std::nullopt;
    return found->value;
}

std::optional<FixSource> fix_source_from_code(std::string_view code) {
    const auto found = std::ranges::find(sources, code, [](const auto& row) { return row.code; });
    if (found == sources.end()) return std::nullopt;
    return found->value;
}

}  // namespace liuhen::server
