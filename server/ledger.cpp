#include "server/ledger.hpp"

#include "manifest/codes.hpp"
#include "manifest/custody/batches.hpp"
#include "manifest/custody/postings.hpp"
#include "manifest/custody/scans.hpp"
#include "server/load.hpp"
#include "server/scan_watch.hpp"
#include "server/store/scans.hpp"

#include <algorithm>
#include <set>

namespace liuhen::server {
namespace {

using namespace manifest;
using namespace manifest::custody;

// ---- Before: T10 and T20 ----

using Named = std::vector<store::NamedContainer>;

// The label of another firm's drum, as its own form says: one that was never in the producer's
// book.
bool is_others_label(const Manifest& manifest, const Container& sent,
                     std::span<const TagPattern> as) {
    const auto parts = read_tag(as, sent.tag_id.empty() ? sent.code : sent.tag_id);
    return parts && !parts->uscc.empty() && parts->uscc != manifest.producer.uscc;
}

// A label that says another waste, a drum that is not the producer's, one that is on another truck,
// one that a clerk has changed between the two signatures.
std::vector<Finding> register_findings(const Manifest& manifest, const std::vector<Travelling>& all,
                                       const Named& found, std::span<const TagPattern> patterns,
                                       const Request& request) {
    // What the producer signed for is what the driver signs for.
    const bool signed_for = request.by.role == Role::driver;
    std::vector<Finding> findings;
    const auto known = chosen(all, found);
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto* const sent = all[i].named;
        if (sent == nullptr) continue;
        const auto at = "/containers/" + std::to_string(sent - manifest.containers.data());
        const auto* const one = known[i];
        if (one == nullptr) {
            const bool foreign = std::ranges::any_of(
                found, [i](const auto& named) { return named.mark == i && !named.own; });
            if (foreign && is_others_label(manifest, *sent, patterns))
                findings.push_back({"LABEL_MISMATCH", at, sent->code});
            continue;
        }
        const bool others = one->party != manifest.producer.id && one->held == Grams{};
        if (one->entered && (one->waste_code != all[i].mark.waste_code || others))
            findings.push_back({"LABEL_MISMATCH", at, sent->code});
        if (!one->open_on.empty())
            findings.push_back({"CONTAINER_IN_OTHER_OPEN_MANIFEST", at, one->open_on});
        else if (one->spent)
            findings.push_back({"CONTAINER_EMPTY", at, sent->code});
        else if (signed_for && one->changed)
            findings.push_back({"CONTAINER_CHANGED", at, sent->code});
    }
    return findings;
}

// One label on two containers of the manifest, whichever of code and label names them: one drum
// that would count twice.
void find_twice(const Manifest& as_labelled, std::vector<Finding>& findings) {
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < as_labelled.containers.size(); ++i) {
        const auto& one = as_labelled.containers[i];
        if (!one.tag_id.empty() && !seen.insert(one.tag_id).second)
            findings.push_back({"LABEL_MISMATCH", "/containers/" + std::to_string(i), one.code});
    }
}

// ---- Afterwards ----

using Lines = std::vector<store::PostedMovement>;

Lines with_lines(const std::vector<Movement>& movements, const std::vector<Carried>& carried) {
    Lines rows;
    for (const auto& m : movements) {
        const auto of = std::ranges::find(carried, m.container, &Carried::container);
        rows.push_back({m, of->line_no, {}});
    }
    return rows;
}

// A code that is none is said beside success, and not entered.
void put_batch(store::PostedMovement& row, const std::string& code) {
    if (parse_batch_code(code)) row.batch = code;
}

// The line's batches: of the producer's sending and of the receiver's taking in.
void put_batches(const Manifest& manifest, Lines& rows) {
    for (auto& row : rows) {
        const auto line = std::ranges::find(manifest.lines, row.line_no, &WasteLine::line_no);
        if (line == manifest.lines.end()) continue;
        if (row.movement.kind == MovementKind::loaded) put_batch(row, line->ledger_batch_out);
        if (row.movement.kind == MovementKind::received) put_batch(row, line->ledger_batch_in);
    }
}

void post_transfer(pqxx::transaction_base& db, const Manifest& manifest, Instant now,
                   const std::optional<Ending>& ending = {}, const store::Statement& said = {}) {
    auto load = load_of(db, manifest, now);
    const auto movements = postings(manifest, load.carried, now, ending);
    if (movements.empty()) return;
    std::erase_if(load.made, [&movements](const auto& made) {
        return std::ranges::find(movements, made.id, &Movement::container) == movements.end();
    });
    auto rows = with_lines(movements, load.carried);
    put_batches(manifest, rows);
    store::post_movements(db, manifest.id, load.made, rows, {}, now, said);
}

// T28: what was weighed at home is what came home.
std::optional<Ending> homecoming(const Manifest& manifest, const Request& request) {
    const auto* const weighed = std::get_if<WeighIn>(&request.body);
    if (request.event != Event::confirm_return || weighed == nullptr) return std::nullopt;
    return Ending{Ending::Book::producer, weighed->share_g.value_or(manifest.weigh_return->net()),
                  request.at};
}

// What the receiver's own book says of each, in their order.
std::vector<AtReceiver> at_receiver(pqxx::transaction_base& db, const PartyId& receiver,
                                    const std::vector<ContainerId>& ids) {
    const auto held = store::held_by(db, receiver, ids);
    std::vector<AtReceiver> there;
    for (const Grams one : held) there.push_back({one, {}});
    auto weights = store::weights_of(db, ids);
    if (!weights) weights = store::plain(store::movements_of(db, ids));
    for (const auto& m : *weights) {
        auto& one =
            there[static_cast<std::size_t>(std::ranges::find(ids, m.container) - ids.begin())];
        if (m.kind == MovementKind::treated && m.from == receiver)
            one.treated = one.treated + m.weight;
    }
    return there;
}

void post_treatment(pqxx::transaction_base& db, const Manifest& manifest,
                    const TreatmentReport& report, Instant now) {
    const auto load = load_of(db, manifest, now);
    std::vector<ContainerId> ids;
    for (const auto& one : load.carried) ids.push_back(one.container);
    // The report's lines are the newest of the manifest's treatments, completed.
    const auto first = manifest.treatments.size() - report.lines.size();
    for (auto i = first; i < manifest.treatments.size(); ++i) {
        const auto& done = manifest.treatments[i];
        const auto there = at_receiver(db, manifest.receiver.id, ids);
        auto rows =
            with_lines(treatment_postings(manifest, done, load.carried, there), load.carried);
        for (auto& row : rows) put_batch(row, done.ledger_batch);
        if (!rows.empty()) store::post_movements(db, manifest.id, {}, rows, done.method, now);
    }
}

std::string line_pointer(const Manifest& manifest, std::uint8_t line_no) {
    const auto line = std::ranges::find(manifest.lines, line_no, &WasteLine::line_no);
    return "/lines/" + std::to_string(line - manifest.lines.begin());
}

void warn_of_batch(const std::string& code, std::string pointer, MovementKind kind, Instant at,
                   std::vector<Warning>& warnings) {
    const auto fault = code.empty() ? std::string_view{} : batch_fault(code, kind, at);
    if (!fault.empty()) warnings.push_back(warn(fault, std::move(pointer)));
}

std::vector<Warning> batch_warnings(const Manifest& manifest, const TreatmentReport& report) {
    std::vector<Warning> warnings;
    const auto first = manifest.treatments.size() - report.lines.size();
    for (std::size_t i = 0; i < report.lines.size(); ++i) {
        const auto& done = manifest.treatments[first + i];
        warn_of_batch(done.ledger_batch, "/lines/" + std::to_string(i) + "/ledger_batch",
                      MovementKind::treated, done.at, warnings);
    }
    return warnings;
}

constexpr EnumSet<Event> taking_in{Event::accept, Event::accept_part,
                                   Event::accept_with_difference};

std::vector<Warning> receipt_warnings(const Manifest& manifest, Instant at) {
    std::vector<Warning> warnings;
    for (const auto& line : manifest.lines)
        warn_of_batch(line.ledger_batch_in,
                      line_pointer(manifest, line.line_no) + "/ledger_batch_in",
                      MovementKind::received, at, warnings);
    return warnings;
}

// As many containers as the line says, together its weight, and a batch of its day.
std::vector<Warning> load_warnings(const Manifest& manifest, const Load& load, Instant at) {
    std::vector<Warning> warnings;
    for (std::size_t i = 0; i < manifest.lines.size(); ++i)
        warn_of_batch(manifest.lines[i].ledger_batch_out,
                      "/lines/" + std::to_string(i) + "/ledger_batch_out", MovementKind::loaded, at,
                      warnings);
    for (const auto line_no : lines_miscounted(manifest))
        warnings.push_back(
            warn("CONTAINER_COUNT_DIFFERS", line_pointer(manifest, line_no) + "/container_count"));
    for (const auto line_no : lines_off(manifest, load.carried))
        warnings.push_back(
            warn("CONTAINER_NETS_DIFFER", line_pointer(manifest, line_no) + "/sent_g"));
    return warnings;
}

constexpr EnumSet<Event> moving{
    Event::load_sign,     Event::unload,      Event::handover_in,      Event::breakdown_swap,
    Event::accept,        Event::accept_part, Event::reject,           Event::confirm_difference,
    Event::rule,          Event::redirect,    Event::confirm_backfill, Event::approve_revision,
    Event::confirm_return};
/// Events that end a stage of scans, open it again, or change what it is held against.
constexpr EnumSet<Event> judging{
    Event::load_sign,      Event::unload, Event::handover_in,
    Event::breakdown_swap, Event::accept, Event::accept_with_difference,
    Event::accept_part,    Event::reject, Event::approve_revision};

bool signed_by(const Request& request, Role role) {
    return request.event == Event::load_sign && request.by.role == role;
}

// T15 and T17: the load went over to another truck, and nobody read a label there.
void remark_handover(const Manifest& current, const std::vector<Scan>& scans, Instant at,
                     Facts& facts) {
    const auto leg = stage_leg(current, ScanPurpose::handover, at);
    const bool scanned = std::ranges::any_of(scans, [&](const Scan& one) {
        return one.purpose == ScanPurpose::handover &&
               stage_leg(current, ScanPurpose::handover, one.at) == leg;
    });
    if (!scanned) facts.remarks.push_back({"CONTAINERS_UNSCANNED", "/containers", ""});
}

}  // namespace

void judge_containers(pqxx::transaction_base& db, const Manifest& current, const Request& request,
                      Facts& facts) {
    const bool loading = request.event == Event::load_sign;
    const bool handover =
        request.event == Event::handover_in || request.event == Event::breakdown_swap;
    const bool asked = loading || handover || request.event == Event::accept;
    if (!asked || current.containers.empty()) return;
    const auto scans = store::plain(store::scans_of(db, current.id));
    if (handover) return remark_handover(current, scans, request.at, facts);
    if (loading) hold_named(db, current);
    const auto all = travelling(current);
    const auto found = store::containers_named(db, current.id, marks_of(all));
    const bool tracked = std::ranges::any_of(found, &store::NamedContainer::entered);
    const auto patterns = store::tag_patterns(db);
    const auto as_labelled = labelled(db, current);
    const auto judged = judge_scans(as_labelled, scans, patterns);
    auto check =
        scans_complete(current, judged, loading ? ScanPurpose::load : ScanPurpose::arrive, tracked);
    // Of a load that nobody scanned the producer was told when he signed.
    if (check.outcome == Check::Outcome::not_required && !signed_by(request, Role::driver))
        facts.remarks.push_back({"CONTAINERS_UNSCANNED", "/containers", ""});
    if (loading) {
        auto findings = register_findings(current, all, found, patterns, request);
        find_twice(as_labelled, findings);
        for (auto& one : findings) {
            check.outcome = Check::Outcome::failed;
            check.findings.push_back(std::move(one));
        }
    }
    (loading ? facts.checks.containers_loaded : facts.checks.containers_received) =
        std::move(check);
}

std::vector<Warning> follow_ledger(pqxx::transaction_base& db, const Manifest& stored,
                                   const Request& request, Instant now) {
    std::vector<Warning> warnings;
    if (signed_by(request, Role::producer))
        warnings = load_warnings(stored, load_of(db, stored, now), request.at);
    if (taking_in.has(request.event)) warnings = receipt_warnings(stored, request.at);
    if (moving.has(request.event)) post_transfer(db, stored, now, homecoming(stored, request));
    if (const auto* report = std::get_if<TreatmentReport>(&request.body)) {
        post_treatment(db, stored, *report, now);
        warnings = batch_warnings(stored, *report);
    }
    if (judging.has(request.event) && !stored.containers.empty())
        raise_differences(db, stored, now);
    if (signed_by(request, Role::driver)) tell_of_unscanned(db, stored, now);
    return warnings;
}

Grams outstanding(pqxx::transaction_base& db, const Manifest& closed, Instant now) {
    const auto load = load_of(db, closed, now);
    std::vector<ContainerId> ids;
    for (const auto& one : load.carried) ids.push_back(one.container);
    std::set<PartyId> carriers;
    for (const auto& leg : closed.legs) carriers.insert(leg.carrier.id);
    Grams sum;
    for (const auto& carrier : carriers) {
        for (const Grams held : store::held_by(db, carrier, ids)) sum = sum + held;
    }
    return sum;
}

void settle_closed(pqxx::transaction_base& db, const Manifest& closed, const Ending& ending,
                   const store::Statement& said, Instant now) {
    post_transfer(db, closed, now, ending, said);
}

}  // namespace liuhen::server
