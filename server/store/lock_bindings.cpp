#include "server/store/lock_bindings.hpp"

#include <pqxx/pqxx>

namespace liuhen::server::store {

void bind_locks(pqxx::transaction_base& db, const manifest::Manifest& manifest, Instant at) {
    const manifest::Leg* leg = manifest::current_leg(manifest);
    if (leg == nullptr) return;
    for (const LockId& lock : leg->locks) {
        db.exec_params0(
            "INSERT INTO lock_bindings (lock_id, vehicle_id, manifest_id, during)"
            " SELECT id, $2::uuid, $3::uuid, tstzrange($4::timestamptz, NULL) FROM locks"
            " WHERE number = $1",
            lock.text, leg->vehicle.text, manifest.id.text, to_iso(at));
    }
}

void free_locks(pqxx::transaction_base& db, const ManifestId& manifest, Instant at) {
    db.exec_params0(
        "UPDATE lock_bindings SET during = tstzrange(lower(during),"
        " greatest($2::timestamptz, lower(during) + interval '1 millisecond'))"
        " WHERE manifest_id = $1::uuid AND upper_inf(during)",
        manifest.text, to_iso(at));
}

}  // namespace liuhen::server::store
