// SQL of signature codes: given out, found again by their digest, spent; and wrong ones counted.
#pragma once

#include "base/geo.hpp"
#include "base/time.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// What a new code signs, for whom, where and how long.
struct NewSignatureCode {
    std::string id, party, role;
    std::string member;  ///< uuid; empty: a person without an account
    std::string account, person;
    std::vector<std::string> events;
    std::string manifest;  ///< uuid; empty: of a sheet
    std::string sheet;     ///< uuid; empty: of a manifest
    int sheet_no = 0;      ///< from 1 on a sheet
    std::string site;      ///< uuid; empty: good anywhere
    std::string content;   ///< HMAC in hex of the only form that it signs; empty: of any
    std::string digest;    ///< HMAC, in hex
    std::string token;     ///< who had it made
    Instant now, expires_at;
};
void insert_signature_code(pqxx::transaction_base& db, const NewSignatureCode& code);

/// What an organisation has given out. Whoever counts holds the right to give until the
/// transaction ends, so that two at once do not give too many.
struct CodesGiven {
    int within_a_day{};  ///< whatever became of them
    int live{};          ///< on sheets
    int of_manifest{};   ///< live ones of the manifest named
};
CodesGiven count_codes(pqxx::transaction_base& db, const std::string& party,
                       const std::string& manifest, Instant now);

/// Withdraws what the account holds unused for an event of the manifest: the next code replaces it.
void replace_codes(pqxx::transaction_base& db, const std::string& manifest,
                   const std::string& account, const std::string& event, Instant now);

/// Of the caller's organisation, without digests, newest first.
std::vector<nlohmann::json> list_signature_codes(pqxx::transaction_base& db,
                                                 const std::string& before, int limit, Instant now);

/// Withdraws a code, or all codes of a sheet that are unused. False: none that the caller may.
bool revoke_signature_codes(pqxx::transaction_base& db, const std::string& id, Instant now);

// ---- signing ----

/// A try to sign for `owner` on a device of `asker`.
struct SignatureTry {
    std::string owner, asker;  ///< uuids of organisations
    std::string address;
    std::string manifest;
    Instant now;
};
/// Holds the counters of the try until the transaction ends, so that tries at once are one after
/// the other. A value: locked until then, and the code is not to be looked at.
std::optional<Instant> begin_guess(pqxx::transaction_base& db, const SignatureTry& one);
/// Counts it as wrong; how many more the asker has at this owner before it is locked.
int count_wrong(pqxx::transaction_base& db, const SignatureTry& one);

/// A code that fits: who signs by it.
struct FoundCode {
    std::string id, account, person, member;
    std::string content;  ///< HMAC in hex of the only form that it signs; empty: of any
};
/// `digests` in hex, one for each of the server's keys. Nullopt: wrong, spent, withdrawn, out of
/// time, or of another owner, role, manifest, event or place; nobody is told which.
std::optional<FoundCode> find_signature_code(pqxx::transaction_base& db, const SignatureTry& one,
                                             const std::vector<std::string>& digests,
                                             const std::string& role, const std::string& event,
                                             const std::optional<LatLon>& where);
/// The code has signed.
void spend_signature_code(pqxx::transaction_base& db, const SignatureTry& one,
                          const std::string& code, const std::string& event,
                          const std::string& token);

/// What stands against others at the caller's codes.
std::vector<nlohmann::json> list_signature_locks(pqxx::transaction_base& db, Instant now);
/// Forgives it.
void lift_signature_locks(pqxx::transaction_base& db);

}  // namespace liuhen::server::store
