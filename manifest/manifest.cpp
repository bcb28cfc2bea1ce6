#include "manifest/manifest.hpp"

#include "manifest/names.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

constexpr Names<State> states{"DRAFT",
                              "SUBMITTED",
                              "CARRIER_ASSIGNED",
                              "LOADED",
                              "IN_TRANSIT",
                              "HANDOVER_PENDING",
                              "ARRIVED",
                              "DISCREPANCY",
                              "ACCEPTED",
                              "PARTIALLY_ACCEPTED",
                              "REJECTED",
                              "RETURNING",
                              "RETURNED",
                              "REDIRECTED",
                              "COMPLETED",
                              "VOIDED",
                              "BACKFILL_PENDING",
                              "CLOSED_BY_AUTHORITY"};
constexpr Names<Role> roles{"producer",  "carrier", "driver",   "receiver",
                            "regulator", "police",  "operator", "system"};
constexpr Names<Kind> kinds{"HW", "GENERAL", "SLUDGE", "CONSTRUCTION", "MEDICAL", "PIPE"};
constexpr Names<Form> forms{"S", "SS", "L", "G", "SLUDGE"};
constexpr Names<Package> packages{"DRUM", "BAG", "IBC", "BOX", "TANK", "BULK", "OTHER"};
constexpr Names<Purpose> purposes{"STORE", "USE", "DISPOSE"};
constexpr Names<Flow> flows{"INTRA_CITY", "INTRA_PROVINCE", "CROSS_PROVINCE"};
constexpr Names<OriginMode> origin_modes{"NORMAL", "BACKFILL_ORDINARY", "BACKFILL_EMERGENCY",
                                         "BACKFILL_SPECIAL", "BACKFILL_CROSS_BORDER"};
constexpr Names<Relation> relations{"RETURN", "REDIRECT", "REGROUP"};
constexpr Names<Mode> modes{"ROAD", "RAIL", "SHIP", "PIPE", "AIR", "OTHER"};
constexpr Names<DifferenceKind> difference_kinds{"NAME", "QUANTITY", "HAZARD",
                                                 "FORM", "PACKAGE",  "COUNT"};
constexpr Names<Kept> kepts{"RELOCKED", "STORED"};
constexpr Names<WeighingSource> weighing_sources{"SCALE", "MANUAL"};
constexpr Names<Sync> syncs{"NOT_NEEDED", "PENDING", "SENT", "ACKED", "FAILED"};

}  // namespace

std::string_view code(State state) { return name_in(states, state); }
std::string_view code(Role role) { return name_in(roles, role); }
std::string_view code(Kind kind) { return name_in(kinds, kind); }
std::string_view code(Form form) { return name_in(forms, form); }
std::string_view code(Package package) { return name_in(packages, package); }
std::string_view code(Purpose purpose) { return name_in(purposes, purpose); }
std::string_view code(Flow flow) { return name_in(flows, flow); }
std::string_view code(OriginMode mode) { return name_in(origin_modes, mode); }
std::string_view code(Relation relation) { return name_in(relations, relation); }
std::string_view code(Mode mode) { return name_in(modes, mode); }
std::string_view code(DifferenceKind kind) { return name_in(difference_kinds, kind); }
std::string_view code(Kept kept) { return name_in(kepts, kept); }
std::string_view code(WeighingSource source) { return name_in(weighing_sources, source); }
std::string_view code(Sync sync) { return name_in(syncs, sync); }

std::optional<State> state_from_code(std::string_view code) { return find_in(states, code); }
std::optional<Role> role_from_code(std::string_view code) { return find_in(roles, code); }
std::optional<Kind> kind_from_code(std::string_view code) { return find_in(kinds, code); }
std::optional<Form> form_from_code(std::string_view code) { return find_in(forms, code); }
std::optional<Package> package_from_code(std::string_view code) { return find_in(packages, code); }
std::optional<Purpose> purpose_from_code(std::string_view code) { return find_in(purposes, code); }
std::optional<Flow> flow_from_code(std::string_view code) { return find_in(flows, code); }
std::optional<OriginMode> origin_mode_from_code(std::string_view code) {
    return find_in(origin_modes, code);
}
std::optional<Relation> relation_from_code(std::string_view code) {
    return find_in(relations, code);
}
std::optional<Mode> mode_from_code(std::string_view code) { return find_in(modes, code); }
std::optional<DifferenceKind> difference_kind_from_code(std::string_view code) {
    return find_in(difference_kinds, code);
}
std::optional<Kept> kept_from_code(std::string_view code) { return find_in(kepts, code); }
std::optional<WeighingSource> weighing_source_from_code(std::string_view code) {
    return find_in(weighing_sources, code);
}
std::optional<Sync> sync_from_code(std::string_view code) { return find_in(syncs, code); }

bool is_final(State state) {
    constexpr std::array finals{State::completed, State::returned, State::redirected, State::voided,
                                State::closed_by_authority};
    return std::ranges::find(finals, state) != finals.end();
}

const Leg* current_leg(const Manifest& manifest) {
    if (manifest.legs.empty()) return nullptr;
    // A train or a pipe is taken on without a vehicle of the register.
    const auto taken =
        std::find_if(manifest.legs.rbegin(), manifest.legs.rend(),
                     [](const Leg& leg) { return !leg.vehicle.empty() || leg.assigned_at; });
    return taken != manifest.legs.rend() ? &*taken : &manifest.legs.front();
}

const Leg* next_leg(const Manifest& manifest) {
    const Leg* leg = current_leg(manifest);
    if (leg == nullptr || leg == &manifest.legs.back()) return nullptr;
    return leg + 1;
}

std::vector<std::string> divisions_of(const Manifest& manifest) {
    std::vector<std::string> found;
    const auto see = [&found](const Party& party) {
        const bool known = std::ranges::find(found, party.division) != found.end();
        if (!party.division.empty() && !known) found.push_back(party.division);
    };
    see(manifest.producer);
    see(manifest.receiver);
    for (const auto& leg : manifest.legs) see(leg.carrier);
    return found;
}

std::optional<Grams> total(const Manifest& manifest, std::optional<Grams> WasteLine::*weight) {
    if (manifest.lines.empty()) return std::nullopt;
    Grams sum;
    for (const auto& line : manifest.lines) {
        const auto& one = line.*weight;
        if (!one) return std::nullopt;
        sum = sum + *one;
    }
    return sum;
}

}  // namespace liuhen::manifest
