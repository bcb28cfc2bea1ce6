// Orders as people see them: row-level security decides which.
#pragma once

#include "server/store/parties.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <optional>
#include <string>

namespace liuhen::server::store {

/// An order with who asked, how far it has come and what answered; not its trail.
extern const Register orders;

/// The changes of an order, oldest first, as a JSON array.
nlohmann::json trail_of(pqxx::transaction_base& db, const std::string& order);

/// What the answer to an order held, as far as the caller may see it: `position` {at, lat, lon,
/// speed_kmh}, `document` with the `content` of a message that is kept readable (parameters,
/// attributes, a driver's card), `media` taken on command since it was said. Each only when there
/// is one; an object.
nlohmann::json held_in_answer(pqxx::transaction_base& db, const std::string& order);

/// Orders of one terminal by id after `after`.
struct OrdersWanted {
    std::string terminal;
    std::string state;  ///< "open" for all that have not ended; empty: all
    std::string after;  ///< id of the last one seen; empty: from the start
    int limit = 50;
};
RowPage list_orders(pqxx::transaction_base& db, const OrdersWanted& wanted);

/// Whether a terminal is on a vehicle of this carrier at that moment; for an empty carrier, on one
/// that the caller sees, or was as an order was given that he sees. Who sees all reaches every one.
enum class Reach : std::uint8_t { within, beyond };
Reach reach_of(pqxx::transaction_base& db, const std::string& terminal, const std::string& carrier,
               const std::string& at);

}  // namespace liuhen::server::store
