// Scans of containers against the marks of their manifest: what is missing, doubled, foreign.
//
// The judgement is a fold over the scans: whatever the order in which phones hand them in, the same
// scans give the same differences.
#pragma once

#include "manifest/custody/tag.hpp"
#include "manifest/facts.hpp"
#include "manifest/manifest.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace liuhen::manifest::custody {

/// What a container was scanned for; `code()`: "LOAD", "HANDOVER", "ARRIVE", "CHECK".
enum class ScanPurpose : std::uint8_t { load, handover, arrive, check, count_ };
std::string_view code(ScanPurpose purpose);
std::optional<ScanPurpose> scan_purpose_from_code(std::string_view code);

/// Scans of one container this close together at one stage are one scan: two phones, or a thumb
/// that was too quick (project value).
inline constexpr std::chrono::seconds same_scan{120};

struct Scan {
    std::string tag;  ///< as read: digital identification code, or the container's code
    ScanPurpose purpose{};
    std::uint8_t leg_no{};  ///< as `stage_leg` had it when it was handed in
    Instant at;
    bool taken_back = false;  ///< what was scanned of it up to now does not stand: put aside again
    friend bool operator==(const Scan&, const Scan&) = default;
};

/// `code()`: "MISSING", "DOUBLED", "FOREIGN", "SWAPPED", "MISLABELLED".
enum class ScanDifferenceKind : std::uint8_t {
    missing,      ///< named on the manifest, not scanned though the stage is over
    doubled,      ///< scanned again later than `same_scan`: a second drum with the same label?
    foreign,      ///< not named on the manifest
    swapped,      ///< foreign, while one of the same waste is missing
    mislabelled,  ///< its label's waste code is not its line's
    count_,
};
std::string_view code(ScanDifferenceKind kind);

struct ScanDifference {
    ScanDifferenceKind kind{};
    std::string container;   ///< its code on the manifest; the tag as read when foreign or swapped
    std::string instead_of;  ///< swapped: the code of the one missing
    std::optional<Instant> at;  ///< of the scan that shows it; empty for missing
    friend auto operator<=>(const ScanDifference&, const ScanDifference&) = default;
};

/// One purpose at one leg.
struct StageJudgement {
    ScanPurpose purpose{};
    std::uint8_t leg_no{};
    bool over = false;                     ///< nothing can be added to it any more but late scans
    std::size_t expected{};                ///< containers named
    std::size_t seen{};                    ///< of these, scanned
    std::vector<std::string> outstanding;  ///< codes not scanned yet, while it is not over
    std::vector<ScanDifference> differences;
    friend bool operator==(const StageJudgement&, const StageJudgement&) = default;
};

/// A label read up to so long after the next carrier took over belongs to that handover still
/// (project value).
inline constexpr std::chrono::minutes after_taking_over{30};
/// The leg that a reading of that time is about. HANDOVER: the one that takes over, from 2; 0 where
/// no further leg is known. CHECK: the one that was running. LOAD and ARRIVE are one stage each: 1.
/// By the legs' times and not by their numbers: a spare truck that takes over on the way is a leg
/// of its own, and those after it are counted anew.
std::uint8_t stage_leg(const Manifest& manifest, ScanPurpose purpose, Instant at);

/// Whether the tag is this container's: its identification code, or its code.
bool bears(const Container& container, std::string_view tag);

/// Every stage that has scans, by purpose and leg. A stage that nobody scanned at is not judged. At
/// a CHECK nothing is missing or doubled: an officer scans what he likes.
std::vector<StageJudgement> judge_scans(const Manifest& manifest, std::span<const Scan> scans,
                                        std::span<const TagPattern> patterns);

/// The guards "containers and labels" (T10) and "containers scanned in" (T20). `purpose` is LOAD or
/// ARRIVE. Scans are asked for where somebody has scanned at that stage, or where `tracked`: one of
/// the manifest's containers is in the register. Pointers name the manifest's marks.
Check scans_complete(const Manifest& manifest, std::span<const StageJudgement> judged,
                     ScanPurpose purpose, bool tracked);

}  // namespace liuhen::manifest::custody
