// The feed of alerts: by cursor, by long poll, as server-sent events.
#include "server/http/admission.hpp"
#include "server/http/api.hpp"
#include "server/http/cursor.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/http/rates.hpp"

#include <algorithm>
#include <memory>

namespace liuhen::server::http {
namespace {

using manifest::Role;

constexpr std::int64_t max_wait_s = 30;
constexpr std::int64_t max_events = 1'000;
constexpr std::int64_t usual_events = 100;
constexpr std::chrono::seconds heartbeat{15};
constexpr std::size_t max_piece_bytes = 8 * 1024 * 1024;
constexpr Cursors cursors{'f'};

struct TierRow {
    Role role;
    std::string_view tiers;  ///< told when the reader does not say
};
constexpr TierRow usual_tiers[] = {
    {Role::police, "A"}, {Role::carrier, "BC"}, {Role::regulator, "ABC"}, {Role::operator_, "ABC"}};

// "A,B" as "AB"; the role's own when not given.
std::string read_tiers(Query& query, Role role) {
    const std::string text = query.text("tier", 16);
    std::string tiers;
    for (const char c : text) {
        if (c == ',') continue;
        if (c != 'A' && c != 'B' && c != 'C') query.add("UNKNOWN_VALUE", "tier", text);
        tiers += c;
    }
    if (!tiers.empty()) return tiers;
    const auto* const row = std::find_if(std::begin(usual_tiers), std::end(usual_tiers),
                                         [role](const TierRow& r) { return r.role == role; });
    return row == std::end(usual_tiers) ? "A" : std::string{row->tiers};
}

// Where a reader stands and what it wants.
struct Reading {
    std::int64_t no = 0;
    std::size_t limit{};
    std::chrono::seconds wait{};
    FeedFilter filter;
};

void read_cursor(Query& query, const std::string& text, const Feed& feed, Reading& reading) {
    const auto no = cursors.number(text);
    // One beyond the newest was given out by another database.
    if (!no || !feed.has_given(*no))
        query.add("BAD_CURSOR", "after", text);
    else
        reading.no = *no;
}

FeedFilter filter_for(const Caller& caller, std::string tiers) {
    return {std::move(tiers), caller.role == Role::carrier ? caller.party.text : std::string{},
            caller.division};
}

std::string as_line(const FeedItem& item) {
    return "id: " + cursors.text(item.no) + "\nevent: alert\ndata: " + item.event_json + "\n\n";
}

Reply too_many_wait() {
    return slow_down("TOO_MANY_STREAMS", "Too many streams and waiting polls are open.",
                     std::chrono::seconds{5});
}

// A reader that keeps the connection; lives as long as its stream.
struct Listener {
    Front& front;
    std::string token;
    Reading reading;
    std::unique_ptr<HeldPlaces::Place> place;
    Monotonic checked = monotonic();  ///< when the token was last found to be valid
    bool greeted = false;
};
constexpr std::chrono::seconds check_again{1};  ///< a revoked token's stream ends within this

// False when the token was revoked or is over.
awaitable<bool> may_listen(std::shared_ptr<Listener> listener) {
    if (monotonic() - listener->checked < check_again) co_return true;
    const auto caller = co_await find_caller(listener->front, listener->token);
    listener->checked = monotonic();
    co_return caller.has_value();
}

// Up to `max_piece_bytes` of events; what does not fit comes with the next piece. Comments carry
// the cursor on when only events for others were told.
std::string piece(Listener& listener, const FeedPage& page) {
    std::string text;
    for (const auto& item : page.items) {
        const std::string line = as_line(*item);
        if (!text.empty() && text.size() + line.size() > max_piece_bytes) return text;
        text += line;
        listener.reading.no = item->no;
    }
    listener.reading.no = std::max(listener.reading.no, page.next);
    return text;
}

awaitable<std::string> next_piece(std::shared_ptr<Listener> listener) {
    if (!std::exchange(listener->greeted, true)) co_return "retry: 2000\n\n";
    Front& front = listener->front;
    const auto until = monotonic() + heartbeat;
    for (;;) {
        auto reading = front.feed.after(listener->reading.no, listener->reading.limit,
                                        listener->reading.filter);
        const FeedPage page = co_await std::move(reading);
        const bool listens = page.items.empty() || co_await may_listen(listener);
        if (!listens) co_return std::string{};
        std::string text = piece(*listener, page);
        if (!text.empty()) co_return text;
        if (listener->reading.no < front.feed.newest()) continue;
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - monotonic());
        if (left.count() <= 0 || front.health.stopping) break;
        co_await front.feed.wait_beyond(listener->reading.no, left);
    }
    const bool listens = !front.health.stopping && co_await may_listen(listener);
    if (!listens) co_return std::string{};
    co_return "id: " + cursors.text(listener->reading.no) + "\n: heartbeat\n\n";
}

}  // namespace

awaitable<Reply> read_alerts(Front& front, Call call) {
    Query query{call.request};
    Reading reading;
    read_cursor(query, query.text("after", 40), front.feed, reading);
    reading.limit = static_cast<std::size_t>(query.integer("limit", 1, max_events, usual_events));
    reading.wait = std::chrono::seconds{query.integer("wait", 0, max_wait_s, 0)};
    reading.filter = filter_for(call.caller, read_tiers(query, call.caller.role));
    if (Faults faults = query.finish(); !faults.empty()) co_return unprocessable(std::move(faults));
    std::unique_ptr<HeldPlaces::Place> place;
    if (reading.wait.count() > 0) {
        place = front.access.long_answers.take(call.caller.token_id);
        if (!place) co_return too_many_wait();
    }
    const auto began = monotonic();
    const auto until = began + reading.wait;
    FeedPage page;
    for (;;) {
        auto asking = front.feed.after(reading.no, reading.limit, reading.filter);
        page = co_await std::move(asking);
        reading.no = std::max(reading.no, page.next);
        if (!page.items.empty()) break;
        if (reading.no < front.feed.newest()) continue;
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - monotonic());
        if (left.count() <= 0 || front.health.stopping) break;
        co_await front.feed.wait_beyond(reading.no, left);
    }
    if (monotonic() - began >= check_again) {
        const auto caller = co_await find_caller(front, bearer_token(call.request));
        if (!caller) co_return refuse(401, "TOKEN_REVOKED");  // while it waited
    }
    Reply reply;
    reply.body = "{\"events\":[";
    for (const auto& item : page.items) {
        if (item != page.items.front()) reply.body += ',';
        reply.body += item->event_json;
    }
    reply.body += "],\"next\":\"" + cursors.text(reading.no) + "\"}";
    reply.headers.emplace_back("Cache-Control", "no-store");
    co_return reply;
}

awaitable<Reply> stream_alerts(Front& front, Call call) {
    Query query{call.request};
    Reading reading;
    const std::string last = call.request.header("last-event-id");
    const std::string after = query.text("after", 40);
    read_cursor(query, last.empty() ? after : last, front.feed, reading);
    reading.limit = static_cast<std::size_t>(usual_events);
    reading.filter = filter_for(call.caller, read_tiers(query, call.caller.role));
    if (Faults faults = query.finish(); !faults.empty()) co_return unprocessable(std::move(faults));
    auto place = front.access.long_answers.take(call.caller.token_id);
    if (!place) co_return too_many_wait();
    auto listener = std::make_shared<Listener>(
        Listener{front, bearer_token(call.request), std::move(reading), std::move(place)});
    Reply reply;
    reply.content_type = "text/event-stream";
    reply.headers.emplace_back("Cache-Control", "no-store");
    reply.stream = [listener] { return next_piece(listener); };
    co_return reply;
}

}  // namespace liuhen::server::http
