// What of a manifest the national system is told, and in its terms (Order 23 art. 7). The contract
// is docs/national.md.
#pragma once

#include "manifest/lifecycle.hpp"

#include <string>
#include <string_view>

namespace liuhen::manifest {

/// True when hazardous waste is on it, medical waste included: the national system keeps no other.
bool is_reportable(const Manifest& manifest);

/// True when the event that led to `next` is told: from the submission on, every event that moves
/// the load, changes who has it or what is said of it. Of events that several sign only the last.
bool is_reported(Event event, const Manifest& next);

/// "1" to "8" and "5_5", as the systems that exchange with the nation number their stages.
std::string_view bill_status(State state);

/// How it came to be filed: "0" beforehand, "1" to "4" from paper; "00": beforehand, in another
/// province than its receiver's.
std::string_view bill_type(const Manifest& manifest);

/// "1" road, "2" rail, "3" ship, "4" pipe, "5" air, "6" other.
std::string_view vehicle_kind(Mode mode);

/// Tonnes with four decimals, as the exchange has them: half of the last digit goes up.
std::string exchanged_tonnes(Grams weight);

/// Names one report for good, the same however often it is sent: number, version, event.
std::string report_key(const std::string& number, std::uint32_t version, std::string_view event);

}  // namespace liuhen::manifest
