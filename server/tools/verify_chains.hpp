// The part of liuhen-verify that walks the chains of records.
#pragma once

#include "server/tools/verify.hpp"

#include <pqxx/transaction_base>

#include <string>

namespace liuhen::server::verify {

/// Manifests whose ids lie in [from, until); one manifest is a range of its own.
struct Range {
    std::string from = "00000000-0000-0000-0000-000000000000";
    std::string until;  ///< empty: without end
    std::string only;   ///< empty: not just one
    [[nodiscard]] bool everything() const { return until.empty() && only.empty() && !bounded; }
    [[nodiscard]] bool contains(const std::string& manifest) const;
    bool bounded = false;  ///< `from` was asked for
};

/// Every record of the range: hashed anew, compared with its columns and its neighbours, the newest
/// one with the manifest as it stands.
void check_chains(pqxx::transaction_base& db, const Range& range, Report& report,
                  Progress& progress);

}  // namespace liuhen::server::verify
