#include "geofence/alert.hpp"

#include <algorithm>
#include <array>

namespace liuhen::geofence {
namespace {

struct KindRow {
    Kind kind;
    std::string_view code;
    Tier tier;
};
constexpr std::array<KindRow, static_cast<std::size_t>(Kind::count_)> kinds{{
    {Kind::route_deviation, "ROUTE_DEVIATION", Tier::b},
    {Kind::unplanned_stop, "UNPLANNED_STOP", Tier::b},
    {Kind::lock_opened_en_route, "LOCK_OPENED_EN_ROUTE", Tier::a},
    {Kind::lock_tamper, "LOCK_TAMPER", Tier::a},
    {Kind::suspected_dumping, "SUSPECTED_DUMPING", Tier::a},
    {Kind::zone_entry, "ZONE_ENTRY", Tier::a},
    {Kind::terminal_silent, "TERMINAL_SILENT", Tier::c},
    {Kind::lock_lost, "LOCK_LOST", Tier::c},
    {Kind::trip_without_manifest, "TRIP_WITHOUT_MANIFEST", Tier::a},
    {Kind::wrong_destination, "WRONG_DESTINATION", Tier::a},
    {Kind::trip_overdue, "TRIP_OVERDUE", Tier::b},
    {Kind::position_forged, "POSITION_FORGED", Tier::a},
    {Kind::device_fault, "DEVICE_FAULT", Tier::c},
    {Kind::clone_plate, "CLONE_PLATE", Tier::a},
}};

const KindRow& row_of(Kind kind) { return kinds[static_cast<std::size_t>(kind)]; }

}  // namespace

std::string_view code(Kind kind) { return row_of(kind).code; }

std::optional<Kind> kind_from_code(std::string_view code) {
    const auto found = std::ranges::find(kinds, code, &KindRow::code);
    if (found == kinds.end()) return std::nullopt;
    return found->kind;
}

Tier tier_of(Kind kind, std::uint8_t grade) {
    const Tier tier = row_of(kind).tier;
    return tier == Tier::b && grade >= note_grade ? Tier::c : tier;
}

std::string_view code(Tier tier) {
    switch (tier) {
        case Tier::a:
            return "A";
        case Tier::b:
            return "B";
        case Tier::c:
            return "C";
    }
    return "?";
}

std::string_view code(AlertChange::What what) {
    switch (what) {
        case AlertChange::What::raised:
            return "raised";
        case AlertChange::What::amended:
            return "amended";
        case AlertChange::What::withdrawn:
            return "withdrawn";
    }
    return "?";
}

}  // namespace liuhen::geofence
