// In which profile would a device make sense? Its own frames are read in every known profile and
// the readings compared. Nothing here decides: an operator does.
#pragma once

#include "telematics/profile.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace liuhen::telematics {

/// What a JT/T 808 device sent, as the archive or quarantine keeps it: header to checksum, without
/// delimiters.
struct Evidence {
    std::vector<std::byte> bytes;
    Instant received;
};

/// How much of something makes sense: `good` of `all`.
struct Share {
    int good{};
    int all{};
    /// 0 to 1; of nothing, everything makes sense.
    [[nodiscard]] double part() const { return all == 0 ? 1.0 : static_cast<double>(good) / all; }
    friend bool operator==(const Share&, const Share&) = default;
};

/// What one profile makes of the evidence.
struct Fit {
    const Profile* profile = nullptr;  ///< one of those that were tried
    Share frames;    ///< with a checksum that the profile accepts and a body that it reads
    Share items;     ///< additional items that somebody explains in it; raw claims count as neither
    Share times;     ///< positions dated from 15 minutes before to 5 minutes after their receipt
    Share places;    ///< positions said to have a fix that come to a place on earth
    Share bits;      ///< set status bits beyond the standard's that it names
    double score{};  ///< 0 to 100
};

/// Every profile with its fit, the best first; of equals the one with the fewer rows.
std::vector<Fit> rank_profiles(std::span<const Evidence> evidence,
                               std::span<const Profile> profiles);

/// The zone, in quarters of an hour, in which most positions would have been sent as they arrived,
/// those sent from a store apart; nullopt when they do not agree. Evidence may also be the pieces
/// of a lock's own line, binary or text.
std::optional<std::chrono::minutes> likely_zone(std::span<const Evidence> evidence);

}  // namespace liuhen::telematics
