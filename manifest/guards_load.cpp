// Guards on loading, departure and the way.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/guards.hpp"
#include "manifest/load_limits.hpp"
#include "manifest/scale_reading.hpp"

#include <algorithm>

namespace liuhen::manifest::guards {
namespace {

std::string lock_pointer(const Leg& leg, std::size_t index) {
    return "/legs/" + std::to_string(leg.leg_no - 1) + "/locks/" + std::to_string(index);
}

Refusals driver_faults(const Case& c) {
    const Leg* leg = current_leg(c.manifest);
    const bool other = c.request.by.role == Role::driver && leg != nullptr &&
                       !leg->driver.user.empty() && leg->driver.user != c.request.by.user;
    if (!other) return {};
    return {refuse("NOT_NAMED_DRIVER", "", c.request.by.user)};
}

/// The driver who repeats the lines repeats what the producer signed.
Refusals other_lines_faults(const Manifest& manifest, const Loading& load) {
    Refusals faults;
    for (std::size_t i = 0; i < load.lines.size(); ++i) {
        const auto& said = load.lines[i];
        const auto line = std::ranges::find(manifest.lines, said.line_no, &WasteLine::line_no);
        if (line->sent_g == said.weight) continue;
        faults.push_back(refuse("WEIGHT_NOT_AS_SIGNED", "/lines/" + std::to_string(i) + "/sent_g"));
    }
    return faults;
}

}  // namespace

bool producer_has_signed_load(const Manifest& manifest) { return manifest.weigh_out.has_value(); }

std::optional<Role> unload_asked_by(const Manifest& manifest) {
    if (manifest.signatures.empty()) return std::nullopt;
    const auto& last = manifest.signatures.back();
    return last.event == code(Event::unload) ? std::optional{last.role} : std::nullopt;
}

Refusals named_driver(const Case& c) { return driver_faults(c); }

Refusals signer_in_turn(const Case& c) {
    const bool first_is_there = producer_has_signed_load(c.manifest);
    if (c.request.by.role == Role::producer) {
        return first_is_there ? Refusals{refuse("ALREADY_SIGNED", "")} : Refusals{};
    }
    if (!first_is_there) return {refuse("PRODUCER_SIGNS_FIRST", "")};
    return driver_faults(c);
}

Refusals load_weighed(const Case& c) {
    const auto* load = std::get_if<Loading>(&c.request.body);
    if (load == nullptr) return {};
    Refusals faults;
    for (std::size_t i = 0; i < load->seal_nos.size(); ++i) {
        const auto length = text_length(load->seal_nos[i]);
        if (i >= 20 || !length || *length < 1 || *length > 32) {
            faults.push_back(
                refuse("FIELD_LENGTH", "/seal_nos/" + std::to_string(i), load->seal_nos[i]));
        }
    }
    const bool nothing_weighed =
        !load->gross_g && !load->tare_g && !load->net_g && load->lines.empty();
    if (c.request.by.role == Role::driver && nothing_weighed) return faults;
    auto more =
        reading_faults({load->gross_g, load->tare_g, load->net_g, c.manifest.kind == Kind::pipe});
    if (more.empty()) {
        const Grams net = *load->gross_g - *load->tare_g;
        more = line_sum_faults(c.manifest, load->lines, net, "sent_g");
        for (std::size_t i = 0; i < load->lines.size(); ++i) {
            if (load->lines[i].weight.value != 0) continue;
            more.push_back(refuse("WEIGHT_INVALID", "/lines/" + std::to_string(i) + "/sent_g"));
        }
        if (net > load_limit(c.manifest)) more.push_back(refuse("OVERLOAD", "/gross_g"));
        const auto& signed_before = c.manifest.weigh_out;
        if (signed_before &&
            (signed_before->gross_g != *load->gross_g || signed_before->tare_g != *load->tare_g)) {
            more.push_back(refuse("WEIGHT_NOT_AS_SIGNED", "/gross_g"));
        }
        if (more.empty() && signed_before) append(more, other_lines_faults(c.manifest, *load));
    }
    faults.insert(faults.end(), more.begin(), more.end());
    return faults;
}

Refusals lock_closed(const Case& c) {
    // The lock is closed after the last container: it counts when the driver takes the load over.
    const auto* load = std::get_if<Loading>(&c.request.body);
    const Leg* leg = current_leg(c.manifest);
    if (load == nullptr || leg == nullptr || c.request.by.role != Role::driver) return {};
    if (!load->seal_nos.empty() || !leg->seal_nos.empty()) return {};
    Refusals faults;
    for (std::size_t i = 0; i < leg->locks.size(); ++i) {
        const auto fact = std::ranges::find(c.facts.fleet.locks, leg->locks[i], &LockFact::lock);
        if (fact == c.facts.fleet.locks.end() || fact->closed != true) {
            faults.push_back(refuse("LOCK_NOT_CLOSED", lock_pointer(*leg, i), leg->locks[i].text));
        }
    }
    return faults;
}

bool seen_at_origin(const Facts& facts) {
    const auto& fleet = facts.fleet;
    const bool fresh = fleet.last_fix_at && *fleet.last_fix_at >= facts.now - fix_age;
    return fresh && fleet.at_origin.value_or(true);
}

Refusals vehicle_here(const Case& c) {
    const auto* load = std::get_if<Loading>(&c.request.body);
    const Leg* leg = current_leg(c.manifest);
    if (load == nullptr || (leg != nullptr && !by_vehicle(*leg))) return {};
    const auto length = text_length(load->manual_reason);
    if (!load->manual_reason.empty() && (!length || *length < 5 || *length > 500)) {
        return {refuse("FIELD_LENGTH", "/manual_reason", load->manual_reason)};
    }
    const bool excused = !load->manual_reason.empty() ||
                         (c.manifest.weigh_out && !c.manifest.weigh_out->manual_reason.empty());
    if (excused || seen_at_origin(c.facts)) return {};
    return {refuse("VEHICLE_NOT_HERE", "/manual_reason")};
}

Refusals both_signed(const Case& c) {
    const auto has = [&](Role role) {
        return std::ranges::any_of(c.manifest.signatures, [&](const Signature& one) {
            return one.role == role && one.event == code(Event::load_sign);
        });
    };
    if (has(Role::producer) && has(Role::driver)) return {};
    return {refuse("SIGNATURE_MISSING", "/signatures")};
}

RouteId route_of(const Case& c) {
    // The way back is another one than the way there.
    if (const auto* back = std::get_if<ReturnStart>(&c.request.body)) return back->route;
    const auto* departure = std::get_if<Departure>(&c.request.body);
    if (departure != nullptr && !departure->route.empty()) return departure->route;
    const Leg* leg = current_leg(c.manifest);
    if (leg == nullptr || leg->route.empty()) return c.facts.fleet.route_of_trip;
    return leg->route;
}

Refusals route_set(const Case& c) {
    const bool by_fence = c.request.by.role == Role::system;
    const Leg* leg = current_leg(c.manifest);
    const bool on_rails = leg != nullptr && !by_vehicle(*leg);
    if (by_fence || on_rails || !route_of(c).empty()) return {};
    return {refuse("ROUTE_MISSING", "/route")};
}

Refusals not_departed(const Case& c) {
    const auto& fleet = c.facts.fleet;
    const bool fresh = fleet.last_fix_at && *fleet.last_fix_at >= c.facts.now - fix_age;
    if (!fresh || fleet.at_origin.value_or(true)) return {};
    return {refuse("ALREADY_DEPARTED", "")};
}

Refusals unload_in_turn(const Case& c) {
    const auto asked = unload_asked_by(c.manifest);
    const bool same_side = asked && *asked == c.request.by.role;
    if (same_side) return {refuse("ALREADY_SIGNED", "")};
    return driver_faults(c);
}

Refusals handover_here(const Case& c) {
    const auto* given = std::get_if<HandoverOut>(&c.request.body);
    const Leg* leg = current_leg(c.manifest);
    if (given == nullptr || leg == nullptr || !leg->handover_place) return {};
    const auto& metres = c.facts.fleet.metres_to_handover;
    if (metres && *metres <= handover_radius_m) return {};
    if (reason_faults(given->reason, "/reason").empty()) return {};
    return {refuse("WRONG_PLACE", "/reason")};
}

Refusals place_named(const Case& c) {
    const auto* given = std::get_if<BreakdownSwap>(&c.request.body);
    if (given == nullptr) return {};
    if (!given->point) return {refuse("FIELD_REQUIRED", "/point")};
    if (!is_on_earth(*given->point)) return {refuse("FIELD_RANGE", "/point")};
    return {};
}

Refusals handover_checked(const Case& c) {
    const auto* given = std::get_if<HandoverIn>(&c.request.body);
    if (given == nullptr) return {};
    Refusals faults;
    const auto tick = [&](bool done, const char* pointer) {
        if (!done) faults.push_back(refuse("HANDOVER_UNVERIFIED", pointer));
    };
    tick(given->producer_checked, "/producer_checked");
    tick(given->carrier_checked, "/carrier_checked");
    tick(given->waste_checked, "/waste_checked");
    return faults;
}

Refusals all_locks_closed(const Case& c) {
    const Leg* leg = current_leg(c.manifest);
    if (leg == nullptr) return {};
    const auto* rejection = std::get_if<Rejection>(&c.request.body);
    if (rejection != nullptr && rejection->kept == Kept::stored) return {};
    Refusals faults;
    for (std::size_t i = 0; i < leg->locks.size(); ++i) {
        const auto fact = std::ranges::find(c.facts.fleet.locks, leg->locks[i], &LockFact::lock);
        if (fact != c.facts.fleet.locks.end() && fact->closed == true) continue;
        faults.push_back(refuse("LOCK_NOT_CLOSED", lock_pointer(*leg, i), leg->locks[i].text));
    }
    return faults;
}

}  // namespace liuhen::manifest::guards
