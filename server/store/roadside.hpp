// SQL of the codes on printed manifests and of what they opened (docs/decisions/043-roadside.md).
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// A code of one version of a manifest. The code itself is nowhere stored.
struct RoadsideCode {
    std::string id;  ///< uuid v7
    ManifestId manifest;
    std::uint32_t version{};
    std::uint32_t issue{};  ///< from 1, for each version anew
    std::string digest;     ///< SHA-256 of the code, hex
    Instant issued_at;
    Instant expires_at;
    bool revoked = false;
};
/// The newest code of a version, whatever has become of it.
std::optional<RoadsideCode> newest_code(pqxx::transaction_base& db, const ManifestId& manifest,
                                        std::uint32_t version);
/// False when that issue is there already, made by another at the same moment.
bool insert_code(pqxx::transaction_base& db, const RoadsideCode& code, const std::string& token_id,
                 const std::string& person);
/// Every code of the manifest that is not revoked yet; how many there were.
std::size_t revoke_codes(pqxx::transaction_base& db, const ManifestId& manifest, Instant now,
                         const std::string& person);

/// Who stands at the roadside, as far as it is kept.
struct Onlooker {
    std::string network;  ///< address without its end: "203.0.113.0/24"
    std::string agent;    ///< what the browser says of itself, up to 120 characters
};

/// An opening that is asked for. The digests are SHA-256 in hex.
struct OpeningWish {
    std::string code_digest, page_digest;
    std::string id;  ///< uuid v7
    Instant now;
    Instant until;  ///< of the page, unless its code ends before
    int most_a_day{};
    Onlooker by;
};
enum class OpeningOutcome : std::uint8_t { opened, dead, too_often, unknown };
OpeningOutcome open_roadside(pqxx::transaction_base& db, const OpeningWish& wish);

/// When a container's label was read last, and for what.
struct LastScan {
    std::string tag;      ///< as read
    std::string purpose;  ///< "LOAD"
    Instant at;
};
/// What an opened page is made from.
struct RoadsideSight {
    std::string code_id;
    std::uint32_t paper_version{};  ///< of the print that was scanned
    Instant until;
    std::string document;                       ///< the manifest's newest version, JSON
    Instant recorded_at;                        ///< when that was taken into the history
    std::string sha256;                         ///< of its record, hex
    std::map<std::string, std::string> routes;  ///< names by id
    std::vector<LastScan> scans;
};
/// Nullopt: no such page, or it has ended, or its code was revoked since.
std::optional<RoadsideSight> roadside_sight(pqxx::transaction_base& db,
                                            const std::string& page_digest, Instant now);
/// Writes down that the page's copy was printed; false when its code was used too often today.
bool note_print(pqxx::transaction_base& db, const std::string& code_id, const std::string& id,
                Instant now, int most_a_day, const Onlooker& by);

/// A line of the log.
struct RoadsideOpening {
    std::string id;
    std::string outcome;  ///< "OPENED", "PRINTED", "EXPIRED", "REVOKED"
    std::uint32_t version{};
    std::uint32_t issue{};
    std::string code_id;
    Instant at;
    std::optional<Instant> until;
    Onlooker by;
};
/// Of one manifest, as they happened, as far as the caller sees it; after the one with that id.
std::vector<RoadsideOpening> openings_of(pqxx::transaction_base& db, const ManifestId& manifest,
                                         const std::string& after, int limit);

}  // namespace liuhen::server::store
