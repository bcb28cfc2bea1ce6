// The vocabulary of the transfer manifest: closed lists of values, each with the name under which
// it is stored and published. `code()` writes it, `..._from_code()` reads it and nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace liuhen::manifest {

/// The eighteen states; `code()` is the stored and published name ("CARRIER_ASSIGNED").
enum class State : std::uint8_t {
    draft,
    submitted,
    carrier_assigned,
    loaded,
    in_transit,
    handover_pending,
    arrived,
    discrepancy,
    accepted,
    partially_accepted,
    rejected,
    returning,
    returned,
    redirected,
    completed,
    voided,
    backfill_pending,
    closed_by_authority,
    count_,  ///< number of states
};
std::string_view code(State state);
std::optional<State> state_from_code(std::string_view code);
/// COMPLETED, RETURNED, REDIRECTED, VOIDED and CLOSED_BY_AUTHORITY have no way on.
bool is_final(State state);

/// Who acts. `system` is the service itself (fence exit, fence dwell, due times).
enum class Role : std::uint8_t {
    producer,
    carrier,
    driver,
    receiver,
    regulator,
    police,
    operator_,
    system,
    count_,
};
std::string_view code(Role role);  ///< "producer" ... "operator", "system"
std::optional<Role> role_from_code(std::string_view code);

/// Rule set of the waste; `code()`: "HW", "GENERAL", "SLUDGE", "CONSTRUCTION", "MEDICAL", "PIPE".
enum class Kind : std::uint8_t { hazardous, general, sludge, construction, medical, pipe, count_ };
std::string_view code(Kind kind);
std::optional<Kind> kind_from_code(std::string_view code);

/// `code()`: "S", "SS", "L", "G", "SLUDGE".
enum class Form : std::uint8_t { solid, semi_solid, liquid, gas, sludge, count_ };
std::string_view code(Form form);
std::optional<Form> form_from_code(std::string_view code);

/// `code()`: "DRUM", "BAG", "IBC", "BOX", "TANK", "BULK", "OTHER".
enum class Package : std::uint8_t { drum, bag, ibc, box, tank, bulk, other, count_ };
std::string_view code(Package package);
std::optional<Package> package_from_code(std::string_view code);

/// `code()`: "STORE", "USE", "DISPOSE".
enum class Purpose : std::uint8_t { store, use, dispose, count_ };
std::string_view code(Purpose purpose);
std::optional<Purpose> purpose_from_code(std::string_view code);

/// How far the waste goes, from the divisions of producer and receiver; `code()`: "INTRA_CITY",
/// "INTRA_PROVINCE", "CROSS_PROVINCE".
enum class Flow : std::uint8_t { intra_city, intra_province, cross_province, count_ };
std::string_view code(Flow flow);
std::optional<Flow> flow_from_code(std::string_view code);

/// Filed beforehand, or from paper afterwards (Order 23 art. 20); `code()`: "NORMAL",
/// "BACKFILL_ORDINARY", "BACKFILL_EMERGENCY", "BACKFILL_SPECIAL", "BACKFILL_CROSS_BORDER".
enum class OriginMode : std::uint8_t {
    normal,
    backfill_ordinary,
    backfill_emergency,
    backfill_special,
    backfill_cross_border,
    count_,
};
std::string_view code(OriginMode mode);
std::optional<OriginMode> origin_mode_from_code(std::string_view code);

/// Why a manifest hangs on another: what was refused goes back, or on to another receiver, or was
/// regrouped; `code()`: "RETURN", "REDIRECT", "REGROUP".
enum class Relation : std::uint8_t { return_, redirect, regroup, count_ };
std::string_view code(Relation relation);
std::optional<Relation> relation_from_code(std::string_view code);

/// `code()`: "ROAD", "RAIL", "SHIP", "PIPE", "AIR", "OTHER".
enum class Mode : std::uint8_t { road, rail, ship, pipe, air, other, count_ };
std::string_view code(Mode mode);
std::optional<Mode> mode_from_code(std::string_view code);

/// In what sent and received differ (Order 23 art. 18); `code()`: "NAME", "QUANTITY", "HAZARD",
/// "FORM", "PACKAGE", "COUNT".
enum class DifferenceKind : std::uint8_t { name, quantity, hazard, form, package, count, count_ };
std::string_view code(DifferenceKind kind);
std::optional<DifferenceKind> difference_kind_from_code(std::string_view code);

/// What a refused load waits as; `code()`: "RELOCKED" (on the truck), "STORED" (under hold).
enum class Kept : std::uint8_t { relocked, stored, count_ };
std::string_view code(Kept kept);
std::optional<Kept> kept_from_code(std::string_view code);

/// Where the figures of a weighing come from; `code()`: "SCALE" (as the scale sent them), "MANUAL"
/// (typed by a person).
enum class WeighingSource : std::uint8_t { scale, manual, count_ };
std::string_view code(WeighingSource source);
std::optional<WeighingSource> weighing_source_from_code(std::string_view code);

/// Exchange with the national system; `code()`: "NOT_NEEDED", "PENDING", ...
enum class Sync : std::uint8_t { not_needed, pending, sent, acked, failed, count_ };
std::string_view code(Sync sync);
std::optional<Sync> sync_from_code(std::string_view code);

}  // namespace liuhen::manifest
