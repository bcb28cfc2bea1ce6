// SQL of manifests: the document, its history, its numbers and its trips.
#pragma once

#include "manifest/lifecycle.hpp"

#include <pqxx/transaction_base>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// The manifest as stored; nullopt when there is none or the caller may not see it.
std::optional<manifest::Manifest> find_manifest(pqxx::transaction_base& db, const ManifestId& id);
/// The same, and nobody else changes it until the transaction ends.
std::optional<manifest::Manifest> lock_manifest(pqxx::transaction_base& db, const ManifestId& id);

/// A line of the append-only history.
struct EventRow {
    std::string transition;  ///< "T10"
    std::string event;       ///< "load_sign"; "due_time" is the service's own
    manifest::Actor by;
    std::string token_id;
    std::string person;
    Instant at;
    Instant recorded_at;
    std::string stated;    ///< the request's body as JSON text
    std::string origin;    ///< address it came from; empty: the service itself
    std::string delegate;  ///< who acts for `by` under a delegation; empty: itself
};
/// Stores `next` (a first version is inserted) with the event that led to it, chained to the
/// records before it: docs/history.md.
void store_manifest(pqxx::transaction_base& db, const manifest::Manifest& next,
                    const EventRow& event);

/// The columns that repeat what the document says, by name, as texts; empty: null.
std::map<std::string, std::string> columns_of(const manifest::Manifest& manifest);

/// The next number of a series, its row locked until the transaction ends; empty after 999999.
std::string draw_number(pqxx::transaction_base& db, const manifest::NumberSeries& series);

/// Stands for the leg under watch: "<manifest>" for the first, "<manifest>-2" and so on.
TripId trip_of(const manifest::Manifest& manifest);
/// Arms the trip of the current leg at its driver's signature.
void arm_trip(pqxx::transaction_base& db, const manifest::Manifest& manifest,
              const std::string& rule_set);
/// Facts of the trip that persons have said since.
struct TripNews {
    RouteId route;                       ///< empty: as before
    std::optional<Instant> departed_at;  ///< empty: as before
    std::optional<Instant> arrived_at;
    std::optional<Instant> ended_at;
};
void amend_trip(pqxx::transaction_base& db, const TripId& trip, const TripNews& news);

/// A page of the caller's manifests by id, newest last. `state` empty: all.
struct ManifestQuery {
    std::string state;
    std::string after;  ///< id of the last one seen; empty: from the start
    int limit = 50;
};
std::vector<manifest::Manifest> list_manifests(pqxx::transaction_base& db,
                                               const ManifestQuery& query);

}  // namespace liuhen::server::store
