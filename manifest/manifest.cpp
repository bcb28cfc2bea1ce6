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
constexpr Names<Sync> syncs{"NOT_NEEDED", "PENDING", "SENT", "ACKED", "FAILED"};

}  // namespace

std::string_view code(State state) { return name_in(states, state); }
std::string_view code(Role role) { return name_in(roles, role); }
std::string_view code(Kind kind) { return name_in(kinds, kind); }
std::string_view code(Form form) { return name_in(forms, form); }
std::string_view code(Package package) { return name_in(packages, package); }
std::string_view code(Purpose purpose) { return name_in(purposes, purpose); }
std::string_view code(Sync sync) { return name_in(syncs, sync); }

std::optional<State> state_from_code(std::string_view code) { return find_in(states, code); }
std::optional<Role> role_from_code(std::string_view code) { return find_in(roles, code); }
std::optional<Kind> kind_from_code(std::string_view code) { return find_in(kinds, code); }
std::optional<Form> form_from_code(std::string_view code) { return find_in(forms, code); }
std::optional<Package> package_from_code(std::string_view code) { return find_in(packages, code); }
std::optional<Purpose> purpose_from_code(std::string_view code) { return find_in(purposes, code); }
std::optional<Sync> sync_from_code(std::string_view code) { return find_in(syncs, code); }

bool is_final(State state) {
    constexpr std::array finals{State::completed, State::returned, State::redirected, State::voided,
                                State::closed_by_authority};
    return std::ranges::find(finals, state) != finals.end();
}

const Leg* current_leg(const Manifest& manifest) {
    if (manifest.legs.empty()) return nullptr;
    const auto open =
        std::ranges::find_if(manifest.legs, [](const Leg& leg) { return !leg.arrive_at; });
    return open != manifest.legs.end() ? &*open : &manifest.legs.back();
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
