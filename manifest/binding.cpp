#include "manifest/binding.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

std::optional<Instant> earlier(const std::optional<Instant>& a, const std::optional<Instant>& b) {
    if (!a || !b) return a ? a : b;
    return std::min(*a, *b);
}

template <class Fits>
std::vector<Service> those(std::span<const Service> all, Instant at, Fits fits) {
    std::vector<Service> found;
    std::ranges::copy_if(all, std::back_inserter(found),
                         [&](const Service& one) { return one.during.contains(at) && fits(one); });
    return found;
}

}  // namespace

std::vector<Service> services(const Manifest& manifest) {
    std::vector<Service> found;
    std::optional<Instant> next_begins = manifest.closed_at;
    for (auto leg = manifest.legs.rbegin(); leg != manifest.legs.rend(); ++leg) {
        if (!leg->loaded_at) continue;
        found.push_back({.manifest = manifest.id,
                         .no = manifest.no,
                         .leg_no = leg->leg_no,
                         .vehicle = leg->vehicle,
                         .terminal = leg->terminal,
                         .locks = leg->locks,
                         .during = {leg->loaded_at, earlier(leg->arrive_at, next_begins)}});
        next_begins = leg->loaded_at;
    }
    std::ranges::reverse(found);
    return found;
}

std::vector<Service> serving(std::span<const Service> all, const VehicleId& vehicle, Instant at) {
    return those(all, at, [&](const Service& one) { return one.vehicle == vehicle; });
}

std::vector<Service> serving(std::span<const Service> all, const TerminalId& terminal, Instant at) {
    return those(all, at, [&](const Service& one) { return one.terminal == terminal; });
}

std::vector<Service> serving(std::span<const Service> all, const LockId& lock, Instant at) {
    return those(all, at, [&](const Service& one) {
        return std::ranges::find(one.locks, lock) != one.locks.end();
    });
}

}  // namespace liuhen::manifest
