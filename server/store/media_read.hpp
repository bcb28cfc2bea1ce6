// SQL of what devices sent beside positions, as the caller may see it.
#pragma once

#include "base/geo.hpp"
#include "base/ids.hpp"
#include "base/time.hpp"

#include <pqxx/transaction_base>

#include <optional>
#include <string>
#include <vector>

namespace liuhen::server::store {

/// When something was made; `at` is what counts, see store::Moment.
struct SeenMoment {
    std::optional<Instant> device_at;
    Instant at;
    Instant received_at;
};

/// One medium without its bytes.
struct SeenMedium {
    std::string id;
    std::string sha256;  ///< hex
    int size{};          ///< bytes
    std::int64_t number{};
    int kind{}, format{}, event{}, channel{};  ///< as declared
    std::string found;                         ///< format by the first bytes; empty: none known
    SeenMoment moment;
    std::optional<LatLon> where;
    std::string terminal;   ///< number
    std::string vehicle;    ///< on which it was then; empty: on none
    std::string manifests;  ///< JSON: [{manifest, manifest_no}] whose trips it falls into
};

/// One document without its body.
struct SeenDocument {
    std::string id;
    int message{};
    int edition{};
    std::string sha256;  ///< of the body, hex
    int size{};
    SeenMoment moment;
    std::string terminal;
    std::string vehicle;
    std::string content;  ///< JSON; empty: it could not be read
    bool of_own_truck{};  ///< the caller is the carrier whose truck it was
};

/// A page: of times in [from, until), by first receipt, after the one with the id `after`.
struct PageOf {
    std::optional<Instant> from, until;  ///< empty: without end
    std::string after;                   ///< empty: from the start
    int limit{};
    int message = 0;  ///< documents only; 0: all
};

std::vector<SeenMedium> media_of_vehicle(pqxx::transaction_base& db, const VehicleId& vehicle,
                                         const PageOf& page);
/// Those within the trips of a manifest.
std::vector<SeenMedium> media_of_manifest(pqxx::transaction_base& db, const ManifestId& manifest,
                                          const PageOf& page);
/// Those of a vehicle not farther than `within` from one of these times, at most `limit`.
std::vector<SeenMedium> media_near(pqxx::transaction_base& db, const VehicleId& vehicle,
                                   const std::vector<Instant>& times, Duration within, int limit);
std::optional<SeenMedium> find_medium(pqxx::transaction_base& db, const std::string& id);
/// The content of one that was found.
std::string medium_bytes(pqxx::transaction_base& db, const std::string& id);

std::vector<SeenDocument> documents_of_vehicle(pqxx::transaction_base& db, const VehicleId& vehicle,
                                               const PageOf& page);
std::vector<SeenDocument> documents_of_manifest(pqxx::transaction_base& db,
                                                const ManifestId& manifest, const PageOf& page);

/// Whether one of these numbers is that of a manifest open on the vehicle then, whoever asks.
bool is_open_on(pqxx::transaction_base& db, const VehicleId& vehicle, Instant at,
                const std::vector<std::string>& numbers);
/// The first of these numbers whose manifest the caller may see.
struct NamedManifest {
    std::string id, no;
};
std::optional<NamedManifest> manifest_with_number(pqxx::transaction_base& db,
                                                  const std::vector<std::string>& numbers);

/// What a driver card's message said, oldest first.
struct SeenCard {
    Instant at;
    std::string content;  ///< JSON
};
/// Cards of a vehicle from the last one before `from` (a week at most) to `until`.
std::vector<SeenCard> cards_of_vehicle(pqxx::transaction_base& db, const VehicleId& vehicle,
                                       Instant from, Instant until);
/// The first card of somebody else that was put in during a trip: with another name than `name` and
/// another certificate than `certificate`, both without spaces. However often other cards were
/// told.
std::optional<SeenCard> card_of_another(pqxx::transaction_base& db, const TripId& trip,
                                        const std::string& name, const std::string& certificate);
/// The trips of a manifest, leg by leg.
std::vector<TripId> trips_of(pqxx::transaction_base& db, const ManifestId& manifest);

}  // namespace liuhen::server::store
