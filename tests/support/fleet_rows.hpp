// A small fleet in a scratch database, written as rows: one truck, its terminal and lock, two
// sites with a road between them, and a trip when asked for.
#pragma once

#include "tests/support/scratch_db.hpp"

#include <string>

namespace liuhen::test {

struct FleetRows {
    explicit FleetRows(const ScratchDatabase& scratch) : database(scratch) {
        database.sql("INSERT INTO parties (id, name, roles) VALUES ('" + party +
                     "', 'Three in one', '{producer,carrier,receiver}');"
                     "INSERT INTO vehicles (id, plate, carrier_id) VALUES ('" +
                     vehicle + "', '浙K00001', '" + party +
                     "');"
                     "INSERT INTO terminals (id, number, protocol, auth_code) VALUES "
                     "('" +
                     terminal +
                     "', '13900000001', 'jt808', 'secret-1'), "
                     "('" +
                     lock_line +
                     "', '8531000042', 'jt701', '');"
                     "INSERT INTO locks (id, number, terminal_id) VALUES ('" +
                     lock + "', '8531000042', '" + lock_line +
                     "');"
                     "INSERT INTO bindings (id, vehicle_id, terminal_id, during) VALUES "
                     "(gen_random_uuid(), '" +
                     vehicle + "', '" + terminal +
                     "', '[2026-01-01Z, 2027-01-01Z)');"
                     "INSERT INTO bindings (id, vehicle_id, lock_id, during) VALUES "
                     "(gen_random_uuid(), '" +
                     vehicle + "', '" + lock +
                     "', '[2026-01-01Z,)');"
                     "INSERT INTO sites (id, party_id, name, kind, centre, radius_m) VALUES "
                     "('" +
                     origin + "', '" + party +
                     "', 'Origin', 'producer', "
                     "ST_SetSRID(ST_MakePoint(119.6, 28.1), 4326), 200), "
                     "('" +
                     destination + "', '" + party +
                     "', 'Destination', 'receiver', "
                     "ST_SetSRID(ST_MakePoint(119.8, 28.1), 4326), 200);"
                     "INSERT INTO routes (id, name) VALUES ('" +
                     route +
                     "', 'Road');"
                     "INSERT INTO route_versions (route_id, version, kind, line, half_widths_m,"
                     " proposed_at, role) VALUES ('" +
                     route +
                     "', 1, 'drawn',"
                     " ST_GeomFromText('MULTILINESTRING((119.6 28.1, 119.8 28.1))', 4326),"
                     " '{50, 50}', '2026-01-01Z', 'operator');"
                     "INSERT INTO route_decisions (route_id, version, what, why, at, role) VALUES"
                     " ('" +
                     route + "', 1, 'approve', '', '2026-01-01Z', 'operator')");
    }
    /// A manifest under way and its armed trip, which bears the manifest's id.
    void arm(const std::string& armed_at) const {
        database.sql("INSERT INTO manifests VALUES ('" + manifest +
                     "', '20263311000001', 'HW', 'LOADED', 5, '" + party + "', '" + party + "', '" +
                     party + "', '" + vehicle +
                     R"(', '{"legs":[{"locks":["8531000042"]}]}', now());)" +
                     "INSERT INTO trips (id, manifest_id, vehicle_id, route_id, origin_id, "
                     "destination_id, armed_at, rule_set) VALUES ('" +
                     manifest + "', '" + manifest + "', '" + vehicle + "', '" + route + "', '" +
                     origin + "', '" + destination + "', '" + armed_at + "', '2026-1')");
    }

    const ScratchDatabase& database;
    const std::string party = "00000000-0000-4000-8000-0000000000aa";
    const std::string vehicle = "00000000-0000-4000-8000-000000000001";
    const std::string terminal = "00000000-0000-4000-8000-000000000002";
    const std::string lock_line = "00000000-0000-4000-8000-000000000003";
    const std::string lock = "00000000-0000-4000-8000-000000000004";
    const std::string origin = "00000000-0000-4000-8000-000000000005";
    const std::string destination = "00000000-0000-4000-8000-000000000006";
    const std::string route = "00000000-0000-4000-8000-000000000007";
    const std::string manifest = "00000000-0000-7000-8000-000000000008";
};

}  // namespace liuhen::test
