#include "server/store/facts.hpp"

#include "manifest/papers.hpp"
#include "server/crypto.hpp"
#include "server/days.hpp"
#include "server/store/manifest_routes.hpp"
#include "server/store/newest.hpp"
#include "server/store/statement.hpp"

#include <fmt/format.h>
#include <pqxx/pqxx>

#include <algorithm>
#include <iterator>

namespace liuhen::server::store {
namespace {

using namespace manifest;

constexpr double beyond_fence_m = 100;  // T10: "inside the producer fence + 100 m"

constexpr Statement named_parties{
    "named_parties",
    "SELECT asked.place, id, coalesce(uscc, ''), name, coalesce(division, ''),"
    " coalesce(contact, ''), coalesce(phone, ''), coalesce(address, ''),"
    " coalesce(emergency_phone, ''), coalesce(emergency_plan_no, ''), coalesce(unit_code, ''),"
    " coalesce(facility_code, ''), coalesce(papers.licence_no, ''),"
    " coalesce(papers.transport_permit_no, ''), closed_at IS NOT NULL"
    " FROM unnest(string_to_array($1, ','), string_to_array($2, ',')) WITH ORDINALITY"
    " asked (party, role, place)"
    " JOIN parties ON id = NULLIF(asked.party, '')::uuid AND asked.role = ANY (roles),"
    " paper_numbers(id, asked.role, $3::date) papers"};
constexpr Statement named_places{
    "named_places",
    "SELECT asked.place, id, coalesce(party_id::text, '')"
    " FROM unnest(string_to_array($1, ',')) WITH ORDINALITY asked (site, place)"
    " JOIN sites ON id = NULLIF(asked.site, '')::uuid"};

struct Registered {
    Party party;
    bool closed = false;  // no longer in business
};
Registered registered(const pqxx::row& row) {
    Party found;
    found.id = {row[1].as<std::string>()};
    found.uscc = row[2].as<std::string>();
    found.name = row[3].as<std::string>();
    found.division = row[4].as<std::string>();
    found.contact = row[5].as<std::string>();
    found.phone = row[6].as<std::string>();
    found.address = row[7].as<std::string>();
    found.emergency_phone = row[8].as<std::string>();
    found.emergency_plan_no = row[9].as<std::string>();
    found.unit_code = row[10].as<std::string>();
    found.facility_code = row[11].as<std::string>();
    found.licence_no = row[12].as<std::string>();
    found.transport_permit_no = row[13].as<std::string>();
    return {std::move(found), row[14].as<bool>()};
}

// Where the answer's row says it belongs: the place in what was asked, from 1.
std::size_t place_in_question(const pqxx::row& row) { return row[0].as<std::size_t>() - 1; }

// Who of `parties` is registered in the role at the same place of `roles`.
std::vector<std::optional<Registered>> registered(pqxx::transaction_base& db,
                                                  const std::vector<std::string>& parties,
                                                  const std::vector<std::string>& roles,
                                                  Instant on) {
    std::vector<std::optional<Registered>> found(parties.size());
    const auto rows = ask(db, named_parties, fmt::format("{}", fmt::join(parties, ",")),
                          fmt::format("{}", fmt::join(roles, ",")), to_text(civil_day(on)));
    for (const auto& row : rows) found.at(place_in_question(row)) = registered(row);
    return found;
}

std::vector<std::optional<Place>> places(pqxx::transaction_base& db,
                                         const std::vector<std::string>& sites) {
    std::vector<std::optional<Place>> found(sites.size());
    for (const auto& row : ask(db, named_places, fmt::format("{}", fmt::join(sites, ","))))
        found.at(place_in_question(row)) =
            Place{{row[1].as<std::string>()}, {row[2].as<std::string>()}};
    return found;
}

// A device of the register that serves the vehicle at the time.
struct Bound {
    std::string id, number;
};
std::vector<Bound> bound(pqxx::transaction_base& db, const std::string& sql,
                         const FleetQuestion& q) {
    std::vector<Bound> found;
    for (const auto& row : db.exec_params(sql, q.vehicle.text, to_iso(q.at)))
        found.push_back({row[0].as<std::string>(), row[1].as<std::string>()});
    return found;
}

std::string without_zeros(const std::string& number) {
    const auto first = number.find_first_not_of('0');
    return first == std::string::npos ? number : number.substr(first);
}

const Bound* find(const std::vector<Bound>& devices, const std::string& named) {
    const auto it = std::find_if(devices.begin(), devices.end(), [&named](const Bound& one) {
        return one.number == named || one.number == without_zeros(named) || one.id == named;
    });
    return it == devices.end() ? nullptr : &*it;
}

void ask_terminal(pqxx::transaction_base& db, const FleetQuestion& q, FleetAnswer& answer) {
    const auto devices =
        bound(db,
              "SELECT t.id, t.number FROM bindings b JOIN terminals t ON t.id = b.terminal_id"
              " WHERE b.vehicle_id = $1::uuid AND b.during @> $2::timestamptz"
              " ORDER BY t.protocol <> 'jt808', t.number",
              q);
    const Bound* device =
        q.terminal.empty() && !devices.empty() ? &devices.front() : find(devices, q.terminal.text);
    answer.fleet.terminal_bound = device != nullptr;
    answer.terminal = device == nullptr ? q.terminal : TerminalId{device->number};
}

// 0 sealed; 1 unsealed, 3 cut and 5 left open are open; other events say nothing of the state.
LockFact last_word(pqxx::transaction_base& db, const LockId& lock, int vehicle_key, Instant now) {
    LockFact fact{lock, false, std::nullopt, std::nullopt};
    const auto rows = newest_in(
        db,
        "SELECT action, floor(extract(epoch FROM at) * 1000)::bigint FROM observations o"
        " WHERE vehicle_key = $1::int AND kind = 2 AND lock_number = $2 AND action IN (0, 1, 3, 5)"
        " AND flags & 4 = 0 AND at <= $3::timestamptz + interval '5 minutes'"
        " AND at > $3::timestamptz - interval '30 days' ORDER BY at DESC, hash LIMIT 1",
        "vehicle_key = $1::int AND piece_from <= $3::timestamptz + interval '5 minutes'"
        " AND piece_from > $3::timestamptz - interval '721 hours'",
        std::to_string(vehicle_key), lock.text, to_iso(now));
    if (rows.empty()) return fact;
    fact.closed = rows[0][0].as<int>() == 0;
    fact.said_at = Instant{Duration{rows[0][1].as<std::int64_t>()}};
    return fact;
}

void ask_locks(pqxx::transaction_base& db, const FleetQuestion& q, int vehicle_key,
               FleetAnswer& answer) {
    const auto devices = bound(db,
                               "SELECT l.id, l.number FROM bindings b JOIN locks l"
                               " ON l.id = b.lock_id WHERE b.vehicle_id = $1::uuid"
                               " AND b.during @> $2::timestamptz ORDER BY l.number",
                               q);
    std::vector<LockId> wanted = q.locks;
    if (wanted.empty()) {
        for (const Bound& device : devices) wanted.push_back({device.number});
    }
    answer.locks.clear();
    for (const LockId& lock : wanted) {
        const Bound* device = find(devices, lock.text);
        const LockId number = device == nullptr ? lock : LockId{device->number};
        if (std::ranges::find(answer.locks, number) != answer.locks.end()) continue;  // named twice
        LockFact fact = last_word(db, number, vehicle_key, q.now);
        fact.bound_to_vehicle = device != nullptr;
        answer.locks.push_back(number);
        answer.fleet.locks.push_back(std::move(fact));
    }
}

void ask_occupation(pqxx::transaction_base& db, const FleetQuestion& q, Fleet& fleet) {
    const auto rows = db.exec_params(
        "SELECT coalesce(no, ''), coalesce(carrier_id::text, ''),"
        " coalesce(receiver_id::text, ''), coalesce(document ->> 'planned_depart_at', '')"
        " FROM manifests WHERE vehicle_id = $1::uuid AND id <> $2::uuid AND state IN"
        " ('CARRIER_ASSIGNED', 'LOADED', 'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'REJECTED',"
        " 'RETURNING') ORDER BY id LIMIT 50",
        q.vehicle.text, q.manifest.text);
    for (const auto& row : rows) {
        fleet.occupied_by.push_back(
            Occupation{.manifest_no = row[0].as<std::string>(),
                       .carrier = {row[1].as<std::string>()},
                       .receiver = {row[2].as<std::string>()},
                       .planned_depart_at = parse_iso(row[3].as<std::string>())});
    }
}

void ask_whereabouts(pqxx::transaction_base& db, const FleetQuestion& q, int vehicle_key,
                     Fleet& fleet) {
    const auto rows = newest_in(
        db,
        "WITH latest AS (SELECT least(at, received_at) AS proved FROM observations o"
        " WHERE vehicle_key = $1::int AND kind = 1 AND source = 0 AND lat IS NOT NULL"
        " AND flags & 4 = 0 AND at <= $2::timestamptz + interval '5 minutes'"
        " AND at > $2::timestamptz - interval '30 days' ORDER BY at DESC LIMIT 1),"
        " last AS (SELECT at, received_at, lat, lon FROM observations o"
        " WHERE vehicle_key = $1::int AND kind = 1 AND source = 0 AND lat IS NOT NULL"
        " AND flags & 4 = 0 AND at <= $2::timestamptz + interval '5 minutes'"
        " AND at >= (SELECT proved FROM latest)"
        " ORDER BY least(at, received_at) DESC, at DESC, hash LIMIT 1)"
        " SELECT floor(extract(epoch FROM least(last.at, last.received_at)) * 1000)::bigint,"
        " floor(extract(epoch FROM last.received_at) * 1000)::bigint,"
        " ST_DWithin(ST_SetSRID(ST_MakePoint(lon / 1e7, lat / 1e7), 4326)::geography,"
        "  coalesce(s.fence, s.centre)::geography, coalesce(s.radius_m, 0) + $4::float8),"
        " lat / 1e7, lon / 1e7"
        " FROM last LEFT JOIN sites s ON s.id = NULLIF($3, '')::uuid",
        "vehicle_key = $1::int AND piece_from <= $2::timestamptz + interval '5 minutes'"
        " AND piece_from > $2::timestamptz - interval '721 hours'",
        std::to_string(vehicle_key), to_iso(q.now), q.origin.text, std::to_string(beyond_fence_m));
    if (rows.empty()) return;
    fleet.last_fix_at = Instant{Duration{rows[0][0].as<std::int64_t>()}};
    fleet.last_heard = Instant{Duration{rows[0][1].as<std::int64_t>()}};
    if (!rows[0][2].is_null()) fleet.at_origin = rows[0][2].as<bool>();
    if (!q.handover) return;
    const LatLon fix{rows[0][3].as<double>(), rows[0][4].as<double>()};
    fleet.metres_to_handover =
        db.exec_params(
              "SELECT ST_Distance(ST_SetSRID(ST_MakePoint($1::float8, $2::float8), 4326)"
              "::geography, ST_SetSRID(ST_MakePoint($3::float8, $4::float8), 4326)"
              "::geography)",
              fix.lon, fix.lat, q.handover->lon, q.handover->lat)[0][0]
            .as<double>();
}

}  // namespace

Directory directory(pqxx::transaction_base& db, const Named& named) {
    // A producer may take its own waste back.
    const bool takes_back = named.receiver == named.producer;
    std::vector<std::string> parties{named.producer.text, named.receiver.text};
    std::vector<std::string> roles{"producer", takes_back ? "producer" : "receiver"};
    for (const PartyId& carrier : named.carriers) {
        parties.push_back(carrier.text);
        roles.emplace_back("carrier");
    }
    Directory found;
    std::vector<std::optional<Party>> known;
    for (auto& one : registered(db, parties, roles, named.on)) {
        if (one && one->closed) found.closed.push_back(one->party.id);
        known.push_back(one ? std::optional{std::move(one->party)} : std::nullopt);
    }
    found.producer = std::move(known[0]);
    found.receiver = std::move(known[1]);
    found.carriers.assign(std::make_move_iterator(known.begin() + 2),
                          std::make_move_iterator(known.end()));
    auto sites = places(db, {named.origin.text, named.destination.text});
    found.origin = std::move(sites[0]);
    found.destination = std::move(sites[1]);
    return found;
}

FleetAnswer fleet(pqxx::transaction_base& db, const FleetQuestion& q) {
    FleetAnswer answer{{}, q.terminal, q.locks};
    if (q.vehicle.empty()) return answer;  // a train, a ship or a pipe
    db.exec_params("SELECT pg_advisory_xact_lock(hashtextextended('vehicle ' || $1, 0))",
                   q.vehicle.text);
    const auto rows = db.exec_params(
        "SELECT key, carrier_id, plate, plate_colour FROM vehicles"
        " WHERE id = NULLIF($1, '')::uuid",
        q.vehicle.text);
    if (rows.empty()) return answer;
    const int key = rows[0][0].as<int>();
    answer.fleet.vehicle_known = true;
    answer.fleet.vehicle_carrier = {rows[0][1].as<std::string>()};
    answer.fleet.plate = rows[0][2].as<std::string>();
    answer.fleet.plate_colour = static_cast<std::uint8_t>(rows[0][3].as<int>());
    if (!q.route.empty()) {
        answer.fleet.route_known =
            !db.exec_params(
                   "SELECT 1 FROM routes WHERE id = $1::uuid"
                   " AND route_in_force(id, $2::timestamptz) IS NOT NULL"
                   " AND (origin_id IS NULL OR origin_id = coalesce(NULLIF($3, '')::uuid, "
                   "origin_id)"
                   " AND destination_id = coalesce(NULLIF($4, '')::uuid, destination_id))",
                   q.route.text, to_iso(q.at), q.from.text, q.to.text)
                 .empty();
    }
    answer.fleet.route_of_trip = route_of_trip(db, q.manifest);
    ask_terminal(db, q, answer);
    ask_locks(db, q, key, answer);
    ask_occupation(db, q, answer.fleet);
    ask_whereabouts(db, q, key, answer.fleet);
    return answer;
}

}  // namespace liuhen::server::store
