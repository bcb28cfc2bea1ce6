// SQL of camera passages, and the alerts that come of impossible ones.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"
#include "base/units.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// A passage is held against what the truck did this long before and after it.
inline constexpr std::chrono::hours passage_reach{12};
/// Data that comes later than this after a passage was told is not held against it.
inline constexpr std::chrono::hours passage_open{72};
/// What is judged no more is forgotten this long after it was told.
inline constexpr std::chrono::hours passage_kept{40 * 24};

/// Takes passages {plate, plate_colour, at, camera, lat, lon} of trucks of the register; others,
/// and those known already, change nothing. How many were new.
int take_passages(pqxx::transaction_base& db, const nlohmann::json& passages,
                  const std::string& token_id, Instant now);

/// A day of a truck, by China's calendar, with passages that are to be judged.
struct PassageDay {
    VehicleId vehicle;
    std::string plate, carrier_id;
    Instant from, until;
    int number{};  ///< 20260301
};
std::vector<PassageDay> passage_days_due(pqxx::transaction_base& db, Instant now, int most);
/// Its passages were judged: sets when to look again, ever more seldom, until `passage_open`.
void looked_at(pqxx::transaction_base& db, const PassageDay& day, Instant now);
/// Forgets what is older than `passage_kept`; how many.
std::size_t forget_passages(pqxx::transaction_base& db, Instant now);

/// A passage and one thing beside it in time: the truck's own fix, or another passage.
struct PassagePair {
    Instant at;
    std::string camera;
    LatLon where;
    Instant other_at;
    std::string other_camera;  ///< empty: the truck's own fix
    LatLon other_where;
    Speed other_speed;
    Metres apart;  ///< geodesic
};
std::vector<PassagePair> pairs_of(pqxx::transaction_base& db, const PassageDay& day);

/// Numbers of the manifests that were on the truck at some time of the span.
std::vector<std::string> manifests_on(pqxx::transaction_base& db, const VehicleId& vehicle,
                                      Instant from, Instant until);

}  // namespace liuhen::server::store
