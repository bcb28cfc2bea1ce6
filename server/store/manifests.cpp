#include "server/store/manifests.hpp"

#include "server/json/manifest_json.hpp"
#include "server/store/history.hpp"
#include "server/store/statement.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <array>
#include <cstdio>
#include <utility>

namespace liuhen::server::store {
namespace {

using manifest::Manifest;

constexpr Statement insert_manifest{
    "insert_manifest",
    "INSERT INTO manifests (id, no, kind, state, version, producer_id, carrier_id, receiver_id,"
    " vehicle_id, document, updated_at) VALUES ($1::uuid, NULLIF($2, ''), $3, $4, $5::int,"
    " $6::uuid, NULLIF($7, '')::uuid, NULLIF($8, '')::uuid, NULLIF($9, '')::uuid, $10::jsonb,"
    " $11::timestamptz)"};
constexpr Statement update_manifest{
    "update_manifest",
    "UPDATE manifests SET no = NULLIF($2, ''), kind = $3, state = $4, version = $5::int,"
    " carrier_id = coalesce(NULLIF($6, '')::uuid, carrier_id),"
    " receiver_id = NULLIF($7, '')::uuid, vehicle_id = NULLIF($8, '')::uuid,"
    " document = $9::jsonb, updated_at = $10::timestamptz"
    " WHERE id = $1::uuid AND version = $5::int - 1"};
constexpr Statement lock_one_manifest{"lock_one_manifest",
                                      "SELECT document FROM manifests WHERE id = $1::uuid"
                                      " AND NOT document ? 'discarded_at' FOR UPDATE"};
constexpr Statement draw_manifest_number{
    "draw_manifest_number",
    "INSERT INTO manifest_numbers AS n (year, prefecture, last) VALUES ($1::int, $2, 1)"
    " ON CONFLICT (year, prefecture) DO UPDATE SET last = n.last + 1 WHERE n.last < 999999"
    " RETURNING last"};

std::string text(const std::optional<Instant>& t) { return t ? to_iso(*t) : std::string{}; }

Manifest read(const pqxx::field& document) {
    return manifest_from_json(nlohmann::json::parse(document.c_str()));
}

std::optional<Manifest> first(const pqxx::result& rows) {
    if (rows.empty()) return std::nullopt;
    return read(rows[0][0]);
}

// The vehicle that the manifest holds: from acceptance until its end.
std::string held_vehicle(const Manifest& m) {
    const manifest::Leg* leg = manifest::current_leg(m);
    return leg == nullptr ? std::string{} : leg->vehicle.text;
}
std::string named_carrier(const Manifest& m) {
    const manifest::Leg* leg = manifest::current_leg(m);
    return leg == nullptr ? std::string{} : leg->carrier.id.text;
}

void insert(pqxx::transaction_base& db, const Manifest& m, const std::string& document,
            Instant now) {
    ask(db, insert_manifest, m.id.text, m.no, std::string{code(m.kind)}, std::string{code(m.state)},
        std::to_string(m.version), m.producer.id.text, named_carrier(m), m.receiver.id.text,
        held_vehicle(m), document, to_iso(now));
}

// A carrier that refused keeps sight of its refusal until the producer names another.
void update(pqxx::transaction_base& db, const Manifest& m, const std::string& document,
            Instant now) {
    const auto done = ask(db, update_manifest, m.id.text, m.no, std::string{code(m.kind)},
                          std::string{code(m.state)}, std::to_string(m.version), named_carrier(m),
                          m.receiver.id.text, held_vehicle(m), document, to_iso(now));
    if (done.affected_rows() != 1)
        throw std::logic_error{"manifest " + m.id.text + " was not stored"};
}

}  // namespace

std::optional<Manifest> find_manifest(pqxx::transaction_base& db, const ManifestId& id) {
    return first(
        db.exec_params("SELECT document FROM manifests WHERE id = $1::uuid"
                       " AND NOT document ? 'discarded_at'",
                       id.text));
}

std::optional<Manifest> lock_manifest(pqxx::transaction_base& db, const ManifestId& id) {
    return first(ask(db, lock_one_manifest, id.text));
}

void store_manifest(pqxx::transaction_base& db, const Manifest& next, const EventRow& event) {
    const auto previous = previous_digests(db, next.id.text, next.version);
    std::string document = to_json(next).dump();
    if (next.version == 1)
        insert(db, next, document, event.recorded_at);
    else
        update(db, next, document, event.recorded_at);
    append_record(db,
                  {.manifest = next.id.text,
                   .version = next.version,
                   .transition = event.transition,
                   .event = event.event,
                   .role = std::string{code(event.by.role)},
                   .party = event.by.party.text,
                   .delegate = event.delegate,
                   .token = event.token_id,
                   .person = event.person,
                   .origin = event.origin,
                   .at = event.at,
                   .recorded_at = event.recorded_at,
                   .chained_at = {},
                   .request = event.stated,
                   .document = std::move(document)},
                  previous);
}

std::map<std::string, std::string> columns_of(const Manifest& m) {
    return {{"version", std::to_string(m.version)}, {"no", m.no},
            {"kind", std::string{code(m.kind)}},    {"state", std::string{code(m.state)}},
            {"producer_id", m.producer.id.text},    {"carrier_id", named_carrier(m)},
            {"receiver_id", m.receiver.id.text},    {"vehicle_id", held_vehicle(m)}};
}

std::string draw_number(pqxx::transaction_base& db, const manifest::NumberSeries& series) {
    const auto drawn =
        ask(db, draw_manifest_number, std::to_string(series.year), series.prefecture);
    if (drawn.empty()) return {};
    std::array<char, 32> serial{};
    std::snprintf(serial.data(), serial.size(), "%04d%s%06d", series.year,
                  series.prefecture.c_str(), drawn[0][0].as<int>());
    return serial.data();
}

TripId trip_of(const Manifest& m) {
    const manifest::Leg* leg = manifest::current_leg(m);
    if (leg == nullptr || leg->leg_no <= 1) return {m.id.text};
    return {m.id.text + "-" + std::to_string(leg->leg_no)};
}

void arm_trip(pqxx::transaction_base& db, const Manifest& m, const std::string& rule_set) {
    const manifest::Leg* leg = manifest::current_leg(m);
    if (leg == nullptr) throw std::logic_error{"a manifest without a leg cannot be under watch"};
    const SiteId& from = leg->returning ? m.destination : m.origin;
    const SiteId& to = leg->returning ? m.origin : m.destination;
    db.exec_params0(
        "INSERT INTO trips (id, manifest_id, vehicle_id, route_id, origin_id, destination_id,"
        " armed_at, rule_set) VALUES ($1, $2::uuid, $3::uuid, NULLIF($4, '')::uuid,"
        " NULLIF($5, '')::uuid, NULLIF($6, '')::uuid, $7::timestamptz, $8)"
        " ON CONFLICT (id) DO UPDATE SET vehicle_id = excluded.vehicle_id,"  // loaded once more
        " route_id = excluded.route_id, armed_at = excluded.armed_at, rule_set = excluded.rule_set,"
        " departed_at = NULL, arrived_at = NULL, ended_at = NULL",
        trip_of(m).text, m.id.text, leg->vehicle.text, leg->route.text, from.text, to.text,
        text(leg->loaded_at), rule_set);
}

void amend_trip(pqxx::transaction_base& db, const TripId& trip, const TripNews& news) {
    db.exec_params0(
        "UPDATE trips SET route_id = coalesce(NULLIF($2, '')::uuid, route_id),"
        " departed_at = coalesce(NULLIF($3, '')::timestamptz, departed_at),"
        " arrived_at = coalesce(NULLIF($4, '')::timestamptz, arrived_at),"
        " ended_at = coalesce(NULLIF($5, '')::timestamptz, ended_at) WHERE id = $1",
        trip.text, news.route.text, text(news.departed_at), text(news.arrived_at),
        text(news.ended_at));
}

std::vector<Manifest> list_manifests(pqxx::transaction_base& db, const ManifestQuery& query) {
    const auto rows = db.exec_params(
        "SELECT document FROM manifests WHERE NOT document ? 'discarded_at'"
        " AND ($1 = '' OR state = $1)"
        " AND ($2 = '' OR id > NULLIF($2, '')::uuid) ORDER BY id LIMIT $3::int",
        query.state, query.after, std::to_string(query.limit));
    std::vector<Manifest> found;
    for (const auto& row : rows) found.push_back(read(row[0]));
    return found;
}

}  // namespace liuhen::server::store
