#include "server/approval_clock.hpp"

#include "server/store/approvals.hpp"
#include "server/store/limits.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server {
namespace {

using namespace manifest;

// Order 23 art. 22: an application about which nothing was said in time is accepted. Any other
// step that is late stays to be taken, and somebody is told.
void look_at(pqxx::work& db, const std::string& id, Instant now) {
    auto row = store::lock_approval(db, id);
    if (!row) return;
    const auto calendar = store::working_calendar(db);
    const auto next = proceed(row->approval, {ApprovalEvent::keep_silent, Office::clock, {}, {}},
                              {now, calendar, std::nullopt});
    if (!next) return store::raise_task(db, *row, now, std::nullopt);
    row->approval = *next;
    store::update_approval(db, *row, now);
    const auto shown = store::find_row(db, store::approvals, id);
    store::note_event(db, {.paper = id,
                           .version = static_cast<int>(next->version),
                           .event = std::string{code(ApprovalEvent::keep_silent)},
                           .role = "system",
                           .party = {},
                           .token = {},
                           .person = {},
                           .at = now,
                           .document = shown ? shown->dump() : "{}"});
}

}  // namespace

awaitable<std::size_t> ApprovalClock::sweep() {
    const Instant now = clock_.now();
    auto work = [now](pqxx::work& db) {
        const auto late = store::overdue_approvals(db, now);
        for (const std::string& id : late) look_at(db, id, now);
        return late.size();
    };
    co_return co_await database_.transact(std::move(work));
}

}  // namespace liuhen::server
