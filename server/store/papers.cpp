#include "server/store/papers.hpp"

#include "server/days.hpp"
#include "server/store/statement.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#define LIUHEN_ISO(column) \
    "to_char(" column " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
#define LIUHEN_TIMES \
    " 'created_at', " LIUHEN_ISO("created_at") ", 'revoked_at', " LIUHEN_ISO("revoked_at") ")"

namespace liuhen::server::store {

const Register scales{"scales",
                      "json_build_object('id', id, 'party', party_id, 'number', number,"
                      " 'floor_g', floor_g, 'calibration_to', calibration_to," LIUHEN_TIMES};

const Register transport_permits{
    "transport_permits",
    "json_build_object('id', id, 'carrier', carrier_id, 'number', number, 'dg_classes', dg_classes,"
    " 'valid_from', valid_from, 'valid_to', valid_to," LIUHEN_TIMES};

const Register vehicle_permits{
    "vehicle_permits",
    "json_build_object('id', id, 'vehicle', vehicle_id, 'number', number,"
    " 'rated_load_g', rated_load_g, 'valid_from', valid_from, 'valid_to', valid_to," LIUHEN_TIMES};

const Register crew_certificates{
    "crew_certificates",
    "json_build_object('id', id, 'carrier', carrier_id, 'kind', kind, 'person', person,"
    " 'number', number, 'valid_from', valid_from, 'valid_to', valid_to," LIUHEN_TIMES};

namespace {

using namespace manifest;

constexpr std::chrono::days before_time{-100'000};  // of an entry that is revoked: covers no day
const std::chrono::sys_days never{before_time};

// From the columns `first` (valid_from), `first + 1` (valid_to) and `first + 2` (revoked).
Validity validity(const pqxx::row& row, int first) {
    if (row[first + 2].as<bool>()) return {never, never};
    return {parse_day(row[first].c_str()).value(), parse_day(row[first + 1].c_str()).value()};
}

std::vector<std::string> texts(const pqxx::field& array) {
    return nlohmann::json::parse(array.c_str()).get<std::vector<std::string>>();
}

constexpr Statement usccs_excepted{
    "usccs_excepted",
    "SELECT uscc FROM parties WHERE uscc IS NOT NULL AND uscc_exception IS NOT NULL"
    " AND id::text IN (SELECT jsonb_array_elements_text($1::jsonb))"};

}  // namespace

std::vector<VehiclePermit> permits_of(pqxx::transaction_base& db, const VehicleId& vehicle) {
    std::vector<VehiclePermit> found;
    const auto rows = db.exec_params(
        "SELECT rated_load_g, valid_from::text, valid_to::text, revoked_at IS NOT NULL"
        " FROM vehicle_permits WHERE vehicle_id = NULLIF($1, '')::uuid",
        vehicle.text);
    for (const auto& row : rows) {
        VehiclePermit permit{std::nullopt, validity(row, 1)};
        if (!row[0].is_null()) permit.rated_load_g = Grams{row[0].as<std::int64_t>()};
        found.push_back(permit);
    }
    return found;
}

CarrierPapers carrier_papers(pqxx::transaction_base& db, const PartyId& carrier,
                             const VehicleId& vehicle) {
    CarrierPapers papers;
    const auto permits = db.exec_params(
        "SELECT array_to_json(dg_classes), valid_from::text, valid_to::text,"
        " revoked_at IS NOT NULL FROM transport_permits WHERE carrier_id = NULLIF($1, '')::uuid",
        carrier.text);
    for (const auto& row : permits) papers.permits.push_back({texts(row[0]), validity(row, 1)});
    const auto crew = db.exec_params(
        "SELECT kind = 'escort', person, number, valid_from::text, valid_to::text,"
        " revoked_at IS NOT NULL FROM crew_certificates WHERE carrier_id = NULLIF($1, '')::uuid",
        carrier.text);
    for (const auto& row : crew) {
        papers.crew.push_back({row[0].as<bool>(), row[1].as<std::string>(),
                               row[2].as<std::string>(), validity(row, 3)});
    }
    papers.registers_vehicles =
        db.exec_params1(
              "SELECT EXISTS (SELECT 1 FROM vehicle_permits p JOIN vehicles v"
              " ON v.id = p.vehicle_id WHERE v.carrier_id = NULLIF($1, '')::uuid)",
              carrier.text)[0]
            .as<bool>();
    papers.vehicle = permits_of(db, vehicle);
    return papers;
}

std::vector<Scale> scales_of(pqxx::transaction_base& db, const PartyId& party) {
    std::vector<Scale> found;
    const auto rows = db.exec_params(
        "SELECT number, floor_g, calibration_to::text, revoked_at IS NOT NULL FROM scales"
        " WHERE party_id = NULLIF($1, '')::uuid",
        party.text);
    for (const auto& row : rows) {
        found.push_back({row[0].as<std::string>(), Grams{row[1].as<std::int64_t>()},
                         parse_day(row[2].c_str()).value(), !row[3].as<bool>()});
    }
    return found;
}

void use_seals(pqxx::transaction_base& db, const ManifestId& manifest,
               const std::vector<std::string>& seals, Instant at) {
    if (seals.empty()) return;
    db.exec_params0(
        "INSERT INTO seal_uses (seal_no, day, manifest_id) SELECT DISTINCT seal, $2::date, $3::uuid"
        " FROM jsonb_array_elements_text($1::jsonb) seal"
        " WHERE NOT EXISTS (SELECT 1 FROM seal_uses WHERE seal_no = seal AND day = $2::date"
        "  AND manifest_id = $3::uuid)",
        nlohmann::json(seals).dump(), to_text(civil_day(at)), manifest.text);
}

OtherUse other_use_of(pqxx::transaction_base& db, const VehicleId& vehicle,
                      const manifest::Manifest& about, Instant now) {
    const std::string medical = about.kind == manifest::Kind::medical ? "true" : "false";
    const auto row = db.exec_params1(
        "SELECT EXISTS (SELECT 1 FROM manifests WHERE vehicle_id = $1::uuid AND id <> $2::uuid"
        "  AND (kind = 'MEDICAL') <> $3::boolean AND state IN ('CARRIER_ASSIGNED', 'LOADED',"
        "  'IN_TRANSIT', 'HANDOVER_PENDING', 'ARRIVED', 'REJECTED', 'RETURNING')),"
        " EXISTS (SELECT 1 FROM trips t JOIN manifests m ON m.id = t.manifest_id"
        "  WHERE t.vehicle_id = $1::uuid AND m.id <> $2::uuid"
        "  AND t.armed_at > $4::timestamptz - interval '1 year'"
        "  AND (m.kind = 'MEDICAL') <> $3::boolean)",
        vehicle.text, about.id.text, medical, to_iso(now));
    if (row[0].as<bool>()) return OtherUse::now;
    return row[1].as<bool>() ? OtherUse::before : OtherUse::none;
}

std::vector<std::string> excepted_usccs(pqxx::transaction_base& db,
                                        const std::vector<PartyId>& named) {
    nlohmann::json ids = nlohmann::json::array();
    for (const auto& one : named) ids.push_back(one.text);
    std::vector<std::string> found;
    const auto rows = ask(db, usccs_excepted, ids.dump());
    for (const auto& row : rows) found.push_back(row[0].as<std::string>());
    return found;
}

bool revoke_row(pqxx::transaction_base& db, const Register& in, const std::string& id,
                Instant now) {
    const auto done = db.exec_params("UPDATE " + std::string{in.table} +
                                         " SET revoked_at = $2::timestamptz"
                                         " WHERE id = $1::uuid AND revoked_at IS NULL",
                                     id, to_iso(now));
    return done.affected_rows() == 1;
}

}  // namespace liuhen::server::store
