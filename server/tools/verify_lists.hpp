// The part of liuhen-verify that holds the history against its signed lists.
#pragma once

#include "server/history/folder.hpp"
#include "server/tools/verify_chains.hpp"

#include <functional>

namespace liuhen::server::verify {

/// Asks a newer snapshot than the one under check whether the database has a list by now.
using HasNow = std::function<std::optional<std::string>(std::uint64_t number)>;

/// What the lists are checked with.
struct Trust {
    std::vector<history::Verifier> keys;
    std::string folder;  ///< empty: the database's lists are all there is
    HasNow text_now;     ///< text of a list made since, nullopt: none
};

/// Every list: signed by a trusted key, following the one before, naming heads that are still
/// there; the same in the database as in the folder. Records of the range that no list names and
/// that do not wait for one. With the whole history in range, its totals.
void check_lists(pqxx::transaction_base& db, const Range& range, const Trust& trust, Report& report,
                 Progress& progress);

}  // namespace liuhen::server::verify
