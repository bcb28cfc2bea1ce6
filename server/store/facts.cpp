#include "server/store/facts.hpp"

#include "manifest/papers.hpp"
#include "server/crypto.hpp"
#include "server/days.hpp"
#include "server/store/statement.hpp"

#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::store {
namespace {

using namespace manifest;

constexpr double beyond_fence_m = 100;  // T10: "inside the producer fence + 100 m"

constexpr Statement named_party{
    "named_party",
    "SELECT id, coalesce(uscc, ''), name, coalesce(division, ''), coalesce(contact, ''),"
    " coalesce(phone, ''), coalesce(address, ''), coalesce(emergency_phone, ''),"
    " coalesce(emergency_plan_no, ''), coalesce(unit_code, ''), coalesce(facility_code, ''),"
    " coalesce(papers.licence_no, ''), coalesce(papers.transport_permit_no, ''),"
    " closed_at IS NOT NULL FROM parties, paper_numbers(id, $2, $3::date) papers"
    " WHERE id = NULLIF($1, '')::uuid AND $2 = ANY (roles)"};
constexpr Statement named_place{
    "named_place",
    "SELECT id, coalesce(party_id::text, '') FROM sites WHERE id = NULLIF($1, '')::uuid"};

struct Registered {
    Party party;
    bool closed = false;  // no longer in business
};
std::optional<Registered> registered(pqxx::transaction_base& db, const PartyId& id,
                                     const std::string& role, Instant on) {
    const auto rows = ask(db, named_party, id.text, role, to_text(civil_day(on)));
    if (rows.empty()) return std::nullopt;
    Party found;
    found.id = {rows[0][0].as<std::string>()};
    found.uscc = rows[0][1].as<std::string>();
    found.name = rows[0][2].as<std::string>();
    found.division = rows[0][3].as<std::string>();
    found.contact = rows[0][4].as<std::string>();
    found.phone = rows[0][5].as<std::string>();
    found.address = rows[0][6].as<std::string>();
    found.emergency_phone = rows[0][7].as<std::string>();
    found.emergency_plan_no = rows[0][8].as<std::string>();
    found.unit_code = rows[0][9].as<std::string>();
    found.facility_code = rows[0][10].as<std::string>();
    found.licence_no = rows[0][11].as<std::string>();
    found.transport_permit_no = rows[0][12].as<std::string>();
    return Registered{std::move(found), rows[0][13].as<bool>()};
}

std::optional<Place> place(pqxx::transaction_base& db, const SiteId& id) {
    const auto rows = ask(db, named_place, id.text);
    if (rows.empty()) return std::nullopt;
    return Place{{rows[0][0].as<std::string>()}, {rows[0][1].as<std::string>()}};
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
    const auto rows = db.exec_params(
        "SELECT action, floor(extract(epoch FROM at) * 1000)::bigint FROM observations"
        " WHERE vehicle_key = $1::int AND kind = 2 AND lock_number = $2 AND action IN (0, 1, 3, 5)"
        " AND flags & 4 = 0 AND at <= $3::timestamptz + interval '5 minutes'"
        " AND at > $3::timestamptz - interval '30 days' ORDER BY at DESC, hash LIMIT 1",
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
    const auto rows = db.exec_params(
        "WITH last AS (SELECT at, received_at, lat, lon FROM observations"
        " WHERE vehicle_key = $1::int AND kind = 1 AND source = 0 AND lat IS NOT NULL"
        " AND flags & 4 = 0 AND at <= $2::timestamptz + interval '5 minutes'"
        " AND at > $2::timestamptz - interval '30 days' ORDER BY at DESC, hash LIMIT 1)"
        " SELECT floor(extract(epoch FROM last.at) * 1000)::bigint,"
        " floor(extract(epoch FROM last.received_at) * 1000)::bigint,"
        " ST_DWithin(ST_SetSRID(ST_MakePoint(lon / 1e7, lat / 1e7), 4326)::geography,"
        "  coalesce(s.fence, s.centre)::geography, coalesce(s.radius_m, 0) + $4::float8),"
        " lat / 1e7, lon / 1e7"
        " FROM last LEFT JOIN sites s ON s.id = NULLIF($3, '')::uuid",
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
    Directory found;
    const auto party = [&](const PartyId& id, const char* role) -> std::optional<Party> {
        auto one = registered(db, id, role, named.on);
        if (!one) return std::nullopt;
        if (one->closed) found.closed.push_back(id);
        return std::move(one->party);
    };
    found.producer = party(named.producer, "producer");
    for (const PartyId& carrier : named.carriers) {
        found.carriers.push_back(party(carrier, "carrier"));
    }
    // A producer may take its own waste back.
    const bool takes_back = named.receiver == named.producer;
    found.receiver = party(named.receiver, takes_back ? "producer" : "receiver");
    found.origin = place(db, named.origin);
    found.destination = place(db, named.destination);
    return found;
}

FleetAnswer fleet(pqxx::transaction_base& db, const FleetQuestion& q) {
    FleetAnswer answer{{}, q.terminal, q.locks};
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
            !db.exec_params("SELECT 1 FROM routes WHERE id = $1::uuid", q.route.text).empty();
    }
    ask_terminal(db, q, answer);
    ask_locks(db, q, key, answer);
    ask_occupation(db, q, answer.fleet);
    ask_whereabouts(db, q, key, answer.fleet);
    return answer;
}

}  // namespace liuhen::server::store
