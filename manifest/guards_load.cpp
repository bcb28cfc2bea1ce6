// Guards on loading, departure and receipt.
#include "manifest/codes.hpp"
#include "manifest/filing.hpp"
#include "manifest/guards.hpp"
#include "manifest/weights.hpp"

#include <algorithm>
#include <cstdlib>

namespace liuhen::manifest::guards {
namespace {

/// What a scale showed, as typed.
struct Reading {
    const std::optional<Grams>& gross;
    const std::optional<Grams>& tare;
    const std::optional<Grams>& net;
};

Refusals reading_faults(const Reading& reading) {
    Refusals faults;
    if (!reading.gross) faults.push_back(refuse("FIELD_REQUIRED", "/gross_g"));
    if (!reading.tare) faults.push_back(refuse("FIELD_REQUIRED", "/tare_g"));
    if (!faults.empty()) return faults;
    const bool possible = *reading.gross > *reading.tare && reading.tare->value > 0 &&
                          reading.gross->value <= 1'000'000'000;  // 1,000 t: no truck scale goes on
    if (!possible)
        return {refuse("WEIGHT_INVALID", "/gross_g", std::to_string(reading.gross->value))};
    if (reading.net && *reading.net != *reading.gross - *reading.tare) {
        return {refuse("WEIGHT_ARITHMETIC", "/net_g", std::to_string(reading.net->value))};
    }
    return {};
}

/// Lines named that do not exist or come twice, weights out of range. `field` is the weight's name
/// in the body: sent_g, received_g or accepted_g.
Refusals named_line_faults(const Manifest& manifest, const std::vector<LineWeight>& lines,
                           const std::string& field) {
    Refusals faults;
    std::vector<std::uint8_t> seen;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto pointer = "/lines/" + std::to_string(i);
        const auto number = lines[i].line_no;
        const bool exists =
            std::ranges::find(manifest.lines, number, &WasteLine::line_no) != manifest.lines.end();
        if (!exists || std::ranges::find(seen, number) != seen.end()) {
            faults.push_back(refuse("LINE_UNKNOWN", pointer + "/line_no", std::to_string(number)));
        }
        seen.push_back(number);
        const auto grams = lines[i].weight.value;
        if (grams < 0 || grams > 1'000'000'000) {
            faults.push_back(refuse("FIELD_RANGE", pointer + "/" + field, std::to_string(grams)));
        }
        if (lines[i].containers && *lines[i].containers > 9999) {
            faults.push_back(refuse("FIELD_RANGE", pointer + "/containers",
                                    std::to_string(*lines[i].containers)));
        }
    }
    return faults;
}

/// Lines, when given, name every line and add up to `net`.
Refusals split_faults(const Manifest& manifest, const std::vector<LineWeight>& lines, Grams net,
                      const std::string& field) {
    if (lines.empty()) return {};
    auto faults = named_line_faults(manifest, lines, field);
    if (!faults.empty()) return faults;
    Grams sum;
    for (const auto& line : lines) sum = sum + line.weight;
    if (lines.size() != manifest.lines.size() || sum != net) {
        faults.push_back(refuse("LINE_WEIGHTS_SUM", "/lines", std::to_string(sum.value)));
    }
    return faults;
}

Refusals driver_faults(const Case& c) {
    const Leg* leg = current_leg(c.manifest);
    const bool other = c.request.by.role == Role::driver && leg != nullptr &&
                       !leg->driver.user.empty() && leg->driver.user != c.request.by.user;
    if (!other) return {};
    return {refuse("NOT_NAMED_DRIVER", "", c.request.by.user)};
}

}  // namespace

bool producer_has_signed_load(const Manifest& manifest) { return manifest.weigh_out.has_value(); }

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
    const bool nothing_weighed = !load->gross_g && !load->tare_g && load->lines.empty();
    if (c.request.by.role == Role::driver && nothing_weighed) return faults;
    auto more = reading_faults({load->gross_g, load->tare_g, load->net_g});
    if (more.empty()) {
        const Grams net = *load->gross_g - *load->tare_g;
        more = split_faults(c.manifest, load->lines, net, "sent_g");
        for (std::size_t i = 0; i < load->lines.size(); ++i) {
            if (load->lines[i].weight.value != 0) continue;
            more.push_back(refuse("WEIGHT_INVALID", "/lines/" + std::to_string(i) + "/sent_g"));
        }
        if (net > max_load) more.push_back(refuse("OVERLOAD", "/gross_g"));
        const auto& signed_before = c.manifest.weigh_out;
        if (signed_before &&
            (signed_before->gross_g != *load->gross_g || signed_before->tare_g != *load->tare_g)) {
            more.push_back(refuse("WEIGHT_NOT_AS_SIGNED", "/gross_g"));
        }
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
            faults.push_back(
                refuse("LOCK_NOT_CLOSED",
                       "/legs/" + std::to_string(leg->leg_no - 1) + "/locks/" + std::to_string(i),
                       leg->locks[i].text));
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
    if (load == nullptr) return {};
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
    const auto* departure = std::get_if<Departure>(&c.request.body);
    if (departure != nullptr && !departure->route.empty()) return departure->route;
    const Leg* leg = current_leg(c.manifest);
    return leg == nullptr ? RouteId{} : leg->route;
}

Refusals route_set(const Case& c) {
    const bool by_fence = c.request.by.role == Role::system;
    if (by_fence || !route_of(c).empty()) return {};
    return {refuse("ROUTE_MISSING", "/route")};
}

Refusals arrival_weighed(const Case& c) {
    const auto* weighing = std::get_if<WeighIn>(&c.request.body);
    if (weighing == nullptr) return {};
    auto faults = reading_faults({weighing->gross_g, weighing->tare_g, weighing->net_g});
    if (!faults.empty()) return faults;
    const Grams net = *weighing->gross_g - *weighing->tare_g;
    const Grams part = weighing->share_g.value_or(net);
    if (part.value < 0 || part > net) {
        faults.push_back(refuse("FIELD_RANGE", "/share_g", std::to_string(part.value)));
    }
    const auto floor = weighing->scale_floor_g.value_or(truck_scale_floor);
    if (floor.value <= 0 || floor > truck_scale_floor) {
        faults.push_back(refuse("FIELD_RANGE", "/scale_floor_g", std::to_string(floor.value)));
    }
    const auto more = split_faults(c.manifest, weighing->lines, part, "received_g");
    faults.insert(faults.end(), more.begin(), more.end());
    return faults;
}

Refusals weighed_in(const Case& c) {
    if (c.manifest.weigh_in) return {};
    return {refuse("WEIGH_FIRST", "")};
}

Refusals accepted_whole(const Case& c) {
    const auto* verdict = std::get_if<Verdict>(&c.request.body);
    if (verdict == nullptr || !c.manifest.weigh_in || verdict->lines.empty()) return {};
    auto faults = named_line_faults(c.manifest, verdict->lines, "accepted_g");
    if (!faults.empty()) return faults;
    if (verdict->lines.size() != c.manifest.lines.size()) {
        return {refuse("FIELD_REQUIRED", "/lines")};
    }
    for (std::size_t i = 0; i < verdict->lines.size(); ++i) {
        const auto& said = verdict->lines[i];
        const auto line = std::ranges::find(c.manifest.lines, said.line_no, &WasteLine::line_no);
        const auto off = said.weight - line->received_g.value_or(Grams{});
        if (std::abs(off.value) > split_tolerance.value) {
            faults.push_back(refuse("SPLIT_SUM", "/lines/" + std::to_string(i) + "/accepted_g",
                                    std::to_string(said.weight.value)));
        }
    }
    return faults;
}

Refusals no_difference(const Case& c) {
    const auto found = deviation_of(c.manifest);
    if (!found || !found->significant) return {};
    return {refuse("DIFFERENCE_UNDECLARED", "/lines", std::to_string(found->delta.value))};
}

Refusals acknowledged(const Case& c) {
    if (c.request.by.role != Role::system) return {};
    const auto& due = c.facts.acknowledgement_due;
    if (due && *due <= c.facts.now) return {};
    return {refuse("TOO_EARLY", "")};
}

}  // namespace liuhen::manifest::guards
