// Locks in the items of a position: what each item says of which lock. Layouts only; what an event
// number or a bit means comes from the dialect.
#pragma once

#include "telematics/jtt808/messages.hpp"
#include "telematics/profile.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// An event of item 0B or 60.
struct LockItemEvent {
    std::uint16_t number{};
    const EventRule* rule{};            ///< nullptr: a number that the dialect does not explain
    bool refused = false;               ///< its result says that it did not open
    std::optional<std::uint8_t> fence;  ///< the fence it opened in
    std::string lock;   ///< digits of the lock it is about; empty: the terminal itself
    std::string actor;  ///< card, user or phone number; never a password
};
/// Reads items of `Reading::lock_event` and `Reading::event`. Nullopt when too short for its event.
std::optional<LockItemEvent> read_lock_event(const Item& item, Reading reading,
                                             const Dialect& dialect);

/// One lock of a list (D5, 63).
struct ListedLock {
    std::string lock;  ///< digits, zeros kept
    std::string card;  ///< last card; empty when none or not in the list's form
    std::optional<std::uint8_t> battery_percent;
    std::optional<double> battery_v;
    std::optional<std::uint16_t> status;
    std::optional<bool> sealed;
    std::optional<bool> rod_closed;
    std::optional<std::uint8_t> signal;
};
/// Reads items of `Reading::lock_list` and `Reading::slave_locks`. Empty when the length is no list
/// of whole entries or another number of them than announced.
std::vector<ListedLock> read_listed_locks(const Item& item, Reading reading);

}  // namespace liuhen::telematics::jtt808
