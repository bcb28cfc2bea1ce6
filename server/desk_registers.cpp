#include "server/desk_registers.hpp"

#include "manifest/children.hpp"
#include "manifest/filing.hpp"
#include "manifest/limits.hpp"
#include "manifest/named_files.hpp"
#include "manifest/reporting.hpp"
#include "server/store/calendars.hpp"
#include "server/store/due_times.hpp"
#include "server/store/files.hpp"
#include "server/store/meter_entries.hpp"
#include "server/store/papers.hpp"
#include "server/store/reports.hpp"
#include "server/store/waste_lists.hpp"
#include "server/store/zones.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace liuhen::server {
namespace {

using namespace manifest;

void add_warnings(Facts& facts, std::vector<Finding> warnings) {
    facts.remarks.insert(facts.remarks.end(), std::make_move_iterator(warnings.begin()),
                         std::make_move_iterator(warnings.end()));
}

void judge_lines(const RegisterQuestion& q, const Manifest& draft) {
    auto said = judge_wastes(draft, store::lists_in_force(q.db, draft, q.facts.now));
    q.facts.checks.waste_listed = std::move(said.check);
    q.facts.waste_list_edition = std::move(said.edition);
    q.facts.list_names = std::move(said.names);
    add_warnings(q.facts, std::move(said.warnings));
}

void judge_filing(const RegisterQuestion& q) {
    const auto* filing = std::get_if<Filing>(&q.request.body);
    const Manifest draft =
        filing == nullptr ? q.manifest : with_filing(q.manifest, *filing, q.facts.directory);
    judge_lines(q, draft);
    std::vector<PartyId> named{draft.producer.id, draft.receiver.id};
    for (const Leg& leg : draft.legs) named.push_back(leg.carrier.id);
    q.facts.excepted_usccs = store::excepted_usccs(q.db, named);
    if (!q.facts.excepted_usccs.empty()) q.facts.remarks.push_back({"USCC_EXCEPTED", "", ""});
}

bool is_hazardous(const Manifest& manifest) {
    return std::ranges::any_of(manifest.lines, [&manifest](const WasteLine& line) {
        return manifest::is_hazardous(manifest.kind, line.code);
    });
}

// T29: the child passes what a filing passes (T04).
void judge_redirection(const RegisterQuestion& q) {
    if (std::get_if<Redirection>(&q.request.body) == nullptr) return;
    judge_lines(q, redirected(q.manifest, q.request, q.facts));
}

// T12, Order 23 art. 8. Leaving as seen by a fence is a fact, with a pass or without.
void judge_departure(const RegisterQuestion& q) {
    const auto* departure = std::get_if<Departure>(&q.request.body);
    const Leg* leg = current_leg(q.manifest);
    if (departure == nullptr || leg == nullptr || q.request.by.role == Role::system) return;
    if (!departure->zone_pass_no.empty() || !is_hazardous(q.manifest)) return;
    RouteId route = departure->route.empty() ? leg->route : departure->route;
    if (route.empty()) route = q.facts.fleet.route_of_trip;
    const Instant arrives = q.manifest.planned_arrive_at.value_or(q.request.at);
    Check& check = q.facts.checks.zone_pass;
    for (auto& zone :
         store::zones_cut(q.db, route, q.request.at, std::max(arrives, q.request.at))) {
        check.outcome = Check::Outcome::failed;
        check.findings.push_back({"ZONE_PASS_MISSING", "/zone_pass_no", std::move(zone)});
    }
}

const Acceptance* acceptance_in(const Request& request) {
    if (const auto* whole = std::get_if<Acceptance>(&request.body)) return whole;
    if (const auto* in = std::get_if<HandoverIn>(&request.body)) return &in->acceptance;
    if (const auto* swap = std::get_if<BreakdownSwap>(&request.body)) return &swap->acceptance;
    return nullptr;
}

// Medical-waste rules: its vehicles carry nothing else. What was is told, what would be is refused.
void judge_dedication(const RegisterQuestion& q, const VehicleId& vehicle) {
    using store::OtherUse;
    const auto use = store::other_use_of(q.db, vehicle, q.manifest, q.facts.now);
    if (use == OtherUse::before) q.facts.remarks.push_back({"VEHICLE_MIXED_USE", "/vehicle", ""});
    if (use != OtherUse::now) return;
    Check& check = q.facts.checks.vehicle_permit;
    check.outcome = Check::Outcome::failed;
    check.findings.push_back({"VEHICLE_NOT_DEDICATED", "/vehicle", vehicle.text});
}

void judge_acceptance(const RegisterQuestion& q) {
    const auto* acceptance = acceptance_in(q.request);
    if (acceptance == nullptr || acceptance->vehicle.empty()) return;
    q.facts.requires_lock = requires_lock(store::lists_in_force(q.db, q.manifest, q.facts.now));
    const auto papers = store::carrier_papers(q.db, q.request.by.party, acceptance->vehicle);
    auto said = judge_papers(q.manifest, *acceptance, papers, q.request.at);
    q.facts.checks.vehicle_permit = std::move(said.vehicle_permit);
    judge_dedication(q, acceptance->vehicle);
    q.facts.checks.crew = std::move(said.crew);
    add_warnings(q.facts, std::move(said.warnings));
}

void judge_loading(const RegisterQuestion& q) {
    const auto* loading = std::get_if<Loading>(&q.request.body);
    const Leg* leg = current_leg(q.manifest);
    if (loading == nullptr || leg == nullptr || leg->vehicle.empty()) return;
    auto said = judge_load(*loading, store::permits_of(q.db, leg->vehicle), q.request.at);
    q.facts.checks.rated_load = std::move(said.rated_load);
    add_warnings(q.facts, std::move(said.warnings));
}

void judge_weighing(const RegisterQuestion& q) {
    const auto* weighing = std::get_if<WeighIn>(&q.request.body);
    if (weighing == nullptr || q.manifest.kind == Kind::pipe) return;  // a meter is no scale
    auto said =
        judge_scale(weighing->scale, store::scales_of(q.db, q.request.by.party), q.request.at);
    q.facts.checks.scale = std::move(said.scale);
    q.facts.scale_floor_g = said.floor_g;
    add_warnings(q.facts, std::move(said.warnings));
}

void judge_files(const RegisterQuestion& q) {
    const auto named = named_files(q.request);
    if (named.empty()) return;
    std::vector<std::string> ids;
    for (const auto& one : named) ids.push_back(one.id);
    const auto unknown = store::unknown_files(q.db, q.manifest.id, ids);
    Check& check = q.facts.checks.files;
    for (const auto& one : named) {
        if (std::ranges::find(unknown, one.id) == unknown.end()) continue;
        check.outcome = Check::Outcome::failed;
        check.findings.push_back({"FILE_UNKNOWN", one.pointer, one.id});
    }
}

// Order 23 art. 19: both ends of a pipe count, and what is signed is what they have counted.
template <class Reading>
Check metered_so(const Reading& reading, const std::map<std::uint8_t, Grams>& sums) {
    if (sums.empty() || !reading.gross_g || !reading.tare_g) return {};
    Grams all;
    for (const auto& [line_no, weight] : sums) all = all + weight;
    if (*reading.gross_g - *reading.tare_g == all) return Check::satisfied();
    return Check::failed("METERS_SAY_OTHERWISE", "/gross_g", std::to_string(all.value));
}

void judge_meters(const RegisterQuestion& q) {
    if (q.manifest.kind != Kind::pipe) return;
    const auto* load = std::get_if<Loading>(&q.request.body);
    const auto* arrival = std::get_if<WeighIn>(&q.request.body);
    const auto& id = q.manifest.id;
    if (load != nullptr && q.request.by.role == Role::producer)
        q.facts.checks.rated_load =
            metered_so(*load, store::metered(q.db, id, store::PipeEnd::out));
    if (arrival != nullptr)
        q.facts.checks.scale = metered_so(*arrival, store::metered(q.db, id, store::PipeEnd::in));
}

constexpr int receipt_days = 5;          ///< Order 23 art. 18
constexpr int acknowledgement_days = 5;  ///< T31 (project)
constexpr int revision_days = 5;         ///< T39: counterparts answer (project)
constexpr int backfill_days = 10;        ///< Order 23 art. 20: paper is entered

/// The end of so many working days, with the warning that a year on the way is not known.
Instant due_in(const RegisterQuestion& q, int days, Instant since) {
    const auto found = working_days_after(store::read_calendar(q.db).calendar, since, days);
    if (found.calendar_missing) q.facts.remarks.push_back({"CALENDAR_MISSING", "/at", ""});
    return found.until;
}

void count_receipt(const RegisterQuestion& q) {
    if (const auto receipt = receipt_of(q.manifest))
        q.facts.dues.receipt = due_in(q, receipt_days, *receipt);
}

void count_from_arrival(const RegisterQuestion& q) {
    q.facts.dues.receipt = due_in(q, receipt_days, q.request.at);
}

void count_acknowledgement(const RegisterQuestion& q) {
    if (q.manifest.accepted_at)
        q.facts.dues.acknowledgement = due_in(q, acknowledgement_days, *q.manifest.accepted_at);
}

void count_revision(const RegisterQuestion& q) {
    q.facts.dues.revision = due_in(q, revision_days, q.request.at);
}

void count_backfill(const RegisterQuestion& q) {
    judge_filing(q);
    const auto* paper = std::get_if<BackfillForm>(&q.request.body);
    if (paper != nullptr && paper->arrived_at)
        q.facts.dues.backfill = due_in(q, backfill_days, *paper->arrived_at);
}

// Order 23 art. 7, T31: what the national system has not answered is not over.
void judge_nation(const RegisterQuestion& q) {
    if (!is_reportable(q.manifest)) return;
    Check& check = q.facts.checks.national_answer;
    switch (store::national_answer(q.db, q.manifest.id)) {
        case store::NationalAnswer::not_asked:
            return;
        case store::NationalAnswer::complete:
            check = Check::satisfied();
            return;
        case store::NationalAnswer::missing:
            check = Check::failed("NATIONAL_ANSWER_MISSING");
            return;
    }
}

// The truck's, and those on the containers that it carries.
std::vector<std::string> seals_of(const Manifest& manifest, const Loading& loading) {
    auto seals = loading.seal_nos;
    for (const Container& one : manifest.containers) {
        if (!one.seal_no.empty()) seals.push_back(one.seal_no);
    }
    return seals;
}

struct Row {
    Event event;
    void (*ask)(const RegisterQuestion&);
};
constexpr Row rows[] = {
    {Event::submit, judge_filing},
    {Event::submit, judge_nation},
    {Event::submit_backfill, judge_nation},
    {Event::close, judge_nation},
    {Event::amend, judge_filing},
    {Event::carrier_accept, judge_acceptance},
    {Event::swap_vehicle, judge_acceptance},
    {Event::handover_in, judge_acceptance},
    {Event::breakdown_swap, judge_acceptance},
    {Event::submit_backfill, count_backfill},
    {Event::request_revision, count_revision},
    {Event::load_sign, judge_loading},
    {Event::load_sign, judge_meters},
    {Event::depart, judge_departure},
    {Event::arrive, count_from_arrival},
    {Event::weigh_in, judge_weighing},
    {Event::weigh_in, judge_meters},
    {Event::confirm_return, judge_weighing},
    {Event::accept, count_receipt},
    {Event::accept_with_difference, count_receipt},
    {Event::accept_part, count_receipt},
    {Event::reject, count_receipt},
    {Event::close, count_acknowledgement},
    {Event::redirect, judge_redirection},
};

}  // namespace

void ask_registers(const RegisterQuestion& question) {
    for (const Row& row : rows) {
        if (row.event == question.request.event) row.ask(question);
    }
    judge_files(question);
}

void follow_registers(pqxx::transaction_base& db, const Manifest& next, const Request& request,
                      Instant now) {
    store::keep_due_times(db, next, now);
    if (const auto* loading = std::get_if<Loading>(&request.body))
        store::use_seals(db, next.id, seals_of(next, *loading), request.at);
    std::vector<std::string> files;
    for (auto& one : named_files(request)) files.push_back(std::move(one.id));
    if (!files.empty()) store::attach_files(db, next.id, next.version, files);
}

}  // namespace liuhen::server
