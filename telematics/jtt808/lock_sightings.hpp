// From what a position says of locks to lock events.
#pragma once

#include "base/observation.hpp"
#include "telematics/jtt808/messages.hpp"
#include "telematics/profile.hpp"

#include <span>
#include <string>
#include <vector>

namespace liuhen::telematics::jtt808 {

/// Appends the lock events of a position to its fix, which is the only element of `seen`. `own` is
/// the number of the terminal, the lock that bits and events without a number of their own are
/// about. Two statements of the same event by one position are one.
void add_lock_events(std::vector<Sighting>& seen, const Position& position, const Dialect& dialect,
                     const std::string& own);

/// The same for the items of a report that has no alarm and status word of 808.
void add_item_events(std::vector<Sighting>& seen, std::span<const Item> items,
                     const Dialect& dialect, const std::string& own);

/// Appends that the lock `own` has reported, with its counter of cuts when an item holds one (a
/// field named `cut_count` in the model's rows). Without a counter only when nothing else was said
/// of it.
void add_lock_report(std::vector<Sighting>& seen, std::span<const Item> items,
                     const Dialect& dialect, const std::string& own);

/// Appends one event that shares its report with the fix at the front of `seen`.
void add_lock_event(std::vector<Sighting>& seen, LockEvent event);

}  // namespace liuhen::telematics::jtt808
