// SQL of the windows that granted requests to open have: which are over, why, and what the device
// is owed at the end.
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"

#include <pqxx/transaction>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::server::store {

/// A window that is over and still open.
struct EndingWindow {
    std::string request;
    std::string place;  ///< id of the lock, or of the vehicle whose doors it is
    VehicleId vehicle;
    std::string why;  ///< "time", "sealed", "moved", "held", "state", "left": see `words_of_end`
};
/// The windows that are over at `now`, the oldest end first. Other transactions that close windows
/// wait until this one has ended.
std::vector<EndingWindow> find_endings(pqxx::work& db, Instant now);

/// The windows whose truck has left the place that they were granted at (whereabouts.hpp): a look
/// at each that is open. Otherwise as `find_endings`.
std::vector<EndingWindow> find_left_behind(pqxx::work& db, Instant now);

/// The id of the request that led to an order; empty: none did.
std::string unlock_behind(pqxx::work& db, const std::string& order);
/// Keeps the manifests that a request rests on as they are until the transaction ends, and waits
/// for those who change one just now.
void hold_what_allowed(pqxx::work& db, const std::string& request);
/// Why the window of the request that led to an order is over, "none" when it has none; nullopt: it
/// is not, or no request led to the order.
std::optional<std::string> why_over(pqxx::work& db, const std::string& order, Instant now);
/// The words for the outcome of an order whose window ended for this reason.
std::string_view words_of_end(std::string_view why);

/// Closes the window and ends its order: "expired" when it waits to be said, "timed_out" when it
/// was said and not answered. The terminals of what was ended.
std::vector<TerminalId> close_window(pqxx::work& db, const EndingWindow& window, Instant now);

/// What is owed to a place once its last window has closed, by all windows of the stretch of time
/// in which one or another was open without a pause.
struct Debt {
    std::string lock_number;  ///< empty: the doors
    std::string terminal;     ///< id of the row; empty: nobody can be told
    std::string manifest;
    bool passwords = false;  ///< one-time passwords were told
    bool is_sealed = false;  ///< the lock is, by its own last word
};
/// `last`: the request whose window was closed last, at `now`; nullopt: another is still open.
std::optional<Debt> debt_after(pqxx::work& db, const std::string& last, Instant now);

/// The orders by which the end of a window was told.
void note_closing_orders(pqxx::work& db, const std::string& request,
                         const std::vector<std::string>& orders);

}  // namespace liuhen::server::store
