// Webhooks made, shown, changed, stopped and ended by the administrators of their owners.
#include "server/http/webhooks_api.hpp"

#include "server/crypto.hpp"
#include "server/http/admission.hpp"
#include "server/http/body.hpp"
#include "server/http/idempotency.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/http/secrets.hpp"
#include "server/json/fields.hpp"
#include "server/outbound/rules.hpp"
#include "server/store/webhook_lines.hpp"
#include "server/store/webhooks.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace liuhen::server::http {
namespace {

using nlohmann::json;
using webhook::FeedName;

constexpr std::size_t most_kinds = std::size(webhook::kinds);
constexpr std::size_t most_tiers = 3;

// Alerts are told to whom the feed of alerts is.
bool may_want(const Caller& caller, FeedName feed) {
    using manifest::Role;
    return feed == FeedName::manifests || caller.role == Role::carrier ||
           caller.role == Role::regulator || caller.role == Role::police ||
           caller.role == Role::operator_;
}

const webhook::KindRow* kind_named(const std::string& name) {
    const auto* const row =
        std::find_if(std::begin(webhook::kinds), std::end(webhook::kinds),
                     [&name](const webhook::KindRow& one) { return one.kind == name; });
    return row == std::end(webhook::kinds) ? nullptr : row;
}

void read_kinds(Fields& form, const Caller& caller, store::WebhookWish& wish) {
    const auto known = [&caller](const std::string& name) {
        const auto* const row = kind_named(name);
        return row != nullptr && may_want(caller, row->feed);
    };
    const auto named = form.codes("kinds", most_kinds, {1, 64}, known, Need::required);
    if (form.has("kinds") && named.empty() && form.faults().empty()) form.add("TOO_SHORT", "kinds");
    const std::set<std::string> different(named.begin(), named.end());
    wish.kinds.assign(different.begin(), different.end());
    std::set<std::string> feeds;
    for (const auto& name : wish.kinds) {
        if (const auto* const row = kind_named(name)) feeds.emplace(code(row->feed));
    }
    wish.feeds.assign(feeds.begin(), feeds.end());
}

void read_tiers(Fields& form, store::WebhookWish& wish) {
    const auto known = [](const std::string& tier) {
        return tier == "A" || tier == "B" || tier == "C";
    };
    const auto named = form.codes("tiers", most_tiers, {1, 1}, known);
    for (const char* tier : {"A", "B", "C"}) {
        if (named.empty() || std::find(named.begin(), named.end(), tier) != named.end())
            wish.tiers += tier;
    }
}

void read_url(Fields& form, const OutboundPolicy& policy, store::WebhookWish& wish) {
    wish.url = form.text("url", {1, max_url_bytes}, Need::required);
    if (wish.url.empty()) return;
    const auto fault = HttpClient{policy}.judge(wish.url);
    if (!fault) return;
    const char* code = "BAD_URL";
    if (*fault == OutboundFault::bad_scheme) code = "URL_SCHEME";
    if (*fault == OutboundFault::bad_port) code = "URL_PORT";
    if (*fault == OutboundFault::bad_address) code = "URL_ADDRESS";
    form.add(code, "url", wish.url);
}

Result<store::WebhookWish, Reply> read_wish(const Call& call, const OutboundPolicy& policy) {
    const auto body = read_body(call.request);
    if (!body) return fail(body.error());
    Faults faults;
    Fields form{*body, "", faults};
    store::WebhookWish wish;
    wish.name = form.text("name", {0, 120});
    read_url(form, policy, wish);
    read_kinds(form, call.caller, wish);
    read_tiers(form, wish);
    form.finish();
    if (!faults.empty()) return fail(unprocessable(std::move(faults)));
    return wish;
}

Reply nothing_more() {
    Reply reply;
    reply.status = 204;
    return reply;
}

Reply shown(pqxx::work& db, const std::string& id) {
    const auto row = store::find_row(db, store::webhooks, id);
    return row ? json_reply(*row) : refuse(404, "NOT_FOUND");
}

// The secret is told once, with the answer that makes it.
Reply made(pqxx::work& db, const store::NewWebhook& webhook, const std::string& secret) {
    store::insert_webhook(db, webhook);
    json row = store::find_row(db, store::webhooks, webhook.id).value();
    Reply reply = json_reply(row, 201);
    reply.body_for_replay = reply.body;
    row["secret"] = secret;
    reply.body = row.dump();
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

}  // namespace

Reply list_webhooks(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::webhooks);
}

awaitable<Reply> add_webhook(Front& front, Call call) {
    if (!has_secret_key(call)) co_return no_secret_key();
    const auto& rules = OutboundRules::of(co_await asio::this_coro::executor);
    auto wish = read_wish(call, rules.policy);
    if (!wish) co_return wish.error();
    const std::string secret = webhook::new_secret();
    const Caller& caller = call.caller;
    store::NewWebhook webhook{.id = uuid_v7(call.now),
                              .role = std::string{code(caller.role)},
                              .party = caller.party.text,
                              .division = caller.division,
                              .wish = *std::move(wish),
                              .secret = {},
                              .now = call.now,
                              .by = caller.token_id};
    webhook.secret = call.vault->seal(secret, store::bound_to_webhook(webhook.id));
    auto write = [call, webhook, secret](pqxx::work& db) {
        if (!is_repeatable(call.request)) return made(db, webhook, secret);
        if (auto earlier = stored_answer(db, call)) return *std::move(earlier);
        Reply reply = made(db, webhook, secret);
        store_answer(db, call, reply);
        return reply;
    };
    auto writing = front.database.transact_as(identity_of(call.caller), std::move(write));
    co_return co_await std::move(writing);
}

Reply show_webhook(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    return is_uuid(id) ? shown(db, id) : refuse(404, "NOT_FOUND");
}

awaitable<Reply> change_webhook(Front& front, Call call) {
    const std::string id = call.place("id");
    if (!is_uuid(id)) co_return refuse(404, "NOT_FOUND");
    const auto& rules = OutboundRules::of(co_await asio::this_coro::executor);
    const auto wish = read_wish(call, rules.policy);
    if (!wish) co_return wish.error();
    auto write = [id, wish = *wish, now = call.now](pqxx::work& db) {
        const bool changed = store::change_webhook(db, id, wish, now);
        return changed ? shown(db, id) : refuse(404, "NOT_FOUND");
    };
    auto writing = front.database.transact_as(identity_of(call.caller), std::move(write));
    co_return co_await std::move(writing);
}

Reply end_webhook(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const bool ended = is_uuid(id) && store::end_webhook(db, id, call.now);
    return ended ? nothing_more() : refuse(404, "NOT_FOUND");
}

Reply pause_webhook(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (is_uuid(id)) store::pause_webhook(db, id, call.now);
    return show_webhook(db, call);
}

Reply resume_webhook(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (is_uuid(id)) store::resume_webhook(db, id, call.now);
    return show_webhook(db, call);
}

}  // namespace liuhen::server::http
