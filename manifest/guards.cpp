// Guards on time, filing and reasons.
#include "manifest/guards.hpp"

#include "manifest/codes.hpp"
#include "manifest/filing.hpp"

#include <algorithm>

namespace liuhen::manifest::guards {
namespace {

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
    const auto& planned = amended.planned_depart_at;
    if (planned && *planned > c.facts.now + max_ahead) {
        faults.push_back(refuse("DEPARTURE_TOO_FAR", "/planned_depart_at", to_iso(*planned)));
    }
    return faults;
}

Refusals origin_kept(const Case& c) {
    const auto& registered = c.facts.directory.producer;
    if (c.manifest.no.empty() || !registered) return {};
    const auto& division = registered->division;
    if (division.substr(0, 4) == c.manifest.no.substr(4, 4)) return {};
    return {refuse("ORIGIN_FIXED", "/producer/division", division)};
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

Refusals reason_coded(const Case& c) {
    auto faults = reason_given(c);
    const auto judge = [&faults](const Reason& reason) {
        const auto length = text_length(reason.code);
        const bool fits = length && *length >= 1 && *length <= 40;
        if (!fits) faults.push_back(refuse("REASON_REQUIRED", "/reason/code", reason.code));
    };
    if (const auto* one = std::get_if<Explanation>(&c.request.body)) judge(one->reason);
    if (const auto* one = std::get_if<Rejection>(&c.request.body)) judge(one->reason);
    return faults;
}

Refusals number_left(const Case& c) {
    // Without a series the caller could not draw; the field that is missing is refused by itself.
    const auto* paper = std::get_if<BackfillForm>(&c.request.body);
    const bool redirected = std::holds_alternative<Redirection>(c.request.body);
    const bool numbered = !redirected && !c.manifest.no.empty();  // a child needs its own
    if (numbered || !c.facts.next_no.empty()) return {};
    const auto departure = paper != nullptr ? paper->departed_at
                           : redirected     ? std::optional{c.request.at}
                                            : std::nullopt;
    if (!number_series(c.manifest, departure)) return {};
    return {refuse("SERIAL_EXHAUSTED", "")};
}

}  // namespace liuhen::manifest::guards
