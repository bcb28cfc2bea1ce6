// SQL of what people read and write about alerts: one alert whole, reviews, notices.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "server/store/alerts.hpp"
#include "server/store/recent.hpp"

#include <nlohmann/json_fwd.hpp>
#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// Every revision of an alert, oldest first; none when the caller may not see it.
std::vector<AlertRow> revisions(pqxx::transaction_base& db, const std::string& alert);

/// What was done about an alert, oldest first: {action, outcome, reason, person, recorded_at}.
nlohmann::json reviews(pqxx::transaction_base& db, const std::string& alert);
bool is_closed(pqxx::transaction_base& db, const std::string& alert);

struct Review {
    std::string alert, action, outcome, reason, token_id, person;
    Instant recorded_at;
};
void insert_review(pqxx::transaction_base& db, const std::string& id, const Review& review);

/// What driver or carrier said of a manifest, oldest first: {id, kind, text, at, recorded_at,
/// person}.
nlohmann::json notices(pqxx::transaction_base& db, const std::string& manifest_id);
/// The same for the manifests of an alert's trip.
nlohmann::json notices_of_trip(pqxx::transaction_base& db, const std::string& trip_id);

struct Notice {
    std::string id, manifest_id, kind, text, token_id, person;
    Instant at, recorded_at;
    std::optional<LatLon> where;  ///< of an incident: its place's authorities are told of it
};
/// The notice as `notices` shows it.
nlohmann::json insert_notice(pqxx::transaction_base& db, const Notice& notice);

/// Incidents of a manifest that an organisation has told since then; holds it against others that
/// come at the same time.
Recent incidents_since(pqxx::transaction_base& db, const std::string& manifest_id,
                       const PartyId& by, Instant since);

/// Alerts of a vehicle that stand now: newest revision, not withdrawn, without an end.
std::vector<AlertRow> standing_alerts(pqxx::transaction_base& db, const std::string& vehicle_id);

}  // namespace liuhen::server::store
