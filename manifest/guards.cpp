// Guards on time, filing, vehicle and crew.
#include "manifest/guards.hpp"

#include "manifest/codes.hpp"
#include "manifest/filing.hpp"

#include <algorithm>

namespace liuhen::manifest::guards {
namespace {

void append(Refusals& all, Refusals more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

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

}  // namespace

std::optional<Instant> latest_record(const Manifest& manifest) {
    std::optional<Instant> latest;
    const auto see = [&](const std::optional<Instant>& t) {
        if (t && (!latest || *latest < *t)) latest = t;
    };
    for (const auto& signature : manifest.signatures) see(signature.at);
    for (const auto& leg : manifest.legs) {
        see(leg.depart_at);
        see(leg.arrive_at);
    }
    if (manifest.weigh_in) see(manifest.weigh_in->at);
    return latest;
}

Refusals not_in_future(const Case& c) {
    if (c.request.at <= c.facts.now + clock_tolerance) return {};
    return {refuse("TIME_IN_FUTURE", "/at", to_iso(c.request.at))};
}

Refusals in_order(const Case& c) {
    const auto before = latest_record(c.manifest);
    if (!before || *before <= c.request.at) return {};
    return {refuse("TIME_ORDER", "/at", to_iso(c.request.at))};
}

Refusals after_arrival(const Case& c) {
    const Leg* leg = current_leg(c.manifest);
    if (leg == nullptr || !leg->arrive_at) return {};
    if (c.request.at >= *leg->arrive_at - arrival_tolerance) return {};
    return {refuse("TIME_ORDER", "/at", to_iso(c.request.at))};
}

Refusals leaves_soon(const Case& c) {
    const auto& planned = c.manifest.planned_depart_at;
    if (!planned || *planned <= c.facts.now + max_ahead) return {};
    return {refuse("DEPARTURE_TOO_FAR", "/planned_depart_at", to_iso(*planned))};
}

Refusals well_formed(const Case& c) {
    const auto* given = std::get_if<Filing>(&c.request.body);
    if (given == nullptr) return {};
    Filing filing = *given;
    if (filing.producer.empty()) filing.producer = c.request.by.party;
    auto faults = form_faults(filing);
    append(faults, directory_faults(filing, c.facts.directory));
    return faults;
}

Refusals complete(const Case& c) {
    auto faults = submission_faults(c.manifest);
    std::erase_if(faults, [&](const Refusal& fault) {
        const auto& excepted = c.facts.excepted_usccs;
        return fault.code == "USCC_INVALID" &&
               std::ranges::find(excepted, fault.value) != excepted.end();
    });
    return faults;
}

Refusals number_left(const Case& c) {
    // Without a series the caller could not draw; the field that is missing is refused by itself.
    if (!c.facts.next_no.empty() || !number_series(c.manifest)) return {};
    return {refuse("SERIAL_EXHAUSTED", "")};
}

Refusals vehicle_fit(const Case& c) {
    const auto* given = std::get_if<Acceptance>(&c.request.body);
    if (given == nullptr) return {};
    const auto& fleet = c.facts.fleet;
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
    const auto* given = std::get_if<Acceptance>(&c.request.body);
    if (given == nullptr) return {};
    if (!given->terminal.empty() && c.facts.fleet.terminal_bound) return {};
    return {refuse("NO_TERMINAL", "/terminal", given->terminal.text)};
}

Refusals locks_bound(const Case& c) {
    const auto* given = std::get_if<Acceptance>(&c.request.body);
    if (given == nullptr) return {};
    if (given->locks.size() > max_locks) {
        return {refuse("FIELD_RANGE", "/locks", std::to_string(given->locks.size()))};
    }
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
    const auto* given = std::get_if<Acceptance>(&c.request.body);
    if (given == nullptr) return {};
    Refusals faults;
    if (given->waybill_no.empty()) {
        faults.push_back(refuse("WAYBILL_MISSING", "/waybill_no"));
    } else {
        text(faults, "/waybill_no", given->waybill_no, 4, 40);
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
    const auto* acceptance = std::get_if<Acceptance>(&c.request.body);
    const auto* departure = std::get_if<Departure>(&c.request.body);
    const RouteId named = acceptance != nullptr  ? acceptance->route
                          : departure != nullptr ? departure->route
                                                 : RouteId{};
    if (named.empty() || c.facts.fleet.route_known) return {};
    return {refuse("ROUTE_UNKNOWN", "/route", named.text)};
}

}  // namespace liuhen::manifest::guards
