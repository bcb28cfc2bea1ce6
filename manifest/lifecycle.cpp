#include "manifest/lifecycle.hpp"

#include "manifest/children.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

/// A manifest held by an authority still arrives and is weighed, and authorities act on it (T36).
constexpr EnumSet<Event> not_stopped_by_a_hold{
    Event::arrive,  Event::weigh_in,           Event::rule,
    Event::release, Event::close_by_authority, Event::track_or_lock_event};

bool starts_here(const Transition& row, const Manifest& manifest) {
    const bool exists = manifest.version > 0;
    if (row.from.before_creation) return !exists;
    if (!exists || manifest.discarded_at || !row.from.states.has(manifest.state)) return false;
    return row.from.when == nullptr || row.from.when(manifest);
}

const Transition* row_for(const Manifest& manifest, Event event) {
    const auto rows = lifecycle();
    const auto found = std::ranges::find_if(rows, [&](const Transition& row) {
        return row.events.has(event) && starts_here(row, manifest);
    });
    return found == rows.end() ? nullptr : &*found;
}

/// Words for a cell without a row that say more than "not now".
struct Cell {
    EnumSet<Event> events;
    EnumSet<State> states;
    std::string_view code;
};
constexpr Cell cells[] = {
    {Event::void_, {State::carrier_assigned, State::loaded}, "MUST_UNLOAD_FIRST"},
    {{Event::unassign, Event::swap_vehicle}, {State::carrier_assigned}, "MUST_UNLOAD_FIRST"},
    {Event::unload, {State::in_transit}, "ALREADY_DEPARTED"},
    {Event::handover_out, {State::in_transit}, "NO_NEXT_LEG"},
    {Event::dispute, {State::discrepancy}, "ALREADY_DISPUTED"},
};
std::string_view code_of_refusal(const Manifest& manifest, Event event) {
    for (const Cell& cell : cells) {
        if (cell.events.has(event) && cell.states.has(manifest.state)) return cell.code;
    }
    if (event == Event::request_revision && manifest.revision) return "REVISION_PENDING";
    if (event == Event::hold && manifest.hold) return "ALREADY_HELD";
    return "ILLEGAL_STATE";
}

bool carries(const Manifest& manifest, Seat seat, const PartyId& party) {
    if (seat == Seat::any_leg) {
        return std::ranges::any_of(manifest.legs,
                                   [&](const Leg& leg) { return leg.carrier.id == party; });
    }
    const Leg* leg = seat == Seat::next_leg ? next_leg(manifest) : current_leg(manifest);
    return leg != nullptr && leg->carrier.id == party;
}

/// True when the party is named in the role. Carrier and driver: of the leg that the row is about.
bool is_named(const Manifest& manifest, Seat seat, Role role, const PartyId& party) {
    switch (role) {
        case Role::producer:
            return manifest.producer.id == party;
        case Role::carrier:
        case Role::driver:
            return carries(manifest, seat, party);
        case Role::receiver:
            return manifest.receiver.id == party;
        case Role::regulator:
        case Role::police:
        case Role::operator_:
        case Role::system:
        case Role::count_:
            break;
    }
    return false;
}

constexpr EnumSet<Role> of_an_organisation{Role::producer, Role::carrier, Role::driver,
                                           Role::receiver};

bool sits_in(const Manifest& manifest, Seat seat, Role role, const PartyId& party) {
    if (!of_an_organisation.has(role)) return true;
    return !party.empty() && is_named(manifest, seat, role, party);
}

/// The role that counts: a producer who takes back its own waste acts as its receiver.
Role acting_role(const Transition& row, const Manifest& manifest, Role role) {
    const bool as_receiver = takes_back_own(manifest) && role == Role::producer &&
                             !row.actors.has(role) && row.actors.has(Role::receiver);
    return as_receiver ? Role::receiver : role;
}

std::string_view stranger_code(Role role) {
    if (role == Role::carrier || role == Role::driver) return "NOT_NAMED_CARRIER";
    return role == Role::receiver ? "NOT_NAMED_RECEIVER" : "NOT_YOUR_ORG";
}

/// Role and organisation of the caller against the row.
std::optional<Refusal> stranger(const Transition& row, const Manifest& manifest,
                                const Request& request) {
    const auto& by = request.by;
    const Role role = acting_role(row, manifest, by.role);
    if (!row.actors.has(role)) {
        const bool signing = request.event == Event::load_sign;
        return refuse(signing ? "SIGN_ROLE" : "ROLE_NOT_ALLOWED", "", code(by.role));
    }
    if (const auto* filing = std::get_if<Filing>(&request.body);
        filing != nullptr && !filing->producer.empty() && filing->producer != by.party) {
        return refuse("NOT_YOUR_ORG", "/producer", filing->producer.text);
    }
    if (row.from.before_creation && !by.party.empty()) return std::nullopt;
    if (sits_in(manifest, row.seat, role, by.party)) return std::nullopt;
    return refuse(stranger_code(role), "", by.party.text);
}

/// Adds what an illegal_state refusal tells the caller.
void say_what_is_possible(Refusal& refusal, const Manifest& manifest, const Actor& by) {
    if (refusal.kind != RefusalKind::illegal_state) return;
    if (manifest.version > 0) refusal.state = manifest.state;
    refusal.allowed_events = allowed_events(manifest, by.role, by.party);
}

/// What stands against the request before any guard is asked.
std::optional<Refusal> barred(const Transition* row, const Manifest& now, const Request& request) {
    if (row == nullptr || row->apply == nullptr) {
        return refuse(code_of_refusal(now, request.event), "", code(request.event));
    }
    if (auto refusal = stranger(*row, now, request)) return refusal;
    if (request.if_version && *request.if_version != now.version) {
        return refuse("STALE_VERSION", "", std::to_string(now.version));
    }
    if (now.overlays.held && !not_stopped_by_a_hold.has(request.event)) {
        return refuse("HELD", "", now.overlays.held->cause);
    }
    return std::nullopt;
}

/// A revision that waits where no row answers it any more has lapsed.
void drop_orphaned_revision(Manifest& next) {
    if (!next.revision || row_for(next, Event::cancel_revision) != nullptr) return;
    next.revision.reset();
    next.overlays.revision_pending.reset();
}

Decision take(const Transition& row, const Case& c) {
    Decision decision{
        .next = c.manifest, .child = {}, .effects = {}, .warnings = {}, .row = row.row};
    decision.next.version = c.manifest.version + 1;
    decision.next.state = row.to.states.only().value_or(c.manifest.state);
    row.apply(decision, c);
    drop_orphaned_revision(decision.next);
    for (const auto& remark : c.facts.remarks) {
        decision.warnings.push_back(warn(remark.code, remark.pointer));
    }
    const bool reached = row.to.states.empty() || row.to.states.has(decision.next.state);
    for (const auto kind : row.effects) {
        if (reached && kind != EffectKind::none) decision.effects.push_back({kind});
    }
    return decision;
}

}  // namespace

Result<Decision, Refusals> decide(const Manifest& now, const Request& request, const Facts& facts) {
    const Transition* row = row_for(now, request.event);
    if (auto refusal = barred(row, now, request)) {
        say_what_is_possible(*refusal, now, request.by);
        return fail(Refusals{std::move(*refusal)});
    }
    const Case c{now, request, facts};
    Refusals faults;
    for (const auto& guard : row->guards) {
        if (guard.check == nullptr) break;
        for (auto& fault : guard.check(c)) faults.push_back(std::move(fault));
    }
    if (faults.empty()) return take(*row, c);
    std::ranges::stable_sort(faults, {}, &Refusal::kind);
    for (auto& fault : faults) say_what_is_possible(fault, now, request.by);
    return fail(std::move(faults));
}

std::vector<Event> allowed_events(const Manifest& manifest, Role role, const PartyId& party) {
    std::vector<Event> allowed;
    for (const auto& row : lifecycle()) {
        const Role acting = acting_role(row, manifest, role);
        const bool seated = row.from.before_creation || sits_in(manifest, row.seat, acting, party);
        if (row.apply == nullptr || !starts_here(row, manifest) || !row.actors.has(acting) ||
            !seated) {
            continue;
        }
        for (std::size_t i = 0; i < static_cast<std::size_t>(Event::count_); ++i) {
            const auto event = static_cast<Event>(i);
            const bool stopped = manifest.overlays.held && !not_stopped_by_a_hold.has(event);
            if (row.events.has(event) && !stopped) allowed.push_back(event);
        }
    }
    return allowed;
}

}  // namespace liuhen::manifest
