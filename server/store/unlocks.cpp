#include "server/store/unlocks.hpp"

#include "geofence/zone.hpp"
#include "server/crypto.hpp"
#include "server/store/newest.hpp"
#include "server/store/sql_text.hpp"
#include "server/store/whereabouts.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <cmath>

namespace liuhen::server::store {
namespace {

using namespace manifest;

std::string text(const pqxx::field& field) { return field.is_null() ? "" : field.c_str(); }

std::optional<Instant> instant(const pqxx::field& field) {
    if (field.is_null()) return std::nullopt;
    return instant_from_ms(field.as<std::int64_t>());
}

// Owner of the vehicle, as far as the caller sees it.
void see_vehicle(pqxx::transaction_base& db, Opening& opening) {
    const auto rows = db.exec_params(
        "SELECT carrier_id FROM vehicles WHERE id = NULLIF($1, '')::uuid", opening.vehicle.text);
    if (!rows.empty()) opening.carrier = {text(rows[0][0])};
}

void see_aboard(pqxx::transaction_base& db, const VehicleId& vehicle, std::vector<Aboard>& aboard) {
    const auto rows = db.exec_params("SELECT * FROM manifests_aboard($1::uuid)", vehicle.text);
    for (const auto& row : rows) {
        const auto state = state_from_code(text(row["state"]));
        if (!state) throw std::runtime_error{"stored state is none: " + text(row["state"])};
        aboard.push_back({{text(row["id"])},
                          *state,
                          {text(row["producer"])},
                          {text(row["carrier"])},
                          {text(row["receiver"])},
                          {text(row["origin"])},
                          {text(row["destination"])},
                          text(row["driver"]),
                          row["held"].as<bool>()});
    }
}

// The sites that the manifests aboard name and that hold the fix.
std::vector<SiteId> named_around(pqxx::transaction_base& db, const std::vector<Aboard>& aboard,
                                 const Position& fix) {
    std::vector<SiteId> named;
    for (const Aboard& one : aboard) {
        for (const SiteId& site : {one.origin, one.destination}) {
            if (is_uuid(site.text)) named.push_back(site);
        }
    }
    return sites_around(db, named, fix);
}

bool is_within(const pqxx::row& grant, const std::optional<Position>& fix) {
    if (!fix) return false;
    const LatLon centre{.lat = grant["lat"].as<double>(), .lon = grant["lon"].as<double>()};
    const auto circle = geofence::Shape::circle(centre, {grant["radius_m"].as<double>()});
    return circle && circle->contains(fix->where);
}

// Swaps of this vehicle, broken or spare; what the broken one carries is aboard for the spare too.
void see_swaps(pqxx::transaction_base& db, const Opening& opening,
               const std::optional<Position>& fix, UnlockFacts& facts) {
    const auto rows = db.exec_params(
        "SELECT id, manifest_id, vehicle_id, ST_Y(centre) AS lat, ST_X(centre) AS lon, radius_m,"
        " (extract(epoch FROM lower(during)) * 1000)::bigint AS from_ms,"
        " (extract(epoch FROM upper(during)) * 1000)::bigint AS until_ms FROM swap_grants"
        " WHERE (vehicle_id = $1::uuid OR spare_id = $1::uuid) AND during @> $2::timestamptz"
        " ORDER BY id",
        opening.vehicle.text, to_iso(facts.now));
    for (const auto& row : rows) {
        const SwapGrant swap{text(row["id"]),
                             {text(row["manifest_id"])},
                             {instant(row["from_ms"]), instant(row["until_ms"])},
                             is_within(row, fix)};
        const auto same = [&swap](const Aboard& one) { return one.id == swap.manifest; };
        if (std::ranges::none_of(facts.aboard, same)) {
            std::vector<Aboard> of_other;
            see_aboard(db, {text(row["vehicle_id"])}, of_other);
            std::ranges::copy_if(of_other, std::back_inserter(facts.aboard), same);
        }
        facts.swaps.push_back(swap);
    }
}

void see_inspections(pqxx::transaction_base& db, const Opening& opening, UnlockFacts& facts) {
    const auto rows = db.exec_params(
        "SELECT id, (extract(epoch FROM lower(during)) * 1000)::bigint AS from_ms,"
        " (extract(epoch FROM upper(during)) * 1000)::bigint AS until_ms FROM inspections"
        " WHERE vehicle_id = $1::uuid AND during @> $2::timestamptz ORDER BY id",
        opening.vehicle.text, to_iso(facts.now));
    for (const auto& row : rows) {
        facts.inspections.push_back(
            {text(row["id"]), {instant(row["from_ms"]), instant(row["until_ms"])}});
    }
}

std::string array_of(const std::vector<std::string>& ids) {
    std::string array = "{";
    for (const auto& id : ids) array += (array.size() == 1 ? "" : ",") + id;
    return array + '}';
}

std::string degrees(const std::optional<LatLon>& where, double LatLon::*axis) {
    return where ? std::to_string(std::llround((*where).*axis * 1e7)) : std::string{};
}

}  // namespace

std::optional<Opening> find_lock(pqxx::transaction_base& db, const std::string& name, Instant now) {
    const auto rows = db.exec_params(
        "SELECT l.id, l.number, l.terminal_id, t.number, t.protocol, t.profile, b.vehicle_id"
        " FROM locks l LEFT JOIN terminals t ON t.id = l.terminal_id"
        " LEFT JOIN bindings b ON b.lock_id = l.id AND b.during @> $2::timestamptz"
        " WHERE l.number = $1 OR l.id = NULLIF($3, '')::uuid LIMIT 1",
        name, to_iso(now), is_uuid(name) ? name : std::string{});
    if (rows.empty()) return std::nullopt;
    const auto& row = rows[0];
    Opening opening{.lock = text(row[0]),
                    .number = text(row[1]),
                    .terminal = text(row[2]),
                    .line = text(row[3]),
                    .protocol = text(row[4]),
                    .profile = text(row[5]),
                    .vehicle = {text(row[6])},
                    .carrier = {}};
    see_vehicle(db, opening);
    return opening;
}

std::optional<Opening> find_doors(pqxx::transaction_base& db, const std::string& vehicle,
                                  Instant now) {
    if (!is_uuid(vehicle)) return std::nullopt;
    Opening opening;
    opening.vehicle = {vehicle};
    see_vehicle(db, opening);
    if (opening.carrier.empty()) return std::nullopt;
    const auto rows = db.exec_params(
        "SELECT t.id FROM bindings b JOIN terminals t ON t.id = b.terminal_id"
        " WHERE b.vehicle_id = $1::uuid AND b.during @> $2::timestamptz AND t.protocol = 'jt808'"
        " ORDER BY t.number LIMIT 1",
        vehicle, to_iso(now));
    if (!rows.empty()) opening.terminal = text(rows[0][0]);
    return opening;
}

UnlockView look_at(pqxx::transaction_base& db, const Opening& opening, Instant now) {
    UnlockView view;
    view.facts.now = now;
    view.facts.on_vehicle = !opening.vehicle.empty();
    if (!view.facts.on_vehicle) return view;
    see_aboard(db, opening.vehicle, view.facts.aboard);
    const auto fix = newest_fix(db, opening.vehicle, FixSource::satellite, now);
    see_swaps(db, opening, fix, view.facts);
    see_inspections(db, opening, view.facts);
    if (fix) {
        view.where = fix->where;
        view.facts.truck.fixed_at = fix->proved_at;
        view.facts.truck.inside = named_around(db, view.facts.aboard, *fix);
    }
    if (const auto coarse = newest_fix(db, opening.vehicle, FixSource::cell_tower, now))
        view.facts.truck.cell_at = coarse->proved_at;
    return view;
}

void record_unlock(pqxx::transaction_base& db, const UnlockRecord& record, const UnlockView& view) {
    const auto& granted = record.granted;
    const auto& facts = view.facts;
    std::vector<std::string> aboard;
    for (const auto& one : facts.aboard) aboard.push_back(one.id.text);
    std::vector<std::string> inside;
    for (const auto& site : facts.truck.inside) inside.push_back(site.text);
    db.exec_params0(
        "INSERT INTO unlock_requests (id, at, what, lock_id, vehicle_id, role, party_id, token_id,"
        " person, asked_for, granted, reason, rule, manifest_id, manifests, grant_id, lat, lon,"
        " fixed_at, inside, until, order_id) VALUES ($1::uuid, $2::timestamptz, $3,"
        " NULLIF($4, '')::uuid, NULLIF($5, '')::uuid, $6, NULLIF($7, '')::uuid, $8::uuid, $9,"
        " NULLIF($10, '')::uuid, $11::boolean, $12, NULLIF($13, ''), NULLIF($14, '')::uuid,"
        " $15::uuid[], NULLIF($16, '')::uuid, NULLIF($17, '')::int, NULLIF($18, '')::int,"
        " NULLIF($19, '')::timestamptz, $20::uuid[], NULLIF($21, '')::timestamptz,"
        " NULLIF($22, '')::uuid)",
        record.id, to_iso(facts.now), record.asking.what, record.opening.lock,
        record.opening.vehicle.text, std::string{code(record.asking.by.role)},
        record.asking.by.party.text, record.asking.token_id, record.asking.person,
        record.asking.manifest.text, granted ? "true" : "false",
        granted ? std::string{code(granted->ground)} : record.refusal,
        granted ? std::string{granted->row} : "", granted ? granted->manifest.text : "",
        array_of(aboard), granted ? granted->grant : "", degrees(view.where, &LatLon::lat),
        degrees(view.where, &LatLon::lon),
        facts.truck.fixed_at ? to_iso(*facts.truck.fixed_at) : "", array_of(inside),
        granted ? to_iso(granted->until) : "", record.order);
}

void open_window(pqxx::transaction_base& db, const UnlockRecord& record, Instant now) {
    db.exec_params0(
        "INSERT INTO unlock_windows (request_id, lock_id, vehicle_id, opened_at, until) VALUES"
        " ($1::uuid, NULLIF($2, '')::uuid, $3::uuid, $4::timestamptz, $5::timestamptz)",
        record.id, record.opening.lock, record.opening.vehicle.text, to_iso(now),
        to_iso(record.granted->until));
}

bool speaks_as_seal(pqxx::transaction_base& db, const Opening& opening, Instant now) {
    constexpr int eseal_message = 0x7050;
    const auto rows = newest_in(
        db,
        "SELECT o.message FROM observations o"
        " WHERE o.terminal_key = (SELECT t.key FROM terminals t WHERE t.id = $1::uuid)"
        " AND o.at > $2::timestamptz - interval '30 days'"
        " AND o.at <= $2::timestamptz + interval '5 minutes' ORDER BY o.at DESC, o.hash LIMIT 1",
        "terminal_key = (SELECT t.key FROM terminals t WHERE t.id = $1::uuid)"
        " AND piece_from > $2::timestamptz - interval '721 hours'"
        " AND piece_from <= $2::timestamptz + interval '5 minutes'",
        opening.terminal, to_iso(now));
    return !rows.empty() && rows[0][0].as<int>() == eseal_message;
}

int refusals_lately(pqxx::transaction_base& db, const std::string& token_id, Instant now) {
    return db
        .exec_params(
            "SELECT count(*) FROM unlock_requests WHERE token_id = $1::uuid AND NOT granted"
            " AND at > $2::timestamptz - interval '1 minute'",
            token_id, to_iso(now))[0][0]
        .as<int>();
}

}  // namespace liuhen::server::store
