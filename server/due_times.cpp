#include "server/due_times.hpp"

#include "server/desk.hpp"
#include "server/log.hpp"
#include "server/store/due_times.hpp"
#include "server/store/manifests.hpp"

namespace liuhen::server {
namespace {

using manifest::Limit;
using manifest::Manifest;
using manifest::Mark;
using manifest::OnDue;
using store::DueRow;

// A denial undoes what the desk began.
struct Denied {
    std::string code;
};

std::string code_of(const Denial& denial) {
    const auto* refusals = std::get_if<manifest::Refusals>(&denial);
    if (refusals == nullptr || refusals->empty()) return "UNKNOWN_MANIFEST";
    return std::string{refusals->front().code};
}

manifest::Body body_of(manifest::Event event) {
    if (event == manifest::Event::release) return manifest::Release{"the hold has ended"};
    return manifest::Closing{};
}

// A version of its own in the manifest's history, by the system: the mark and nothing else.
void store_mark(pqxx::work& db, Manifest current, std::optional<Mark> mark, const Limit& limit,
                Instant now) {
    if (current.overlays.receipt_overdue == mark) return;
    current.overlays.receipt_overdue = std::move(mark);
    ++current.version;
    store::EventRow event;
    event.transition = limit.row;
    event.event = "due_time";
    event.by.role = manifest::Role::system;
    event.at = event.recorded_at = now;
    event.stated = R"({"limit":")" + std::string{limit.code} + R"("})";
    store::store_manifest(db, current, event);
}

// What is done when the limit has passed, in words for the row.
std::string act_on(pqxx::work& db, const DueRow& row, const Limit& limit, const Manifest& current,
                   Instant now) {
    switch (limit.on_due) {
        case OnDue::tell:
            return "told";
        case OnDue::mark_overdue:
            store_mark(db, current, Mark{now, std::string{limit.code}}, limit, now);
            return "marked";
        case OnDue::send: {
            manifest::Request request;
            request.event = limit.event;
            request.by.role = manifest::Role::system;
            request.at = now;
            request.body = body_of(limit.event);
            const auto acted = act(db, row.manifest, std::move(request), {}, "{}", now);
            if (!acted) throw Denied{code_of(acted.error())};
            return std::string{code(limit.event)};
        }
    }
    return {};
}

// Empty: somebody was quicker.
std::string meet(pqxx::work& db, const DueRow& row, Instant now) {
    const auto current = store::lock_manifest(db, row.manifest);
    const Limit* limit = manifest::find_limit(row.limit);
    if (!current || limit == nullptr || !store::lock_due_row(db, row)) return {};
    auto outcome = act_on(db, row, *limit, *current, now);
    store::note_passed(db, row, outcome, now, std::nullopt);
    return outcome;
}

}  // namespace

awaitable<void> DueTimes::recount() {
    for (std::size_t looked_at = recount_batch; looked_at == recount_batch;) {
        auto work = [now = clock_.now()](pqxx::work& db) {
            auto found = store::recount_due_times(db, now, recount_batch);
            for (const auto& id : found.receipts_reopened) {
                if (const auto current = store::lock_manifest(db, id))
                    store_mark(db, *current, std::nullopt, *manifest::find_limit("RECEIPT_OVERDUE"),
                               now);
            }
            return found;
        };
        auto counting = database_.transact(std::move(work));
        const auto found = co_await std::move(counting);
        looked_at = found.looked_at;
        if (looked_at > 0)
            log::info("due_times.recounted", {{"looked_at", looked_at}, {"moved", found.moved}});
    }
}

awaitable<std::size_t> DueTimes::pass() {
    auto recounting = recount();
    co_await std::move(recounting);
    auto look = [now = clock_.now()](pqxx::work& db) { return store::due_rows(db, now, batch); };
    auto looking = database_.transact(std::move(look));
    const auto rows = co_await std::move(looking);
    std::size_t done = 0;
    for (const DueRow& row : rows) {
        std::string refused;
        std::string outcome;
        try {
            auto work = [row, now = clock_.now()](pqxx::work& db) { return meet(db, row, now); };
            auto meeting = database_.transact(std::move(work));
            outcome = co_await std::move(meeting);
        } catch (const Denied& denied) {
            refused = denied.code;
        } catch (const DatabaseDown&) {
            throw;
        } catch (const std::exception& fault) {  // one manifest's trouble is not the others'
            refused = "FAILED";
            log::error("due_times.failed",
                       {{"manifest", row.manifest.text}, {"fault", fault.what()}});
        }
        if (!refused.empty()) {
            auto note = [row, refused, now = clock_.now()](pqxx::work& db) {
                store::note_passed(db, row, refused, now, now + patience);
            };
            auto noting = database_.transact(std::move(note));
            co_await std::move(noting);
        }
        if (!outcome.empty()) ++done;
        log::info("due_times.passed", {{"manifest", row.manifest.text},
                                       {"limit", row.limit},
                                       {"outcome", outcome},
                                       {"refused", refused}});
    }
    co_return done;
}

}  // namespace liuhen::server
