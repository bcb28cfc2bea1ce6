#include "manifest/load_limits.hpp"

#include "manifest/filing.hpp"

#include <algorithm>
#include <array>

namespace liuhen::manifest {
namespace {

constexpr std::string_view plausible =
    "no rule gives one; beyond it a unit is mistaken (project, as the form of Trackdéchets)";
constexpr std::array limits{
    LoadLimit{Mode::road,
              {49'000'000},
              "GB 1589-2016: no vehicle combination weighs more than 49 t, its load included"},
    LoadLimit{Mode::rail, largest_load, plausible},
    LoadLimit{Mode::ship, largest_load, plausible},
    LoadLimit{Mode::pipe, largest_load, plausible},
    LoadLimit{Mode::air, largest_load, plausible},
    LoadLimit{Mode::other, largest_load, plausible},
};
static_assert(limits.size() == static_cast<std::size_t>(Mode::count_));

}  // namespace

std::span<const LoadLimit> load_limits() { return limits; }

Grams load_limit(Mode mode) { return std::ranges::find(limits, mode, &LoadLimit::mode)->most; }

Grams load_limit(const Manifest& manifest) {
    if (manifest.legs.empty()) return load_limit(mode_of(manifest.kind, Mode::road));
    Grams least = largest_load;
    for (const Leg& leg : manifest.legs) least = std::min(least, load_limit(leg.mode));
    return least;
}

Grams load_limit(const Filing& filing) {
    if (filing.legs.empty()) return load_limit(mode_of(filing.kind, Mode::road));
    Grams least = largest_load;
    for (const FiledLeg& leg : filing.legs) {
        least = std::min(least, load_limit(mode_of(filing.kind, leg.mode)));
    }
    return least;
}

Mode mode_of(Kind kind, Mode filed) { return kind == Kind::pipe ? Mode::pipe : filed; }

bool by_vehicle(const Leg& leg) { return leg.mode == Mode::road || !leg.vehicle.empty(); }

bool travels_as_dangerous_goods(const Manifest& manifest) {
    return std::ranges::any_of(manifest.lines, [&manifest](const WasteLine& line) {
        const bool exempt = !line.exempt_rule.empty() && line.exempt_condition;
        return is_hazardous(manifest.kind, line.code) && !exempt;
    });
}

}  // namespace liuhen::manifest
