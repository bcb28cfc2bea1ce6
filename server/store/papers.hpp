// SQL of the registers of papers and scales, and of the seals that were used.
#pragma once

#include "manifest/papers.hpp"
#include "server/store/parties.hpp"

#include <pqxx/transaction_base>

#include <string>
#include <vector>

namespace liuhen::server::store {

extern const Register scales, transport_permits, vehicle_permits, crew_certificates;

/// What the caller may see of a carrier's papers and of one of its vehicles'; revoked ones are
/// left out, but a carrier that has only those has a register all the same.
manifest::CarrierPapers carrier_papers(pqxx::transaction_base& db, const PartyId& carrier,
                                       const VehicleId& vehicle);
std::vector<manifest::VehiclePermit> permits_of(pqxx::transaction_base& db,
                                                const VehicleId& vehicle);
/// Whether a vehicle carries waste of the other sort than `medical` beside a manifest: now, on one
/// that is open; within the last year; or not. (Medical waste has vehicles for nothing else.)
enum class OtherUse : std::uint8_t { none, before, now };
OtherUse other_use_of(pqxx::transaction_base& db, const VehicleId& vehicle,
                      const manifest::Manifest& manifest, Instant now);
std::vector<manifest::Scale> scales_of(pqxx::transaction_base& db, const PartyId& party);

/// Notes the seals put on at a loading. A number that another loading of that day used is a clash
/// of the constraint seal_once_a_day.
void use_seals(pqxx::transaction_base& db, const ManifestId& manifest,
               const std::vector<std::string>& seals, Instant at);

/// Credit codes among these parties' that stand by an authority's leave.
std::vector<std::string> excepted_usccs(pqxx::transaction_base& db,
                                        const std::vector<PartyId>& named);

/// Ends an entry of one of the registers above from now on; false when there is none in force.
bool revoke_row(pqxx::transaction_base& db, const Register& in, const std::string& id, Instant now);

}  // namespace liuhen::server::store
