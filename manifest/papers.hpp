// Papers of carriers, vehicles and crews, and the scales of parties: what a register of them says
// of an acceptance, a loading and a weighing.
//
// A register that holds nothing of the carrier (or party) cannot judge: it says so in a warning and
// refuses nothing. With its first entry it is enforced.
#pragma once

#include "manifest/facts.hpp"
#include "manifest/manifest.hpp"
#include "manifest/requests.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace liuhen::manifest {

/// First and last civil day in China.
struct Validity {
    std::chrono::sys_days from;
    std::chrono::sys_days to;
    [[nodiscard]] bool covers(std::chrono::sys_days day) const { return from <= day && day <= to; }
    friend bool operator==(const Validity&, const Validity&) = default;
};
/// The civil day in China.
std::chrono::sys_days civil_day(Instant t);

/// A carrier's licence to carry dangerous goods.
struct TransportPermit {
    std::vector<std::string> dg_classes;  ///< "3", "6.1"; "6" covers its divisions
    Validity valid;
};
struct VehiclePermit {
    std::optional<Grams> rated_load_g;
    Validity valid;
};
struct CrewCertificate {
    bool of_escort = false;  ///< else of a driver
    std::string person;
    std::string number;
    Validity valid;
};
/// What the registers hold of one carrier and one of its vehicles.
struct CarrierPapers {
    std::vector<TransportPermit> permits;
    bool registers_vehicles = false;  ///< any vehicle of the carrier has a permit here
    std::vector<VehiclePermit> vehicle;
    std::vector<CrewCertificate> crew;
};

/// True when the line must travel under the rules of dangerous goods: hazardous, with a class, and
/// not exempt from them (an exemption holds when its condition is stated to be met).
bool is_dangerous_goods(const Manifest& manifest, const WasteLine& line);

/// What the papers say of an acceptance, for `Facts`.
struct PapersOpinion {
    Check vehicle_permit;           ///< PERMIT_EXPIRED, PERMIT_SCOPE
    Check crew;                     ///< CERT_EXPIRED, NO_ESCORT
    std::vector<Finding> warnings;  ///< ..._UNREGISTERED; NO_ESCORT when no register enforces it
};
/// Judged on the day of the planned departure, else on that of `at`. A person is found by the
/// certificate's number when one is given, else by name. Dangerous goods need an escort (Order 29
/// of 2019, art. 44).
PapersOpinion judge_papers(const Manifest& manifest, const Acceptance& acceptance,
                           const CarrierPapers& papers, Instant at);

struct LoadOpinion {
    Check rated_load;  ///< OVERLOAD
    std::vector<Finding> warnings;
};
/// The net weight of a loading against the rated load of the vehicle's permit of that day.
LoadOpinion judge_load(const Loading& loading, const std::vector<VehiclePermit>& vehicle,
                       Instant at);

/// A scale, once for each calibration.
struct Scale {
    std::string number;
    Grams floor_g;
    std::chrono::sys_days calibration_to;  ///< last day
    bool in_use = true;                    ///< false: its entry was revoked
};
struct ScaleOpinion {
    Check scale;                    ///< SCALE_UNKNOWN
    std::vector<Finding> warnings;  ///< SCALE_CALIBRATION, SCALE_UNREGISTERED
    std::optional<Grams> floor_g;   ///< of the register
};
/// `scales` are those of the party that weighs.
ScaleOpinion judge_scale(const std::string& number, const std::vector<Scale>& scales, Instant at);

}  // namespace liuhen::manifest
