// SQL of what the meters of a pipe have counted, day by day, at either end (Order 23 art. 19).
#pragma once

#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"
#include "server/store/recent.hpp"

#include <pqxx/transaction_base>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

enum class PipeEnd : std::uint8_t { out, in };  ///< the producer's, the receiver's

/// One day at one end.
struct MeterEntry {
    std::uint8_t line_no{};
    PipeEnd end{};
    std::chrono::sys_days day;  ///< in China
    Grams weight;
    std::string meter;   ///< its number
    std::string reason;  ///< of a correction; empty: the first entry of that day
    std::string token_id;
    std::string person;
    Instant recorded_at;
    int revision = 1;
};

/// How often the day has been entered at that end; holds it against other entries.
int revisions_of(pqxx::transaction_base& db, const ManifestId& manifest, const MeterEntry& entry);
enum class EntryKind : std::uint8_t { first, correction };
/// Entries of a kind that were made at that end since then.
Recent entries_since(pqxx::transaction_base& db, const ManifestId& manifest, PipeEnd end,
                     EntryKind kind, Instant since);
void add_meter_entry(pqxx::transaction_base& db, const ManifestId& manifest,
                     const MeterEntry& entry);

/// The entries that count (the last of each day), by day, line and end.
std::vector<MeterEntry> meter_entries(pqxx::transaction_base& db, const ManifestId& manifest);
/// Their sums by line; lines that were never entered are not in it.
std::map<std::uint8_t, Grams> metered(pqxx::transaction_base& db, const ManifestId& manifest,
                                      PipeEnd end);

/// Tells both firms and the authorities of both places that the ends of a pipe disagree.
void tell_of_difference(pqxx::transaction_base& db, const ManifestId& manifest, Instant now);

}  // namespace liuhen::server::store
