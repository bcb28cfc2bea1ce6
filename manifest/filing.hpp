// A filed form: every fault in it at once, and the draft that it makes.
#pragma once

#include "manifest/facts.hpp"
#include "manifest/manifest.hpp"
#include "manifest/refusal.hpp"
#include "manifest/requests.hpp"

namespace liuhen::manifest {

/// The longest planned trip, and the earliest filing of one (project values).
inline constexpr std::chrono::hours max_span{10 * 24};
inline constexpr std::chrono::hours max_ahead{30 * 24};
inline constexpr int max_depth = 10;  ///< manifests that hang on each other

/// Faults of what is given: lengths, forms, ranges. An empty field is no fault here. Pointers go
/// into the form: /lines/0/planned_g.
Refusals form_faults(const Filing& filing);

/// Parties and places that are named but not in the directory, or not the named party's.
Refusals directory_faults(const Filing& filing, const Directory& directory);

/// Faults of the lines alone, of which none and not all together may weigh more than `most`; part
/// of `form_faults`.
Refusals line_faults(Kind kind, const std::vector<WasteLine>& lines, Grams most);

/// When the departure is: ahead, so that it must be planned, or past, as a paper says.
enum class Departing : std::uint8_t { ahead, past };
/// What a draft lacks before it may be submitted, and what contradicts itself in it.
Refusals submission_faults(const Manifest& draft, Departing departing = Departing::ahead);

/// What a submitted manifest lacks that the law asks of its parties, and what cannot be read: the
/// directory's gaps, emergency plans, contracts, codes of ledger batches. It travels all the same.
std::vector<Warning> submission_warnings(const Manifest& manifest);

/// From the divisions of producer and receiver; nullopt when one of them is missing.
std::optional<Flow> flow_of(const Manifest& manifest);

/// The draft with the form as its content; parties as the directory knows them now. Codes are
/// stored in their normal spelling.
Manifest with_filing(Manifest draft, const Filing& filing, const Directory& directory);

/// The form that would make this manifest's filed content: legs that were put in under way too.
Filing filing_of(const Manifest& manifest);

/// True for waste on the hazardous list: kinds HW and MEDICAL, and PIPE with a hazardous code.
bool is_hazardous(Kind kind, std::string_view waste_code);

}  // namespace liuhen::manifest
