#include "manifest/lifecycle.hpp"

#include "manifest/names.hpp"

#include <algorithm>

namespace liuhen::manifest {
namespace {

constexpr Names<Event> events{"create",
                              "edit",
                              "discard",
                              "submit",
                              "amend",
                              "carrier_accept",
                              "carrier_refuse",
                              "unassign",
                              "swap_vehicle",
                              "load_sign",
                              "unload",
                              "depart",
                              "track_or_lock_event",
                              "handover_out",
                              "handover_in",
                              "handover_refuse",
                              "breakdown_swap",
                              "arrive",
                              "weigh_in",
                              "accept",
                              "accept_with_difference",
                              "accept_part",
                              "reject",
                              "confirm_difference",
                              "dispute",
                              "rule",
                              "start_return",
                              "confirm_return",
                              "redirect",
                              "settle_remainder",
                              "close",
                              "void",
                              "submit_backfill",
                              "confirm_backfill",
                              "return_backfill",
                              "hold",
                              "release",
                              "close_by_authority",
                              "request_revision",
                              "approve_revision",
                              "refuse_revision",
                              "cancel_revision",
                              "report_treatment"};

constexpr Names<EffectKind> effects{"none",
                                    "reserve_quantities",
                                    "correct_quantities",
                                    "outbox_national",
                                    "bind_leg",
                                    "start_watch",
                                    "note_departure",
                                    "end_watch",
                                    "start_receipt_clock",
                                    "raise_loaded_elsewhere",
                                    "notify_producer",
                                    "notify_carrier",
                                    "notify_receiver",
                                    "add_to_stock",
                                    "freeze_content"};

/// A manifest held by an authority still arrives and is weighed (T36).
constexpr EnumSet<Event> not_stopped_by_a_hold{Event::arrive, Event::weigh_in, Event::release,
                                               Event::close_by_authority,
                                               Event::track_or_lock_event};

bool starts_here(const Transition& row, const Manifest& manifest) {
    const bool exists = manifest.version > 0;
    return row.from.before_creation ? !exists : exists && row.from.states.has(manifest.state);
}

const Transition* row_for(const Manifest& manifest, Event event) {
    const auto rows = lifecycle();
    const auto found = std::ranges::find_if(rows, [&](const Transition& row) {
        return row.events.has(event) && starts_here(row, manifest);
    });
    return found == rows.end() ? nullptr : &*found;
}

/// Whose manifest it is in a role: empty when the role belongs to no organisation.
PartyId seat(const Manifest& manifest, Role role) {
    const Leg* leg = current_leg(manifest);
    const PartyId carrier = leg != nullptr ? leg->carrier.id : PartyId{};
    switch (role) {
        case Role::producer:
            return manifest.producer.id;
        case Role::carrier:
        case Role::driver:
            return carrier;
        case Role::receiver:
            return manifest.receiver.id;
        case Role::regulator:
        case Role::police:
        case Role::operator_:
        case Role::system:
        case Role::count_:
            break;
    }
    return {};
}

constexpr EnumSet<Role> of_an_organisation{Role::producer, Role::carrier, Role::driver,
                                           Role::receiver};

bool sits_in(const Manifest& manifest, Role role, const PartyId& party) {
    if (!of_an_organisation.has(role)) return true;
    return !party.empty() && seat(manifest, role) == party;
}

std::string_view stranger_code(Role role) {
    if (role == Role::carrier || role == Role::driver) return "NOT_NAMED_CARRIER";
    return role == Role::receiver ? "NOT_NAMED_RECEIVER" : "NOT_YOUR_ORG";
}

/// Role and organisation of the caller against the row.
std::optional<Refusal> stranger(const Transition& row, const Manifest& manifest,
                                const Request& request) {
    const auto& by = request.by;
    if (!row.actors.has(by.role)) {
        const bool signing = request.event == Event::load_sign;
        return refuse(signing ? "SIGN_ROLE" : "ROLE_NOT_ALLOWED", "", code(by.role));
    }
    if (const auto* filing = std::get_if<Filing>(&request.body);
        filing != nullptr && !filing->producer.empty() && filing->producer != by.party) {
        return refuse("NOT_YOUR_ORG", "/producer", filing->producer.text);
    }
    if (row.from.before_creation && !by.party.empty()) return std::nullopt;
    if (sits_in(manifest, by.role, by.party)) return std::nullopt;
    return refuse(stranger_code(by.role), "", by.party.text);
}

/// Adds what an illegal_state refusal tells the caller.
void say_what_is_possible(Refusal& refusal, const Manifest& manifest, const Actor& by) {
    if (refusal.kind != RefusalKind::illegal_state) return;
    if (manifest.version > 0) refusal.state = manifest.state;
    refusal.allowed_events = allowed_events(manifest, by.role, by.party);
}

/// What stands against the request before any guard is asked.
std::optional<Refusal> barred(const Transition* row, const Manifest& now, const Request& request) {
    if (row == nullptr) return refuse("ILLEGAL_STATE", "", code(request.event));
    if (row->status == Status::later) return refuse("NOT_IN_SERVICE", "", code(request.event));
    if (auto refusal = stranger(*row, now, request)) return refusal;
    if (request.if_version && *request.if_version != now.version) {
        return refuse("STALE_VERSION", "", std::to_string(now.version));
    }
    if (now.overlays.held && !not_stopped_by_a_hold.has(request.event)) {
        return refuse("HELD", "", now.overlays.held->cause);
    }
    return std::nullopt;
}

Decision take(const Transition& row, const Case& c) {
    Decision decision{.next = c.manifest, .effects = {}, .warnings = {}, .row = row.row};
    decision.next.version = c.manifest.version + 1;
    decision.next.state = row.to.states.only().value_or(c.manifest.state);
    row.apply(decision, c);
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

std::string_view code(Event event) { return name_in(events, event); }
std::string_view code(EffectKind kind) { return name_in(effects, kind); }
std::optional<Event> event_from_code(std::string_view code) { return find_in(events, code); }

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
        const bool seated = row.from.before_creation || sits_in(manifest, role, party);
        if (row.status != Status::live || !starts_here(row, manifest) || !row.actors.has(role) ||
            !seated) {
            continue;
        }
        for (std::size_t i = 0; i < events.text.size(); ++i) {
            const auto event = static_cast<Event>(i);
            const bool stopped = manifest.overlays.held && !not_stopped_by_a_hold.has(event);
            if (row.events.has(event) && !stopped) allowed.push_back(event);
        }
    }
    return allowed;
}

}  // namespace liuhen::manifest
