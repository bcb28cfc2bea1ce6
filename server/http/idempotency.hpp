// The same key, the same answer: what a client may safely send again.
#pragma once

#include "server/http/message.hpp"

#include <pqxx/transaction_base>

#include <chrono>
#include <optional>
#include <string>

namespace liuhen::server::http {

inline constexpr std::chrono::hours answers_kept{24};  ///< by the server's clock

/// Only requests with `Idempotency-Key` are remembered, and only answers that changed something:
/// a refused request left no trace and may be sent again.
bool is_repeatable(const Request& request);

/// The stored answer of an equal request of the same token; a 409 when the key was used for another
/// request; 422 when the key is malformed; nullopt when the request is new. Holds the key until the
/// transaction ends, so that of two equal requests at once the second waits for the first.
std::optional<Reply> stored_answer(pqxx::transaction_base& db, const Call& call);

/// Keeps the answer beside what the request changed, in the same transaction.
void store_answer(pqxx::transaction_base& db, const Call& call, const Reply& reply);

}  // namespace liuhen::server::http
