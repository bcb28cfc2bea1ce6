// Guards on time, filing, vehicle and crew.
#include "manifest/guards.hpp"

#include "manifest/codes.hpp"
#include "manifest/filing.hpp"

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

Filing as_caller(const Case& c, const Filing& given) {
    Filing filing = given;
    if (filing.producer.empty()) filing.producer = c.request.by.party;
    return filing;
}

}  // namespace

void append(Refusals& all, Refusals more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

Refusals reason_faults(std::string_view given, const char* pointer) {
    const auto length = text_length(given);
    if (length && *length >= 5 && *length <= 500) return {};
    return {refuse("REASON_REQUIRED", pointer, given)};
}

const Acceptance* acceptance_of(const Case& c) {
    if (const auto* whole = std::get_if<Acceptance>(&c.request.body)) return whole;
    if (const auto* in = std::get_if<HandoverIn>(&c.request.body)) return &in->acceptance;
    if (const auto* swap = std::get_if<BreakdownSwap>(&c.request.body)) return &swap->acceptance;
    return nullptr;
}

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
    const Filing filing = as_caller(c, *given);
    auto faults = form_faults(filing);
    append(faults, directory_faults(filing, c.facts.directory));
    return faults;
}

Refusals lacks(const Case& c, const Manifest& filed, Departing departing) {
    auto faults = submission_faults(filed, departing);
    std::erase_if(faults, [&](const Refusal& fault) {
        const auto& excepted = c.facts.excepted_usccs;
        return fault.code == "USCC_INVALID" &&
               std::ranges::find(excepted, fault.value) != excepted.end();
    });
    return faults;
}

Refusals complete(const Case& c) { return lacks(c, c.manifest, Departing::ahead); }

Refusals amended_whole(const Case& c) {
    const auto* given = std::get_if<Filing>(&c.request.body);
    if (given == nullptr) return {};
    const auto amended = with_filing(c.manifest, as_caller(c, *given), c.facts.directory);
    auto faults = lacks(c, amended, Departing::ahead);
    const auto prefecture = [](const Manifest& m) { return m.producer.division.substr(0, 4); };
    if (prefecture(amended) != prefecture(c.manifest)) {
        faults.push_back(refuse("ORIGIN_FIXED", "/producer/division", amended.producer.division));
    }
    const auto& planned = amended.planned_depart_at;
    if (planned && *planned > c.facts.now + max_ahead) {
        faults.push_back(refuse("DEPARTURE_TOO_FAR", "/planned_depart_at", to_iso(*planned)));
    }
    return faults;
}

Refusals in_business(const Case& c) {
    Refusals faults;
    const auto judge = [&](const PartyId& party, std::string pointer) {
        if (std::ranges::find(c.facts.directory.closed, party) != c.facts.directory.closed.end()) {
            faults.push_back(refuse("PARTY_CLOSED", std::move(pointer), party.text));
        }
    };
    judge(c.manifest.producer.id, "/producer");
    judge(c.manifest.receiver.id, "/receiver");
    for (std::size_t i = 0; i < c.manifest.legs.size(); ++i) {
        judge(c.manifest.legs[i].carrier.id, "/legs/" + std::to_string(i) + "/carrier");
    }
    return faults;
}

Refusals parent_open(const Case& c) {
    const auto* given = std::get_if<Filing>(&c.request.body);
    if (given == nullptr || (given->parent_no.empty() && !given->relation)) return {};
    const auto& parent = c.facts.parent;
    const auto unknown = [&] { return refuse("PARENT_UNKNOWN", "/parent_no", given->parent_no); };
    if (!parent || !given->relation) return {unknown()};
    const auto& by = c.request.by.party;
    const bool own = parent->producer == by;
    const bool leaves_rest =
        parent->state == State::partially_accepted || parent->state == State::rejected;
    const bool stored_here = parent->receiver == by && parent->state == State::completed;
    const bool fits = *given->relation == Relation::regroup ? stored_here : own && leaves_rest;
    if (!fits) return {unknown()};
    if (parent->depth + 1 >= max_depth) return {refuse("PARENT_TOO_DEEP", "/parent_no")};
    return {};
}

Refusals reason_given(const Case& c) {
    const auto judge = [](const Reason& reason) { return reason_faults(reason.text, "/reason"); };
    if (const auto* one = std::get_if<Explanation>(&c.request.body)) return judge(one->reason);
    if (const auto* one = std::get_if<Rejection>(&c.request.body)) return judge(one->reason);
    if (const auto* one = std::get_if<BreakdownSwap>(&c.request.body))
        return reason_faults(one->reason, "/reason");
    return {};
}

Refusals number_left(const Case& c) {
    // Without a series the caller could not draw; the field that is missing is refused by itself.
    if (!c.facts.next_no.empty() || !c.manifest.no.empty()) return {};
    const auto* paper = std::get_if<BackfillForm>(&c.request.body);
    const bool redirected = std::holds_alternative<Redirection>(c.request.body);
    const auto departure = paper != nullptr ? paper->departed_at
                           : redirected     ? std::optional{c.request.at}
                                            : std::nullopt;
    if (!number_series(c.manifest, departure)) return {};
    return {refuse("SERIAL_EXHAUSTED", "")};
}

Refusals vehicle_fit(const Case& c) {
    const auto* given = acceptance_of(c);
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
    const auto* given = acceptance_of(c);
    if (given == nullptr) return {};
    if (!given->terminal.empty() && c.facts.fleet.terminal_bound) return {};
    return {refuse("NO_TERMINAL", "/terminal", given->terminal.text)};
}

Refusals locks_bound(const Case& c) {
    const auto* given = acceptance_of(c);
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
    const auto* given = acceptance_of(c);
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
