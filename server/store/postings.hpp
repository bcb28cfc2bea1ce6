// SQL of what manifests move in the ledger: which containers they name, what stands posted.
#pragma once

#include "manifest/custody/postings.hpp"
#include "server/store/containers.hpp"

#include <pqxx/transaction_base>

#include <map>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// A container that a manifest moves, as it is looked for in the register. A line without marks is
/// one, without a code.
struct Mark {
    std::string code;  ///< as named on the manifest; empty: a line by itself
    std::string tag;
    std::string own;  ///< its code in the register when it is made by the loading
    std::string waste_code;
};
struct NamedContainer {
    std::size_t mark{};  ///< which of the marks, from 0
    ContainerId id;
    PartyId party;
    std::string waste_code;
    bool entered = false;  ///< by a clerk, not by a loading
    Grams held;            ///< in the producer's book
    std::string open_on;   ///< number of another open manifest; empty: none
    bool own = true;       ///< of the producer's book; else only the mark is said
    bool spent = false;    ///< entered once, and the producer's book holds nothing of it any more
    bool changed = false;  ///< in weight by the producer's clerk since the producer signed the load
};
/// What each mark may be, the likeliest first; a mark can have several, and two marks the same.
/// Marks that nobody registered are left out; a label that only other firms have comes last,
/// without its container.
std::vector<NamedContainer> containers_named(pqxx::transaction_base& db, const ManifestId& manifest,
                                             const std::vector<Mark>& marks);

/// What the book says of the labels of those containers that the manifest names by code alone, by
/// code.
std::map<std::string, std::string> labels_of(pqxx::transaction_base& db,
                                             const ManifestId& manifest);

/// The number of the open manifest on which the container is on a truck; empty: none.
std::string carried_on(pqxx::transaction_base& db, const ContainerId& container);

/// An entry of the manifest in the ledger.
struct PostedMovement {
    manifest::custody::Movement movement;
    std::uint8_t line_no{};
    std::string batch;  ///< of the ledger; empty: none
};
std::vector<PostedMovement> posted_by(pqxx::transaction_base& db, const ManifestId& manifest);

/// What the party's book holds of each, in their order.
std::vector<Grams> held_by(pqxx::transaction_base& db, const PartyId& party,
                           const std::vector<ContainerId>& containers);

/// What a person says of entries that no event makes. Empty: the service enters them.
struct Statement {
    std::string reason;
    std::string token_id;
    std::string person;
};

/// Enters them in their order, with the containers that they make.
void post_movements(pqxx::transaction_base& db, const ManifestId& manifest,
                    const std::vector<StoredContainer>& made,
                    const std::vector<PostedMovement>& movements, const std::string& method,
                    Instant now, const Statement& said = {});

}  // namespace liuhen::server::store
