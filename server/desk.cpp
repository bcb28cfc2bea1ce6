#include "server/desk.hpp"

#include "geofence/rules.hpp"
#include "manifest/unlock.hpp"
#include "server/store/facts.hpp"
#include "server/store/lock_bindings.hpp"
#include "server/store/manifests.hpp"

#include <algorithm>
#include <array>

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
    c.facts.directory = store::directory(
        c.db, {producer, filing->carrier, filing->receiver, filing->origin, filing->destination});
}

void look_up_draft(Counter& c) {
    const Leg* leg = current_leg(c.manifest);
    const PartyId carrier = leg == nullptr ? PartyId{} : leg->carrier.id;
    c.facts.directory =
        store::directory(c.db, {c.manifest.producer.id, carrier, c.manifest.receiver.id,
                                c.manifest.origin, c.manifest.destination});
    if (const auto series = number_series(c.manifest))
        c.facts.next_no = store::draw_number(c.db, *series);
}

void look_up_accepted(Counter& c) {
    auto* acceptance = std::get_if<Acceptance>(&c.request.body);
    if (acceptance == nullptr) return;
    auto answer = store::fleet(
        c.db, {acceptance->vehicle, acceptance->terminal, acceptance->locks, acceptance->route,
               c.manifest.origin, c.manifest.id, c.request.at, c.facts.now});
    acceptance->terminal = std::move(answer.terminal);
    acceptance->locks = std::move(answer.locks);
    c.facts.fleet = std::move(answer.fleet);
}

void look_up_leg(Counter& c) {
    const Leg* leg = current_leg(c.manifest);
    if (leg == nullptr || leg->vehicle.empty()) return;
    const auto* departure = std::get_if<Departure>(&c.request.body);
    const RouteId route =
        departure == nullptr || departure->route.empty() ? leg->route : departure->route;
    auto answer = store::fleet(c.db, {leg->vehicle, leg->terminal, leg->locks, route,
                                      c.manifest.origin, c.manifest.id, c.request.at, c.facts.now});
    c.facts.fleet = std::move(answer.fleet);
    // A leg that was accepted without locks has none to report, whatever was bound since.
    if (leg->locks.empty()) c.facts.fleet.locks.clear();
}

struct GatherRow {
    Event event;
    void (*look_up)(Counter&);
};
constexpr GatherRow gatherers[] = {
    {Event::create, look_up_filing}, {Event::edit, look_up_filing},
    {Event::submit, look_up_draft},  {Event::carrier_accept, look_up_accepted},
    {Event::load_sign, look_up_leg}, {Event::depart, look_up_leg},
};

Facts gather(pqxx::transaction_base& db, const Manifest& manifest, Request& request, Instant now) {
    Facts facts;
    facts.now = now;
    Counter counter{db, manifest, request, facts};
    for (const GatherRow& row : gatherers) {
        if (row.event == request.event) row.look_up(counter);
    }
    return facts;
}

bool has(const Decision& decision, EffectKind kind) {
    return std::any_of(decision.effects.begin(), decision.effects.end(),
                       [kind](const Effect& effect) { return effect.kind == kind; });
}

// The trip as the decision leaves it. What the fences saw is folded again from observations, so
// only a person's word is written down.
void follow_trip(pqxx::transaction_base& db, const Decision& decision, const Request& request,
                 const TripId& trip) {
    if (has(decision, EffectKind::start_watch))
        store::arm_trip(db, decision.next, geofence::RuleSet::standard().version);
    const bool person = request.by.role != Role::system;
    store::TripNews news;
    if (has(decision, EffectKind::note_departure)) {
        const Leg* leg = current_leg(decision.next);
        if (leg != nullptr) news.route = leg->route;
        if (person) news.departed_at = request.at;
    }
    if (has(decision, EffectKind::end_watch) && person) news.arrived_at = request.at;
    if (is_final(decision.next.state)) news.ended_at = request.at;
    if (!news.route.empty() || news.departed_at || news.arrived_at || news.ended_at)
        store::amend_trip(db, trip, news);
}

// A lock serves the manifest from the carrier's acceptance until the truck is free again.
void follow_locks(pqxx::transaction_base& db, const Manifest& before, const Decision& decision,
                  Instant at) {
    if (has(decision, EffectKind::bind_leg)) store::bind_locks(db, decision.next, at);
    if (occupies_vehicle(before.state) && !occupies_vehicle(decision.next.state))
        store::free_locks(db, before.id, at);
}

Result<Acted, Denial> judge(pqxx::transaction_base& db, const Manifest& current, Request request,
                            const Signer& signer, const std::string& stated, Instant now) {
    const Facts facts = gather(db, current, request, now);
    auto decided = decide(current, request, facts);
    if (!decided) return fail(Denial{std::move(decided.error())});
    store::store_manifest(db, decided->next,
                          {std::string{decided->row}, request.event, request.by, signer.token_id,
                           signer.person, request.at, now, stated});
    // Before the event the current leg is the one that the event is about.
    follow_trip(db, *decided, request, store::trip_of(current));
    follow_locks(db, current, *decided, request.at);
    return Acted{std::move(decided->next), std::move(decided->effects),
                 std::move(decided->warnings), std::string{decided->row}};
}

}  // namespace

Result<Acted, Denial> act(pqxx::transaction_base& db, const ManifestId& id, Request request,
                          const Signer& signer, const std::string& stated, Instant now) {
    const auto current = store::lock_manifest(db, id);
    if (!current) return fail(Denial{UnknownManifest{}});
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
