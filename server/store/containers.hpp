// SQL of containers and of the ledger of their movements (docs/decisions/036).
#pragma once

#include "manifest/custody/ledger.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

using manifest::custody::ContainerId;
using manifest::custody::Movement;

/// One filling of a drum, bag or tank. Empty texts: not said.
struct StoredContainer {
    ContainerId id;
    PartyId party;     ///< who filled it
    std::string code;  ///< once in its party's book
    std::string
        tag;  ///< digital identification code, as its label is read; once in its maker's book
    std::string waste_code;
    std::string waste_name;
    std::string package;
    std::optional<Grams> tare;
    Instant made_at;
    friend bool operator==(const StoredContainer&, const StoredContainer&) = default;
};

/// Who enters something.
struct Clerk {
    std::string token_id;
    std::string person;
    Instant now;  ///< the server's clock
};

void insert_container(pqxx::transaction_base& db, const StoredContainer& container,
                      const Clerk& by);
void relabel(pqxx::transaction_base& db, const ContainerId& container, const std::string& tag);
std::optional<StoredContainer> find_container(pqxx::transaction_base& db, const ContainerId& id);
/// Nobody else enters movements of these until the transaction ends.
void hold_containers(pqxx::transaction_base& db, std::vector<ContainerId> ids);

/// Containers that the caller sees, by id. Empty texts: all.
struct ContainerQuery {
    PartyId book;  ///< only what has passed through it
    std::string code;
    std::string tag;
    std::string after;
    int limit = 50;
};
std::vector<StoredContainer> list_containers(pqxx::transaction_base& db,
                                             const ContainerQuery& query);

/// What is said of a movement beside its weight. Empty: not said.
struct MovementWords {
    std::string operation;  ///< uuid of what was entered together
    SiteId site;
    std::string place;
    std::string method;
    std::string reason;
    std::string tag;
    ManifestId manifest;
    std::string person;
    Instant recorded_at;
    std::string batch;  ///< of the ledger (manifest/custody/batches.hpp)
};
struct StoredMovement {
    std::int64_t id{};
    Movement movement;
    MovementWords words;
};
/// Enters them in their order. Throws the database's refusal when a book would be overdrawn.
void add_movements(pqxx::transaction_base& db, const std::vector<Movement>& movements,
                   const MovementWords& words, const Clerk& by);
/// Those of the containers that the caller sees, as they happened; at most `most_movements`.
inline constexpr int most_movements = 10'000;
std::vector<StoredMovement> movements_of(pqxx::transaction_base& db,
                                         const std::vector<ContainerId>& containers);
/// Those of them that move weight, all; nullopt when they are more than `most_judged`.
inline constexpr int most_judged = 50'000;
std::optional<std::vector<Movement>> weights_of(pqxx::transaction_base& db,
                                                const std::vector<ContainerId>& containers);
/// Waste codes of the containers that the caller sees.
std::map<ContainerId, std::string> wastes_of(pqxx::transaction_base& db,
                                             const std::vector<ContainerId>& containers);
std::vector<Movement> plain(const std::vector<StoredMovement>& stored);

/// What was poured from one container into another.
struct Regrouping {
    ContainerId from, into;
    Grams weight;
    Instant at;
    friend bool operator==(const Regrouping&, const Regrouping&) = default;
};
void add_regroupings(pqxx::transaction_base& db, const std::vector<Regrouping>& poured,
                     const std::string& operation, const PartyId& by);

/// Containers that a container's waste came from or went to, itself among them.
struct TraceNode {
    StoredContainer container;
    int back = -1;     ///< regroupings away, towards where it came from; -1: not that way
    int forward = -1;  ///< the other way
};
struct Trace {
    std::vector<TraceNode> nodes;   ///< itself first, then the nearest
    std::vector<Regrouping> edges;  ///< between these
    bool cut = false;               ///< there are more, beyond `trace_depth` or `trace_breadth`
};
inline constexpr int trace_depth = 32;       ///< regroupings one after the other
inline constexpr int trace_breadth = 2'000;  ///< steps walked
/// As far as the caller sees. Nothing when he does not see the container itself.
Trace trace(pqxx::transaction_base& db, const ContainerId& id);

}  // namespace liuhen::server::store
