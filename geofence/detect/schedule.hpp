// TRIP_OVERDUE and WRONG_DESTINATION: late beyond what the signals explain, and unloading
// elsewhere.
#pragma once

#include "geofence/finding.hpp"
#include "geofence/moment.hpp"

namespace liuhen::geofence {

/// A trip is overdue once it is late by `overdue_unexplained` beyond the time that a queue or a
/// wait near the destination explains; and in any case from `overdue_at_most`, or half the planned
/// way's duration when that is shorter. Judged at every fix and, by the clock, without any.
class Overdue {
public:
    void see(const Moment& moment, std::optional<Instant> departed, const Trip& trip,
             Findings& found);
    Episodes end(Instant at, const Trip& trip);
    [[nodiscard]] const std::optional<OpenEpisode>& open() const { return open_; }
    /// The lateness at `now`, when it is one that no fix has seen.
    [[nodiscard]] std::optional<Episode> unseen(Instant now, std::optional<Instant> departed,
                                                const Trip& trip) const;

private:
    [[nodiscard]] double allowed_s(std::optional<Instant> departed, const Trip& trip) const;
    [[nodiscard]] Evidence evidence(double late_s, double allowed, const Trip& trip) const;

    double explained_s_ = 0;
    double allowed_s_ = 0;  ///< as last judged
    std::optional<Fix> last_;
    std::optional<OpenEpisode> open_;
};

/// A stay at a site that takes waste and is neither origin nor destination, with a sign of
/// unloading, or a long one of a truck without a lock or a scale to tell otherwise; or a long stay
/// off the route of a truck that is overdue.
class WrongPlace {
public:
    /// `unloads`: a lock is open, the load fell, the body was tipped. `can_tell`: this truck has
    /// shown that its lock or scale reports.
    struct Signs {
        bool unloads = false;
        bool can_tell = false;
    };
    Episodes see(const Moment& moment, const Signs& signs, const Trip& trip, Findings& found);
    Episodes end(Instant at, const Trip& trip);
    [[nodiscard]] const std::optional<OpenEpisode>& open() const { return open_; }

private:
    [[nodiscard]] const Site* taker(const Moment& moment, const Trip& trip) const;
    [[nodiscard]] Evidence evidence(const Trip& trip) const;

    std::string site_id_, site_;  ///< name; empty: no site, somewhere off the route
    std::optional<Instant> since_;
    double stayed_s_ = 0, limit_s_ = 0;
    bool unloads_ = false;
    Track track_;
    std::optional<Fix> first_, last_;
    std::optional<OpenEpisode> open_;
};

}  // namespace liuhen::geofence
