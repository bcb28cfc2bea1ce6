// SQL of the history as it is shown: records, and where signed lists name them.
#pragma once

#include "server/history/digest.hpp"
#include "server/history/key.hpp"
#include "server/history/tree.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

struct StoredRecord {
    std::uint32_t version{};
    std::string text;  ///< as hashed
    history::Digests digests;
    std::optional<std::uint64_t> list;  ///< the first signed list that covers it
};
/// Records after version `after` in their order, as far as the caller may see the manifest.
std::vector<StoredRecord> records_of(pqxx::transaction_base& db, const std::string& manifest,
                                     std::uint32_t after, int limit);

/// A head of the manifest in a signed list, with what proves that it stands there.
struct ProvenHead {
    std::uint64_t number{};
    std::uint32_t version{};
    std::string list;  ///< text
    history::Signatures signatures;
    std::string head;  ///< text of the leaf
    std::uint64_t position{};
    std::vector<history::Step> path;
};
/// Those that name a version in (`after`, `until`], and the first one beyond unless one names
/// `until` itself.
std::vector<ProvenHead> proofs_of(pqxx::transaction_base& db, const std::string& manifest,
                                  std::uint32_t after, std::uint32_t until);

/// Every key that ever signed a list.
struct StoredKeys {
    std::string id, ed25519_pem, sm2_pem;
    Instant since;
};
std::vector<StoredKeys> history_keys(pqxx::transaction_base& db);

}  // namespace liuhen::server::store
