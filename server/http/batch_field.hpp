// The batch code that a clerk gives an entry of the ledger.
#pragma once

#include "manifest/custody/batches.hpp"
#include "server/http/message.hpp"
#include "server/json/fields.hpp"
#include "server/store/books.hpp"

#include <optional>
#include <string>

namespace liuhen::server::http {

/// The field `batch`, judged by the entry's kind and day; empty when there is none.
inline std::string read_batch(Fields& form, manifest::custody::MovementKind kind, Instant at) {
    const auto batch = form.text("batch", {1, 40});
    const auto wrong =
        batch.empty() ? std::string_view{} : manifest::custody::batch_fault(batch, kind, at);
    if (!wrong.empty()) form.add(wrong, "batch", batch);
    return batch;
}

/// Entries of one batch are of one waste.
inline std::optional<Fault> batch_of_other_waste(pqxx::transaction_base& db, const Call& call,
                                                 const std::string& waste_code,
                                                 const std::string& batch) {
    if (batch.empty()) return std::nullopt;
    const auto known = store::waste_of_batch(db, call.caller.party, batch);
    if (known.empty() || known == waste_code) return std::nullopt;
    return fault("BATCH_OTHER_WASTE", "/batch", known);
}

}  // namespace liuhen::server::http
