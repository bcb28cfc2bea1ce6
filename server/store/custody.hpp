// The chain of custody of one manifest: what was signed, who opened or tried to, what devices were
// told and answered, and what the locks themselves said, in the order in which it happened.
#pragma once

#include "manifest/manifest.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <vector>

namespace liuhen::server::store {

/// An opening this close to a window is the window's: clocks differ, and a rope takes a hand.
inline constexpr std::chrono::minutes window_tolerance{2};
/// Changes of locks in one chain; a trip has some dozens. An entry `cut_off` says that there are
/// more.
inline constexpr int max_lock_changes = 10'000;
/// Repetitions of what is no state (refused, cut, battery low …) that are shown of each lock; the
/// last of them says in `further` how many there are beyond.
inline constexpr int max_lock_repetitions = 200;

/// Entries by time, each with `at`, `source` (manifest, desk, order, lock) and `what`; as far as
/// the caller of the transaction may see them. An opening on the way that no granted window covers
/// is an `unexplained_opening`, whatever the lock says it was opened with.
std::vector<nlohmann::json> custody(pqxx::transaction_base& db, const manifest::Manifest& manifest);

}  // namespace liuhen::server::store
