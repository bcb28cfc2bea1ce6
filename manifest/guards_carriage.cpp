// Guards on vehicle, crew and papers.
#include "manifest/codes.hpp"
#include "manifest/guards.hpp"
#include "manifest/load_limits.hpp"

#include <algorithm>

namespace liuhen::manifest::guards {
namespace {

std::chrono::sys_days day_in_china(Instant t) {
    return std::chrono::floor<std::chrono::days>(t + china_standard_time);
}

void text(Refusals& faults, std::string pointer, std::string_view value, std::size_t least,
          std::size_t most) {
    const auto length = text_length(value);
    if (!length || *length < least || *length > most) {
        faults.push_back(refuse("FIELD_LENGTH", std::move(pointer), value));
    }
}

/// The leg that the acceptance is about goes without a road vehicle, and names none.
bool without_vehicle(const Case& c, const Acceptance& given) {
    const bool next = std::holds_alternative<HandoverIn>(c.request.body);
    const Leg* leg = next ? next_leg(c.manifest) : current_leg(c.manifest);
    return given.vehicle.empty() && leg != nullptr && leg->mode != Mode::road;
}

}  // namespace

const Acceptance* acceptance_of(const Case& c) {
    if (const auto* whole = std::get_if<Acceptance>(&c.request.body)) return whole;
    if (const auto* in = std::get_if<HandoverIn>(&c.request.body)) return &in->acceptance;
    if (const auto* swap = std::get_if<BreakdownSwap>(&c.request.body)) return &swap->acceptance;
    return nullptr;
}

Refusals vehicle_fit(const Case& c) {
    const auto* given = acceptance_of(c);
    if (given == nullptr) return {};
    const auto& fleet = c.facts.fleet;
    if (without_vehicle(c, *given)) return {};
    if (given->vehicle.empty()) return {refuse("FIELD_REQUIRED", "/vehicle")};
    if (!fleet.vehicle_known) return {refuse("VEHICLE_UNKNOWN", "/vehicle", given->vehicle.text)};
    Refusals faults;
    if (fleet.vehicle_carrier != c.request.by.party) {
        faults.push_back(refuse("VEHICLE_NOT_YOURS", "/vehicle", given->vehicle.text));
    }
    const auto plate = parse_plate(given->plate);
    if (!given->plate.empty() && (!plate || plate->text != fleet.plate)) {
        faults.push_back(refuse("PLATE_MISMATCH", "/plate", given->plate));
    }
    return faults;
}

Refusals vehicle_free(const Case& c) {
    // Order 23 art. 16: several producers on one vehicle, each its own manifest.
    const auto shares_the_trip = [&](const Occupation& other) {
        return other.carrier == c.request.by.party && other.receiver == c.manifest.receiver.id &&
               other.planned_depart_at && c.manifest.planned_depart_at &&
               day_in_china(*other.planned_depart_at) ==
                   day_in_china(*c.manifest.planned_depart_at);
    };
    Refusals faults;
    for (const auto& other : c.facts.fleet.occupied_by) {
        if (!shares_the_trip(other)) {
            faults.push_back(refuse("VEHICLE_BUSY", "/vehicle", other.manifest_no));
        }
    }
    return faults;
}

Refusals terminal_bound(const Case& c) {
    const auto* given = acceptance_of(c);
    if (given == nullptr || without_vehicle(c, *given)) return {};
    if (!given->terminal.empty() && c.facts.fleet.terminal_bound) return {};
    return {refuse("NO_TERMINAL", "/terminal", given->terminal.text)};
}

Refusals locks_bound(const Case& c) {
    const auto* given = acceptance_of(c);
    if (given == nullptr) return {};
    if (given->locks.size() > max_locks) {
        return {refuse("FIELD_RANGE", "/locks", std::to_string(given->locks.size()))};
    }
    if (without_vehicle(c, *given)) return {};
    if (given->locks.empty() && c.facts.requires_lock) return {refuse("NO_LOCK", "/locks")};
    Refusals faults;
    for (std::size_t i = 0; i < given->locks.size(); ++i) {
        const auto fact = std::ranges::find(c.facts.fleet.locks, given->locks[i], &LockFact::lock);
        if (fact == c.facts.fleet.locks.end() || !fact->bound_to_vehicle) {
            faults.push_back(
                refuse("NO_LOCK", "/locks/" + std::to_string(i), given->locks[i].text));
        }
    }
    return faults;
}

Refusals papers_given(const Case& c) {
    const auto* given = acceptance_of(c);
    if (given == nullptr) return {};
    Refusals faults;
    if (!given->waybill_no.empty()) {
        text(faults, "/waybill_no", given->waybill_no, 4, 40);
    } else if (travels_as_dangerous_goods(c.manifest) && !without_vehicle(c, *given)) {
        faults.push_back(refuse("WAYBILL_MISSING", "/waybill_no"));  // Order 29 of 2019, art. 24
    }
    if (given->driver.name.empty()) {
        faults.push_back(refuse("FIELD_REQUIRED", "/driver/name"));
    } else {
        text(faults, "/driver/name", given->driver.name, 2, 30);
    }
    if (!given->escort.name.empty()) {
        text(faults, "/escort/name", given->escort.name, 2, 30);
        const bool same_user =
            !given->escort.user.empty() && given->escort.user == given->driver.user;
        const bool same_papers = !given->escort.certificate_no.empty() &&
                                 given->escort.certificate_no == given->driver.certificate_no;
        if (same_user || same_papers) faults.push_back(refuse("ESCORT_IS_DRIVER", "/escort"));
    }
    return faults;
}

Refusals route_known(const Case& c) {
    const auto* acceptance = acceptance_of(c);
    const auto* departure = std::get_if<Departure>(&c.request.body);
    const auto* back = std::get_if<ReturnStart>(&c.request.body);
    const RouteId named = acceptance != nullptr  ? acceptance->route
                          : departure != nullptr ? departure->route
                          : back != nullptr      ? back->route
                                                 : RouteId{};
    if (named.empty() || c.facts.fleet.route_known) return {};
    return {refuse("ROUTE_UNKNOWN", "/route", named.text)};
}

}  // namespace liuhen::manifest::guards
