#include "server/store/custody.hpp"

#include "base/observation.hpp"
#include "manifest/binding.hpp"
#include "server/store/sql_text.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace liuhen::server::store {
namespace {

using nlohmann::json;

struct Entry {
    Instant at;
    json shown;
};
struct Window {
    std::string lock;
    Instant opened, closed;
};
struct Chain {
    pqxx::transaction_base& db;
    const manifest::Manifest& manifest;
    std::vector<Entry> entries;
    std::vector<Window> windows;
};

Instant instant(const pqxx::field& field) { return instant_from_ms(field.as<std::int64_t>()); }

void put(json& entry, const char* name, const pqxx::field& field) {
    if (!field.is_null() && *field.c_str() != '\0') entry[name] = field.c_str();
}
void put_time(json& entry, const char* name, const pqxx::field& field) {
    if (!field.is_null()) entry[name] = to_iso(instant(field));
}

void add(Chain& chain, Instant at, const char* source, std::string_view what, json entry) {
    entry["at"] = to_iso(at);
    entry["source"] = source;
    entry["what"] = what;
    chain.entries.push_back({at, std::move(entry)});
}

// Signatures, and the numbers of plain seals put on at loading.
void add_events(Chain& chain) {
    const auto rows = chain.db.exec_params(
        "SELECT (extract(epoch FROM at) * 1000)::bigint AS at_ms, event, role, party_id, person,"
        " version, record::jsonb #> '{request,seal_nos}' AS seals FROM manifest_events"
        " WHERE manifest_id = $1::uuid ORDER BY version",
        chain.manifest.id.text);
    for (const auto& row : rows) {
        json entry{{"version", row["version"].as<int>()}};
        put(entry, "role", row["role"]);
        put(entry, "party", row["party_id"]);
        put(entry, "person", row["person"]);
        if (!row["seals"].is_null()) entry["seal_nos"] = json::parse(row["seals"].c_str());
        add(chain, instant(row["at_ms"]), "manifest", row["event"].c_str(), std::move(entry));
    }
}

json place_of(const pqxx::row& row) {
    json place{{"lat", row["lat"].as<int>() / 1e7}, {"lon", row["lon"].as<int>() / 1e7}};
    put_time(place, "fixed_at", row["fixed_ms"]);
    return place;
}

void add_window(Chain& chain, const pqxx::row& row) {
    const bool open = row["closed_ms"].is_null();
    const Instant until = instant(row["until_ms"]);
    chain.windows.push_back({row["number"].is_null() ? "" : row["number"].c_str(),
                             instant(row["at_ms"]), open ? until : instant(row["closed_ms"])});
    if (open) return;
    json entry{{"request", row["id"].c_str()}};
    put(entry, "lock", row["number"]);
    put(entry, "why", row["closed_why"]);
    add(chain, instant(row["closed_ms"]), "desk", "window_closed", std::move(entry));
}

// Decisions of the desk, granted and refused, and the windows of those granted.
void add_requests(Chain& chain) {
    const auto rows = chain.db.exec_params(
        "SELECT r.id, (extract(epoch FROM r.at) * 1000)::bigint AS at_ms, r.what, l.number, r.role,"
        " r.party_id, r.person, r.granted, r.reason, r.rule, r.manifest_id, r.grant_id, r.lat,"
        " r.lon, (extract(epoch FROM r.fixed_at) * 1000)::bigint AS fixed_ms, r.order_id,"
        " (extract(epoch FROM r.until) * 1000)::bigint AS until_ms, w.request_id,"
        " (extract(epoch FROM w.closed_at) * 1000)::bigint AS closed_ms, w.closed_why"
        " FROM unlock_requests r LEFT JOIN locks l ON l.id = r.lock_id"
        " LEFT JOIN unlock_windows w ON w.request_id = r.id"
        " WHERE r.manifests @> ARRAY[$1::uuid] ORDER BY r.id",
        chain.manifest.id.text);
    for (const auto& row : rows) {
        const bool granted = row["granted"].as<bool>();
        json entry{{"request", row["id"].c_str()}, {"asked", row["what"].c_str()}};
        for (const char* name : {"role", "person", "rule", "reason"}) put(entry, name, row[name]);
        put(entry, "lock", row["number"]);
        put(entry, "party", row["party_id"]);
        put(entry, "order", row["order_id"]);
        put(entry, "grant", row["grant_id"]);
        if (granted) {
            entry["by_this_manifest"] = row["manifest_id"].c_str() == chain.manifest.id.text;
            put_time(entry, "until", row["until_ms"]);
        }
        if (!row["lat"].is_null()) entry["place"] = place_of(row);
        add(chain, instant(row["at_ms"]), "desk", granted ? "unlock_granted" : "unlock_refused",
            std::move(entry));
        if (!row["request_id"].is_null()) add_window(chain, row);
    }
}

// What became of the orders of those requests, at their beginning and at the end of the window.
void add_orders(Chain& chain) {
    const auto rows = chain.db.exec_params(
        "WITH asked AS (SELECT r.id, r.order_id FROM unlock_requests r"
        "  WHERE r.manifests @> ARRAY[$1::uuid]),"
        " told AS (SELECT order_id FROM asked WHERE order_id IS NOT NULL UNION"
        "  SELECT unnest(w.orders) FROM unlock_windows w JOIN asked ON asked.id = w.request_id)"
        " SELECT (extract(epoch FROM e.at) * 1000)::bigint AS at_ms, e.what, e.detail, o.id, "
        "o.kind,"
        " coalesce(o.command ->> 'verb', o.command ->> 'doors') AS verb"
        " FROM told JOIN orders o ON o.id = told.order_id JOIN order_events e ON e.order_id = o.id"
        " ORDER BY e.id",
        chain.manifest.id.text);
    for (const auto& row : rows) {
        json entry{{"order", row["id"].c_str()}, {"kind", row["kind"].c_str()}};
        put(entry, "verb", row["verb"]);
        put(entry, "detail", row["detail"]);
        add(chain, instant(row["at_ms"]), "order", row["what"].c_str(), std::move(entry));
    }
}

constexpr std::array<std::string_view, 8> actions{"lock_sealed", "lock_opened",  "lock_refused",
                                                  "lock_cut",    "shell_opened", "left_open",
                                                  "battery_low", "motor_fault"};
constexpr std::array<std::string_view, 8> means{
    "", "card", "password", "one_time_password", "bluetooth", "remote", "key", "automatic"};
constexpr auto unsealed = static_cast<std::size_t>(LockAction::unsealed);
constexpr auto cut = static_cast<std::size_t>(LockAction::cut);

bool on_the_way(const manifest::Manifest& manifest, Instant at) {
    const auto services = manifest::services(manifest);
    return std::ranges::any_of(services, [at](const auto& one) { return one.during.contains(at); });
}

bool in_a_window(const Chain& chain, const std::string& lock, Instant at) {
    return std::ranges::any_of(chain.windows, [&](const Window& window) {
        return window.lock == lock && window.opened - window_tolerance <= at &&
               at <= window.closed + window_tolerance;
    });
}

std::string_view name_of(const Chain& chain, std::size_t action, const std::string& lock,
                         Instant at) {
    const bool opens = action == unsealed || action == cut;
    const bool explained = action == unsealed && in_a_window(chain, lock, at);
    return opens && !explained && on_the_way(chain.manifest, at) ? "unexplained_opening"
                                                                 : actions.at(action);
}

// What the locks of the manifest said while they served it. States repeat in every report: only
// changes are links of the chain, and they are found before anything is counted or cut.
pqxx::result read_changes(const Chain& chain) {
    return chain.db.exec_params(
        "WITH said AS (SELECT o.at, l.number, o.action, o.means, o.actor, o.lat, o.lon, o.hash,"
        // A lock tells of a change by an event, with its means, and by a report of the same second.
        " coalesce(o.means, 0) = 0 AS is_report, o.action <= 1 AS is_state"
        " FROM lock_bindings b JOIN locks l ON l.id = b.lock_id"
        " JOIN vehicles v ON v.id = b.vehicle_id CROSS JOIN LATERAL (SELECT * FROM sightings s"
        "  WHERE s.vehicle_key = v.key AND s.kind = 2"
        "  AND s.piece_from > coalesce(lower(b.during), '-infinity') - interval '1 hour'"
        "  AND s.piece_from < coalesce(upper(b.during), 'infinity') OFFSET 0) o"
        " WHERE b.manifest_id = $1::uuid"
        " AND o.kind = 2 AND o.lock_number = l.number AND o.flags & 4 = 0 AND o.action <= 7"
        " AND o.at >= coalesce(lower(b.during), '-infinity')"
        " AND o.at < coalesce(upper(b.during), 'infinity')),"
        " told AS (SELECT *, lag(action) OVER of_its_kind AS before,"
        "  row_number() OVER (PARTITION BY number, action ORDER BY at, is_report, hash) AS nth,"
        "  count(*) OVER (PARTITION BY number, action) AS times"
        "  FROM said WINDOW of_its_kind AS (PARTITION BY number, is_state"
        "  ORDER BY at, is_report, hash))"
        " SELECT (extract(epoch FROM at) * 1000)::bigint AS at_ms, number, action, means, actor,"
        " lat, lon, NULL::bigint AS fixed_ms,"
        " CASE WHEN NOT is_state AND nth = $3 AND times > $3 THEN times - $3 END AS further"
        " FROM told WHERE CASE WHEN is_state THEN action IS DISTINCT FROM before ELSE nth <= $3 END"
        " ORDER BY at, is_report, hash LIMIT $2 + 1",
        chain.manifest.id.text, max_lock_changes, max_lock_repetitions);
}

json lock_entry(const pqxx::row& row) {
    json entry{{"lock", row["number"].c_str()}};
    const auto by = row["means"].is_null() ? 0 : row["means"].as<std::size_t>();
    if (by > 0 && by < means.size()) entry["means"] = means.at(by);
    put(entry, "actor", row["actor"]);
    if (!row["lat"].is_null()) entry["place"] = place_of(row);
    if (!row["further"].is_null()) entry["further"] = row["further"].as<std::int64_t>();
    return entry;
}

void add_reports(Chain& chain) {
    int shown = 0;
    for (const auto& row : read_changes(chain)) {
        const Instant at = instant(row["at_ms"]);
        if (++shown > max_lock_changes) return add(chain, at, "lock", "cut_off", json::object());
        const auto action = row["action"].as<std::size_t>();
        json entry = lock_entry(row);
        const auto what = name_of(chain, action, row["number"].c_str(), at);
        if (what == "unexplained_opening") entry["lock_said"] = actions.at(action);
        add(chain, at, "lock", what, std::move(entry));
    }
}

}  // namespace

std::vector<json> custody(pqxx::transaction_base& db, const manifest::Manifest& manifest) {
    Chain chain{db, manifest, {}, {}};
    add_events(chain);
    add_requests(chain);
    add_orders(chain);
    add_reports(chain);
    std::ranges::stable_sort(chain.entries, {}, &Entry::at);
    std::vector<json> shown;
    for (Entry& entry : chain.entries) shown.push_back(std::move(entry.shown));
    return shown;
}

}  // namespace liuhen::server::store
