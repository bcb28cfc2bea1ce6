#include "server/desk.hpp"

#include "manifest/guards.hpp"
#include "manifest/reporting.hpp"
#include "manifest/unlock.hpp"
#include "server/crypto.hpp"
#include "server/desk_registers.hpp"
#include "server/ledger.hpp"
#include "server/quantities.hpp"
#include "server/store/facts.hpp"
#include "server/store/inbox.hpp"
#include "server/store/lock_bindings.hpp"
#include "server/store/manifests.hpp"
#include "server/store/meter_entries.hpp"
#include "server/store/reports.hpp"
#include "server/store/rule_sets.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace liuhen::server {
namespace {

using namespace manifest;

// What `gather` works on; a gatherer may complete the request (terminal and locks that are bound).
struct Counter {
    pqxx::transaction_base& db;
    const Manifest& manifest;
    Request& request;
    Facts& facts;
};

void look_up_filing(Counter& c) {
    const auto* filing = std::get_if<Filing>(&c.request.body);
    if (filing == nullptr) return;
    const PartyId producer = filing->producer.empty() ? c.request.by.party : filing->producer;
    store::Named named{producer,
                       {},
                       filing->receiver,
                       filing->origin,
                       filing->destination,
                       filing->planned_depart_at.value_or(c.facts.now)};
    for (const FiledLeg& leg : filing->legs) named.carriers.push_back(leg.carrier);
    c.facts.directory = store::directory(c.db, named);
    if (!filing->parent_no.empty()) c.facts.parent = store::find_parent(c.db, filing->parent_no);
}

store::Named named_in(const Manifest& manifest, Instant now) {
    store::Named named{manifest.producer.id, {},
                       manifest.receiver.id, manifest.origin,
                       manifest.destination, manifest.planned_depart_at.value_or(now)};
    for (const Leg& leg : manifest.legs) named.carriers.push_back(leg.carrier.id);
    return named;
}

void look_up_draft(Counter& c) {
    c.facts.directory = store::directory(c.db, named_in(c.manifest, c.facts.now));
}

void look_up_paper(Counter& c) {
    const auto* paper = std::get_if<BackfillForm>(&c.request.body);
    if (paper == nullptr) return;
    c.facts.directory = store::directory(c.db, named_in(c.manifest, c.facts.now));
    c.facts.paper_no_taken = store::paper_no_taken(c.db, c.manifest, *paper);
}

void look_up_redirection(Counter& c) {
    const auto* asked = std::get_if<Redirection>(&c.request.body);
    if (asked == nullptr) return;
    store::Named named = named_in(c.manifest, c.facts.now);
    named.receiver = asked->receiver;
    named.destination = asked->destination;
    c.facts.directory = store::directory(c.db, named);
    c.facts.child = {uuid_v7(c.facts.now)};
    const auto& above = c.manifest.parent;
    if (above) c.facts.parent = store::find_parent(c.db, above->no);
}

void look_up_children(Counter& c) {
    if (const auto* asked = std::get_if<Settlement>(&c.request.body))
        c.facts.children = store::find_children(c.db, asked->children);
}

void look_up_track(Counter& c) {
    c.facts.track_contradicts = store::backfill_contradicts(c.db, c.manifest.id);
}

Acceptance* acceptance_in(Request& request) {
    if (auto* whole = std::get_if<Acceptance>(&request.body)) return whole;
    if (auto* in = std::get_if<HandoverIn>(&request.body)) return &in->acceptance;
    if (auto* swap = std::get_if<BreakdownSwap>(&request.body)) return &swap->acceptance;
    return nullptr;
}

void look_up_accepted(Counter& c) {
    auto* acceptance = acceptance_in(c.request);
    if (acceptance == nullptr) return;
    auto answer = store::fleet(
        c.db, {acceptance->vehicle, acceptance->terminal, acceptance->locks, acceptance->route,
               c.manifest.origin, c.manifest.origin, c.manifest.destination, std::nullopt,
               c.manifest.id, c.request.at, c.facts.now});
    acceptance->terminal = std::move(answer.terminal);
    acceptance->locks = std::move(answer.locks);
    c.facts.fleet = std::move(answer.fleet);
}

void look_up_leg(Counter& c) {
    const Leg* leg = current_leg(c.manifest);
    if (leg == nullptr || leg->vehicle.empty()) return;
    const auto* departure = std::get_if<Departure>(&c.request.body);
    const auto* back = std::get_if<ReturnStart>(&c.request.body);
    RouteId route = leg->route;
    if (departure != nullptr && !departure->route.empty()) route = departure->route;
    if (back != nullptr) route = back->route;
    const bool returning = back != nullptr || leg->returning;
    const SiteId& from = returning ? c.manifest.destination : c.manifest.origin;
    const SiteId& to = returning ? c.manifest.origin : c.manifest.destination;
    auto answer =
        store::fleet(c.db, {leg->vehicle, leg->terminal, leg->locks, route, c.manifest.origin, from,
                            to, leg->handover_place, c.manifest.id, c.request.at, c.facts.now});
    c.facts.fleet = std::move(answer.fleet);
    // A leg that was accepted without locks has none to report, whatever was bound since.
    if (leg->locks.empty()) c.facts.fleet.locks.clear();
}

// What a pipe carried is the sum of its daily entries; who signs it need not add them up.
template <class Reading>
void fill_in(Reading& reading, const std::map<std::uint8_t, Grams>& sums) {
    const bool said = reading.gross_g || reading.tare_g || reading.net_g || !reading.lines.empty();
    if (said || sums.empty()) return;
    Grams all;
    for (const auto& [line_no, weight] : sums) {
        all = all + weight;
        reading.lines.push_back({line_no, weight, std::nullopt});
    }
    reading.gross_g = all;
    reading.tare_g = Grams{};
}

void look_up_meters(Counter& c) {
    if (c.manifest.kind != Kind::pipe) return;
    auto* load = std::get_if<Loading>(&c.request.body);
    auto* arrival = std::get_if<WeighIn>(&c.request.body);
    if (load != nullptr && c.request.by.role == Role::producer)
        fill_in(*load, store::metered(c.db, c.manifest.id, store::PipeEnd::out));
    if (arrival != nullptr)
        fill_in(*arrival, store::metered(c.db, c.manifest.id, store::PipeEnd::in));
}

struct GatherRow {
    Event event;
    void (*look_up)(Counter&);
};
constexpr GatherRow gatherers[] = {
    {Event::create, look_up_filing},
    {Event::edit, look_up_filing},
    {Event::amend, look_up_filing},
    {Event::submit, look_up_draft},
    {Event::submit_backfill, look_up_paper},
    {Event::redirect, look_up_redirection},
    {Event::settle_remainder, look_up_children},
    {Event::confirm_backfill, look_up_track},
    {Event::carrier_accept, look_up_accepted},
    {Event::swap_vehicle, look_up_accepted},
    {Event::handover_in, look_up_accepted},
    {Event::breakdown_swap, look_up_accepted},
    {Event::load_sign, look_up_leg},
    {Event::load_sign, look_up_meters},
    {Event::weigh_in, look_up_meters},
    {Event::unload, look_up_leg},
    {Event::depart, look_up_leg},
    {Event::handover_out, look_up_leg},
    {Event::reject, look_up_leg},
    {Event::start_return, look_up_leg},
};

Facts gather(pqxx::transaction_base& db, const Manifest& manifest, Request& request, Instant now) {
    Facts facts;
    facts.now = now;
    Counter counter{db, manifest, request, facts};
    for (const GatherRow& row : gatherers) {
        if (row.event == request.event) row.look_up(counter);
    }
    ask_registers({db, manifest, request, facts});
    judge_containers(db, manifest, request, facts);
    return facts;
}

// A number is drawn for the manifest that will bear it; one that has a number keeps it. It is the
// last of the facts: everybody who files in the prefecture waits for its row until the commit.
void draw_number(pqxx::transaction_base& db, const Manifest& manifest, const Request& request,
                 Facts& facts) {
    const auto* paper = std::get_if<BackfillForm>(&request.body);
    const bool redirected = request.event == Event::redirect;
    if (request.event != Event::submit && paper == nullptr && !redirected) return;
    if (!manifest.no.empty() && !redirected) return;
    std::optional<Instant> departure;
    if (paper != nullptr) departure = paper->departed_at;
    if (redirected) departure = request.at;
    if (const auto series = number_series(manifest, departure))
        facts.next_no = store::draw_number(db, *series);
}

bool has(const Decision& decision, EffectKind kind) {
    return std::any_of(decision.effects.begin(), decision.effects.end(),
                       [kind](const Effect& effect) { return effect.kind == kind; });
}

// The trip as the decision leaves it. What the fences saw is folded again from observations, so
// only a person's word is written down.
void follow_trip(pqxx::transaction_base& db, const Decision& decision, const Request& request,
                 const TripId& before) {
    const bool person = request.by.role != Role::system;
    const Leg* const carrying = current_leg(decision.next);
    const bool on_road = carrying != nullptr && !carrying->vehicle.empty();
    const bool armed =
        has(decision, EffectKind::hand_over_watch) || has(decision, EffectKind::start_watch);
    const bool taken_over = armed && store::trip_of(decision.next) != before;
    const bool arms = on_road && (armed || decision.child);
    const auto rule_set = arms ? store::version_in_force(db) : std::string{};
    if (armed && on_road) store::arm_trip(db, decision.next, rule_set);
    if (decision.child && on_road) store::arm_trip(db, *decision.child, rule_set);
    if (taken_over || has(decision, EffectKind::note_departure)) {
        store::TripNews news;
        const Leg* leg = current_leg(decision.next);
        if (leg != nullptr) news.route = leg->route;
        if (person) news.departed_at = request.at;
        store::amend_trip(db, store::trip_of(decision.next), news);
    }
    store::TripNews end;
    if (has(decision, EffectKind::end_watch) && person) end.arrived_at = request.at;
    const bool over =
        taken_over || is_final(decision.next.state) || has(decision, EffectKind::disarm_watch);
    if (over) end.ended_at = request.at;
    if (end.arrived_at || end.ended_at) store::amend_trip(db, before, end);
}

// A lock serves the manifest from the carrier's acceptance until the truck is free again; what a
// redirected load is locked with serves the child from then on.
void follow_locks(pqxx::transaction_base& db, const Manifest& before, const Decision& decision,
                  Instant at) {
    const bool free = occupies_vehicle(before.state) && !occupies_vehicle(decision.next.state);
    if (free || has(decision, EffectKind::free_leg)) store::free_locks(db, before.id, at);
    if (has(decision, EffectKind::bind_leg)) store::bind_locks(db, decision.next, at);
    if (decision.child) store::bind_locks(db, *decision.child, at);
}

// What the national system is to be told of it.
void follow_reports(pqxx::transaction_base& db, const Decision& decision, Event event,
                    Instant now) {
    const bool filed = event == Event::submit || event == Event::submit_backfill;
    if (filed && decision.next.overlays.sync == Sync::not_needed) return;  // asked just before
    const std::string name{code(event)};
    if (is_reported(event, decision.next)) store::put_report(db, decision.next, name, now);
    if (decision.child && is_reported(event, *decision.child))
        store::put_report(db, *decision.child, name, now);
}

Result<Acted, Denial> judge(pqxx::transaction_base& db, const Manifest& current, Request request,
                            const Signer& signer, const std::string& stated, Instant now) {
    Facts facts = gather(db, current, request, now);
    const auto allotment = judge_quantities(db, current, request, facts);
    draw_number(db, current, request, facts);
    auto decided = decide(current, request, facts);
    if (!decided) return fail(Denial{std::move(decided.error())});
    name_papers(*decided, allotment);
    const store::EventRow event{std::string{decided->row},
                                std::string{code(request.event)},
                                request.by,
                                signer.token_id,
                                signer.person,
                                request.at,
                                now,
                                stated,
                                signer.origin,
                                signer.delegate};
    store::store_manifest(db, decided->next, event);
    if (decided->child) store::store_manifest(db, *decided->child, event);
    auto refusals = follow_quantities(db, *decided, request, allotment);
    if (!refusals.empty()) return fail(Denial{std::move(refusals)});
    if (current.version > 0) follow_registers(db, decided->next, request, now);
    if (decided->child) follow_registers(db, *decided->child, request, now);
    for (auto& warning : follow_ledger(db, decided->next, request, now))
        decided->warnings.push_back(std::move(warning));
    if (decided->child) follow_ledger(db, *decided->child, request, now);
    follow_reports(db, *decided, request.event, now);
    // Before the event the current leg is the one that the event is about.
    follow_trip(db, *decided, request, store::trip_of(current));
    follow_locks(db, current, *decided, request.at);
    store::tell(db, *decided, request, now);
    return Acted{std::move(decided->next), std::move(decided->child), std::move(decided->effects),
                 std::move(decided->warnings), std::string{decided->row}};
}

}  // namespace

Result<Acted, Denial> act(pqxx::transaction_base& db, const ManifestId& id, Request request,
                          const Signer& signer, const std::string& stated, Instant now) {
    const auto current = store::lock_manifest(db, id);
    if (!current) return fail(Denial{UnknownManifest{}});
    // Without a time of its own it is of now; who waited for the manifest comes after the other.
    if (request.at == now) {
        const auto before = manifest::guards::latest_record(*current);
        if (before && *before <= now + manifest::guards::clock_tolerance)
            request.at = std::max(now, *before);
    }
    return judge(db, *current, std::move(request), signer, stated, now);
}

Result<Acted, Denial> create(pqxx::transaction_base& db, const ManifestId& id,
                             const Request& request, const Signer& signer,
                             const std::string& stated, Instant now) {
    Manifest nothing;
    nothing.id = id;
    return judge(db, nothing, request, signer, stated, now);
}

}  // namespace liuhen::server
