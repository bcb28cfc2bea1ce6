// SQL of traces: which trucks were near a place or a river at a time, and who asked.
#pragma once

#include "base/geo.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/transaction_base>

#include <optional>
#include <string>

namespace liuhen::server::store {

/// A longer pause between two fixes at a place ends a stay there.
inline constexpr std::chrono::minutes trace_gap{10};
/// A truck that reports less than this stands.
inline constexpr Speed trace_still{1.25};

/// What a trace finds: the best rows of `total`.
struct Traced {
    nlohmann::json items = nlohmann::json::array();
    std::int64_t total{};
};

struct NearQuestion {
    LatLon point;
    Metres radius;
    Instant from, until;  ///< device time, `until` excluded
    int limit{};
};
/// Vehicles that the caller may see with a fix at most `radius` (geodesic, WGS 84) from the point.
/// Longest stay first, then the nearest.
Traced trace_near(pqxx::transaction_base& db, const NearQuestion& asked);

/// How fast the water runs; both positive, `least` no greater than `most`.
struct Flow {
    Speed least, most;
};
struct UpstreamQuestion {
    std::string line;  ///< GeoJSON LineString, with the water; ends where something was found
    Metres width;      ///< to either side
    Instant from, until;
    std::chrono::seconds stop{};  ///< a shorter one does not count
    std::optional<Flow> flow;     ///< only stops whose water can have come down at `until`
    int limit{};
};
/// Stops beside the line of vehicles that the caller may see. Nearest upstream first.
Traced trace_upstream(pqxx::transaction_base& db, const UpstreamQuestion& asked);

/// Every trace is written down.
struct TraceEntry {
    std::string token_id, role, person;
    std::string what;  ///< "near" or "upstream"
    nlohmann::json asked;
    std::int64_t found{};
    Instant at;
};
void log_trace(pqxx::transaction_base& db, const TraceEntry& entry);

}  // namespace liuhen::server::store
