#include "server/store/history_read.hpp"

#include "server/store/anchors.hpp"
#include "server/store/digest_text.hpp"
#include "server/store/sql_text.hpp"

#include <pqxx/pqxx>

#include <stdexcept>

namespace liuhen::server::store {
namespace {

ProvenHead proven(pqxx::transaction_base& db, std::uint64_t number, std::size_t position) {
    const auto list = find_list(db, number);
    if (!list || position >= list->heads.size())
        throw std::runtime_error{"list " + std::to_string(number) + " lacks a head"};
    std::vector<history::Digests> leaves;
    leaves.reserve(list->heads.size());
    for (const auto& head : list->heads)
        leaves.push_back(history::leaf_of(history::head_text(head)));
    const auto& head = list->heads[position];
    return {number,
            head.version,
            list->text,
            list->signatures,
            history::head_text(head),
            position,
            history::path_of(std::move(leaves), position)};
}

}  // namespace

std::vector<StoredRecord> records_of(pqxx::transaction_base& db, const std::string& manifest,
                                     std::uint32_t after, int limit) {
    const auto rows = db.exec_params(
        "SELECT version, record, encode(sha256, 'hex'), encode(sm3, 'hex'),"
        " (SELECT min(number) FROM history_heads h WHERE h.manifest_id = e.manifest_id"
        " AND h.version >= e.version) FROM manifest_events e WHERE manifest_id = $1::uuid"
        " AND version > $2::int ORDER BY version LIMIT $3::int",
        manifest, std::to_string(after), std::to_string(limit));
    std::vector<StoredRecord> found;
    for (const auto& row : rows) {
        found.push_back({row[0].as<std::uint32_t>(), row[1].c_str(), read_digests(row[2], row[3]),
                         std::nullopt});
        if (!row[4].is_null()) found.back().list = row[4].as<std::uint64_t>();
    }
    return found;
}

std::vector<ProvenHead> proofs_of(pqxx::transaction_base& db, const std::string& manifest,
                                  std::uint32_t after, std::uint32_t until) {
    const auto rows = db.exec_params(
        "SELECT number, position FROM history_heads WHERE manifest_id = $1::uuid"
        " AND version > $2::int AND version <= coalesce((SELECT min(version) FROM history_heads"
        " WHERE manifest_id = $1::uuid AND version >= $3::int), $3::int) ORDER BY number",
        manifest, std::to_string(after), std::to_string(until));
    std::vector<ProvenHead> found;
    for (const auto& row : rows)
        found.push_back(proven(db, row[0].as<std::uint64_t>(), row[1].as<std::size_t>()));
    return found;
}

std::vector<StoredKeys> history_keys(pqxx::transaction_base& db) {
    std::vector<StoredKeys> found;
    for (const auto& row : db.exec(
             "SELECT id, ed25519, sm2, (extract(epoch FROM since) * 1000)::bigint FROM history_keys"
             " ORDER BY since, id"))
        found.push_back({row[0].c_str(), row[1].c_str(), row[2].c_str(),
                         instant_from_ms(row[3].as<std::int64_t>())});
    return found;
}

}  // namespace liuhen::server::store
