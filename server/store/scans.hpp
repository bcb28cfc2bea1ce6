// SQL of labels that were read, and of the forms that their codes may have.
#pragma once

#include "manifest/custody/scans.hpp"
#include "server/store/containers.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// One reading of a label.
struct StoredScan {
    std::string id;  ///< uuid v7
    manifest::custody::Scan scan;
    std::string symbology;  ///< QR, DM, CODE128, RFID_EPC, OTHER; empty: not said
    std::string device;
    std::optional<LatLon> where;
    std::string role;
    PartyId party;  ///< empty: an authority
    std::string person;
    Instant recorded_at;
};
/// True when it is new; a reading that is there already is left as it is, and says who handed it in
/// first, and when.
bool add_scan(pqxx::transaction_base& db, const ManifestId& manifest, StoredScan& scan,
              const Clerk& by);
/// All of a manifest, as they were read.
std::vector<StoredScan> scans_of(pqxx::transaction_base& db, const ManifestId& manifest);
std::vector<manifest::custody::Scan> plain(const std::vector<StoredScan>& stored);

/// How many readings of the manifest's containers that organisation has handed in; empty: offices.
std::size_t scans_by(pqxx::transaction_base& db, const ManifestId& manifest, const PartyId& party);
/// Nobody else judges the manifest's scans until the transaction ends.
void hold_scans(pqxx::transaction_base& db, const ManifestId& manifest);

/// A difference as it was first seen.
struct RaisedDifference {
    manifest::custody::ScanPurpose purpose{};
    std::uint8_t leg_no{};
    std::string kind;  ///< code of a `ScanDifferenceKind`
    std::string container;
    std::string instead_of;
    Instant raised_at;
    std::optional<Instant> settled_at;  ///< none any more
};
/// All that the caller sees of a manifest, oldest first; at most `most_raised`.
inline constexpr int most_raised = 2'000;
std::vector<RaisedDifference> raised_differences(pqxx::transaction_base& db,
                                                 const ManifestId& manifest);
/// Keeps what stands now, and tells those concerned of what is new.
void raise_differences(pqxx::transaction_base& db, const ManifestId& manifest,
                       const std::vector<manifest::custody::StageJudgement>& stages, Instant now);
void tell_of_unscanned(pqxx::transaction_base& db, const ManifestId& manifest, Instant now);

std::vector<manifest::custody::TagPattern> tag_patterns(pqxx::transaction_base& db);
/// The same as they were entered: "uscc18+code8+date8+serial8".
std::vector<std::string> pattern_texts(pqxx::transaction_base& db);
/// In place of all there were.
void put_tag_patterns(pqxx::transaction_base& db, const std::vector<std::string>& patterns);

}  // namespace liuhen::server::store
