#include "server/store/history.hpp"

#include "server/store/digest_text.hpp"
#include "server/store/statement.hpp"

#include <pqxx/pqxx>

#include <stdexcept>

namespace liuhen::server::store {

using history::Digests;
using history::Happening;

namespace {

constexpr Statement digests_before{
    "digests_before",
    "SELECT encode(sha256, 'hex'), encode(sm3, 'hex') FROM manifest_events"
    " WHERE manifest_id = $1::uuid AND version = $2::int - 1"};
constexpr Statement append_to_chain{
    "append_to_chain",
    "WITH told AS (INSERT INTO manifest_events (manifest_id, version, transition, event, role,"
    " party_id, token_id, person, origin, at, recorded_at, record, sha256, sm3) VALUES"
    " ($1::uuid, $2::int, $3, $4, $5, NULLIF($6, '')::uuid, NULLIF($7, '')::uuid, $8, $9,"
    " $10::timestamptz, $11::timestamptz, $12, decode($13, 'hex'), decode($14, 'hex')))"
    " INSERT INTO history_pending (manifest_id, version, sha256, sm3) VALUES"
    " ($1::uuid, $2::int, decode($13, 'hex'), decode($14, 'hex'))"};

}  // namespace

Digests previous_digests(pqxx::transaction_base& db, const std::string& manifest,
                         std::uint32_t version) {
    if (version <= 1) return history::before_the_first;
    const auto rows = ask(db, digests_before, manifest, std::to_string(version));
    if (rows.empty())
        throw std::logic_error{"manifest " + manifest + " has no record before version " +
                               std::to_string(version)};
    return read_digests(rows[0][0], rows[0][1]);
}

void append_record(pqxx::transaction_base& db, const Happening& one, const Digests& previous) {
    const std::string record = history::record_text(one);
    const Digests digests = history::chained(previous, record);
    ask(db, append_to_chain, one.manifest, std::to_string(one.version), one.transition, one.event,
        one.role, one.party, one.token, one.person, one.origin, to_iso(one.at),
        to_iso(one.recorded_at), record, history::hex(digests.sha256), history::hex(digests.sm3));
}

}  // namespace liuhen::server::store
