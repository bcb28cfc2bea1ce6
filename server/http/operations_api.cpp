// For those who run the server.
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/openapi.hpp"
#include "server/national/tally.hpp"
#include "server/webhook_tally.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

json clock_now(const Front& front) {
    return {{"now", to_iso(front.clock.now())},
            {"rate", front.clock.rate()},
            {"demo", front.clock.is_demo()}};
}

}  // namespace

awaitable<Reply> livez(Front&, Call) {
    Reply reply = json_reply({{"alive", true}});
    co_return reply;
}

awaitable<Reply> readyz(Front& front, Call) {
    json checks = json::object();
    for (const Check& check : front.health.checks())
        checks[check.name] = {{"ok", check.ok}, {"detail", check.detail}};
    const bool ready = front.health.ready();
    const auto& nation = national::Tally::own();  // told late, nobody here is worse off
    if (const auto line = nation.line(); !line.empty())
        checks["national"] = {{"ok", nation.is_well()}, {"detail", line}};
    Reply reply = json_reply({{"ready", ready}, {"checks", checks}, {"clock", clock_now(front)}},
                             ready ? 200 : 503);
    if (!ready) reply.headers.emplace_back("Retry-After", "1");
    reply.headers.emplace_back("Cache-Control", "no-store");
    co_return reply;
}

awaitable<Reply> metrics(Front& front, Call) {
    Reply reply;
    reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
    reply.body =
        front.metrics.text() + national::Tally::own().text() + webhook::Tally::own().text();
    co_return reply;
}

awaitable<Reply> openapi(Front&, Call) {
    Reply reply;
    reply.body = openapi_document();
    co_return reply;
}

awaitable<Reply> status(Front& front, Call) {
    const Pulse pulse = front.metrics.pulse();
    Reply reply = json_reply({{"trucks_online", pulse.trucks_online},
                              {"fixes_per_s", pulse.fixes_per_s},
                              {"open_trips", pulse.open_trips},
                              {"open_alerts", pulse.open_alerts},
                              {"commit_ms_p50", pulse.commit_ms_p50},
                              {"commit_ms_p99", pulse.commit_ms_p99},
                              {"feed_newest", front.feed.newest()},
                              {"clock", clock_now(front)}});
    co_return reply;
}

}  // namespace liuhen::server::http
