// What of the manifests changed, in one order without holes.
#pragma once

#include <pqxx/transaction_base>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// A version of a manifest in its place of the order.
struct Change {
    std::int64_t no{};  ///< 1, 2, 3, …
    std::string manifest;
    std::uint32_t version{};
    bool seen{};              ///< false: the caller could see the manifest, and no longer does
    std::string number;       ///< of the manifest; empty: a draft
    std::string state;        ///< as of `version`
    std::string event;        ///< empty: older than the history
    std::string at;           ///< ISO 8601, when it happened
    std::string recorded_at;  ///< when the server took it
};

/// Gives numbers to at most `most` committed versions that have none, those of one manifest in
/// their order; returns how many. One at a time whoever asks, so that what commits later gets a
/// higher number. As liuhen_core.
std::size_t number_changes(pqxx::transaction_base& db, std::size_t most);

/// Number of the newest change; 0: none.
std::int64_t newest_change(pqxx::transaction_base& db);

/// Which changes are wanted: beyond `after`, up to and with `until`, at most `limit`.
struct ChangeQuery {
    std::int64_t after{};
    std::int64_t until{};
    int limit{};
};
/// Those of an organisation, found by its own index.
std::vector<Change> changes_of_party(pqxx::transaction_base& db, const ChangeQuery& query);
/// Those that an authority or the operator may see, found by looking at each.
std::vector<Change> changes_of_area(pqxx::transaction_base& db, const ChangeQuery& query);

}  // namespace liuhen::server::store
