// What of the caller's manifests changed since a cursor, at once or as soon as something does.
#include "server/http/changes_api.hpp"

#include "server/change_order.hpp"
#include "server/http/admission.hpp"
#include "server/http/body.hpp"
#include "server/http/cursor.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/http/rates.hpp"
#include "server/rounds.hpp"
#include "server/store/changes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::int64_t max_wait_s = 30;
constexpr std::int64_t max_changes = 1'000;
constexpr std::int64_t usual_changes = 100;
constexpr std::int64_t looked_through = 20'000;  ///< changes a request, for an area's few among all
constexpr std::chrono::seconds look_again{1};    ///< while a reader waits
constexpr Cursors cursors{'c'};

// Where a reader stands and what it wants.
struct Reading {
    std::int64_t after{};
    int limit{};
    std::chrono::seconds wait{};
};

// What there is for it, and how far the order was looked through.
struct Page {
    std::vector<store::Change> changes;
    std::int64_t next{};
    std::int64_t newest{};
};

struct ReadPage {
    Reading reading;
    std::int64_t newest{};
    bool party{};    ///< an organisation
    bool bounded{};  ///< an area: what is not its own has to be looked at

    Page operator()(pqxx::work& db) const {
        const auto until = bounded ? std::min(newest, reading.after + looked_through) : newest;
        const store::ChangeQuery query{reading.after, until, reading.limit};
        Page page{party ? store::changes_of_party(db, query) : store::changes_of_area(db, query),
                  until, newest};
        if (page.changes.size() == static_cast<std::size_t>(reading.limit))
            page.next = page.changes.back().no;
        return page;
    }
};

json shown(const store::Change& one) {
    json out{
        {"cursor", cursors.text(one.no)}, {"manifest", one.manifest}, {"version", one.version}};
    if (!one.seen) {
        out["gone"] = true;
        return out;
    }
    out["state"] = one.state;
    out["at"] = one.at;
    out["recorded_at"] = one.recorded_at;
    out["etag"] = '"' + std::to_string(one.version) + '"';
    if (!one.number.empty()) out["no"] = one.number;
    if (!one.event.empty()) out["event"] = one.event;
    return out;
}

Reply shown(const Page& page) {
    json body{{"changes", json::array()},
              {"next", cursors.text(page.next)},
              {"more", page.next < page.newest}};
    for (const auto& one : page.changes) body["changes"].push_back(shown(one));
    Reply reply = json_reply(body);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

// Whether who asked may still read what he read as.
bool is_still(const Caller& now, const Caller& asked) {
    if (!asked.delegate.empty()) return now.party == asked.delegate;
    return now.role == asked.role && now.party == asked.party && now.division == asked.division;
}

// Waits until there is something for the reader or its time is over.
awaitable<Page> read_page(Front& front, const Caller& caller, Reading reading,
                          std::int64_t newest) {
    const auto until = monotonic() + reading.wait;
    for (;;) {
        const ReadPage read{reading, newest, !caller.party.text.empty(), !caller.division.empty()};
        auto asking = front.database.transact_as(identity_of(caller), read);
        Page page = co_await std::move(asking);
        reading.after = page.next;
        const bool done = !page.changes.empty() || page.next < page.newest;
        while (!done && reading.after == newest) {
            if (monotonic() >= until || front.health.stopping) co_return page;
            auto sleeping = sleep_for(look_again);
            co_await std::move(sleeping);
            auto finding = order_changes(front.database);
            newest = co_await std::move(finding);
        }
        if (done) co_return page;
    }
}

}  // namespace

awaitable<Reply> read_changes(Front& front, Call call) {
    auto finding = order_changes(front.database);
    const auto newest = co_await std::move(finding);
    Query query{call.request};
    Reading reading;
    const std::string text = query.text("after", 40);
    const auto after = cursors.number(text);
    // One beyond the newest was given out by another database.
    if (!after || *after > newest) query.add("BAD_CURSOR", "after", text);
    reading.after = after.value_or(0);
    reading.limit = static_cast<int>(query.integer("limit", 1, max_changes, usual_changes));
    reading.wait = std::chrono::seconds{query.integer("wait", 0, max_wait_s, 0)};
    if (Faults faults = query.finish(); !faults.empty()) co_return unprocessable(std::move(faults));
    std::unique_ptr<HeldPlaces::Place> place;
    if (reading.wait.count() > 0) {
        place = front.access.long_answers.take(call.caller.token_id);
        if (!place)
            co_return slow_down("TOO_MANY_STREAMS", "Too many streams and waiting polls are open.",
                                std::chrono::seconds{5});
    }
    const auto began = monotonic();
    auto waiting = read_page(front, call.caller, reading, newest);
    const Page page = co_await std::move(waiting);
    if (monotonic() - began >= look_again) {
        const auto caller = co_await find_caller(front, bearer_token(call.request));
        if (!caller || !is_still(*caller, call.caller))
            co_return refuse(401, "TOKEN_REVOKED");  // or cut down, while it waited
    }
    co_return shown(page);
}

}  // namespace liuhen::server::http
