// Alerts: what the watch says, why it says so, and how what it says may change.
#pragma once

#include "base/observation.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::geofence {

/// Alert kinds; `code()` is the name used everywhere outside (feed, docs, database).
enum class Kind : std::uint8_t {
    route_deviation,
    unplanned_stop,
    lock_opened_en_route,
    lock_tamper,
    suspected_dumping,
    zone_entry,
    terminal_silent,
    lock_lost,
    trip_without_manifest,
    wrong_destination,
    trip_overdue,
    position_forged,
    device_fault,
    clone_plate,
    count_,
};
/// `ROUTE_DEVIATION`, `SUSPECTED_DUMPING`, …
std::string_view code(Kind kind);
std::optional<Kind> kind_from_code(std::string_view code);

/// Who is to act: A people (police, inspectors), B the dispatcher, C maintenance.
enum class Tier : std::uint8_t { a, b, c };
/// "A", "B" or "C".
std::string_view code(Tier tier);
inline constexpr std::uint8_t note_grade = 4;
/// A note of a kind of tier B is nobody's call: tier C.
Tier tier_of(Kind kind, std::uint8_t grade);

/// One reason in an alert: a named measure, the limit it was held against, and its share (0..1) of
/// the decision.
struct Term {
    std::string name;  ///< stable, with its unit: "max_offset_m", "stopped_s"
    double value{};
    double limit{};
    double share{};
    friend bool operator==(const Term&, const Term&) = default;
};

/// A stretch without data inside or beside the episode.
struct Gap {
    Instant from;
    Instant until;
    friend bool operator==(const Gap&, const Gap&) = default;
};

/// Why the alert stands, in device time only: the same observations give the same evidence in any
/// order of arrival. Lengths are geodesic (WGS 84).
struct Evidence {
    std::vector<Fix> path;         ///< fixes used, oldest first, at most `max_evidence_fixes`
    std::uint32_t fixes_total{};   ///< fixes in the episode, also those not listed
    std::vector<LockEvent> locks;  ///< lock events used
    std::vector<Term> terms;
    std::vector<Gap> gaps;
    std::optional<LatLon> where;  ///< the place to go to
    std::string place;            ///< name of the site or zone concerned, if any
    std::string would_clear;      ///< what would have cleared it, one English sentence
    friend bool operator==(const Evidence&, const Evidence&) = default;
};
inline constexpr std::size_t max_evidence_fixes = 60;

/// One episode of one kind on one trip.
struct Alert {
    std::string key;  ///< trip.KIND.number (URL-safe, no slash); fixed when first raised
    TripId trip;
    VehicleId vehicle;
    std::vector<std::string> manifest_nos;
    Kind kind{};
    Tier tier{};
    std::uint8_t grade = 3;        ///< 1 gravest .. 4 note (requirements: alerts, kinds, grades)
    Instant since;                 ///< device time of the first moment
    std::optional<Instant> until;  ///< device time of its end; nullopt while it lasts
    Instant detected_at;           ///< when the deciding data was received (first raise)
    bool late = false;             ///< raised from data older than the newest already received
    std::uint32_t revision = 1;    ///< counts up with each change
    bool withdrawn = false;
    std::string rule_set;  ///< version of the thresholds
    Evidence evidence;
};

/// A new revision of an alert; earlier revisions are never edited.
struct AlertChange {
    enum class What : std::uint8_t { raised, amended, withdrawn } what{};
    Alert alert;
};
std::string_view code(AlertChange::What what);

}  // namespace liuhen::geofence
