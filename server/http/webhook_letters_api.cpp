// What became of a webhook's messages: tries, what was laid aside, trials, and newer secrets.
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/http/secrets.hpp"
#include "server/http/webhooks_api.hpp"
#include "server/store/webhook_lines.hpp"
#include "server/store/webhooks.hpp"

#include <nlohmann/json.hpp>

#include <limits>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::chrono::hours former_signs_for{24};

std::optional<std::string> webhook_of(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::find_row(db, store::webhooks, id)) return std::nullopt;
    return id;
}

template <class Items, class Next>
Reply page_reply(Items items, const Next& next, bool more) {
    json body{{"items", std::move(items)}, {"next", nullptr}};
    if (more) body["next"] = next;
    return json_reply(body);
}

}  // namespace

// Whoever still has the one before has a day to take this one over.
Reply renew_webhook_secret(pqxx::work& db, const Call& call) {
    if (!has_secret_key(call)) return no_secret_key();
    const std::string& id = call.place("id");
    if (!is_uuid(id)) return refuse(404, "NOT_FOUND");
    const std::string secret = webhook::new_secret();
    const auto sealed = call.vault->seal(secret, store::bound_to_webhook(id));
    const Instant until = call.now + former_signs_for;
    if (!store::renew_webhook_secret(db, id, sealed, call.now, until))
        return refuse(404, "NOT_FOUND");
    json row = store::find_row(db, store::webhooks, id).value();
    Reply reply = json_reply(row);
    reply.body_for_replay = reply.body;
    row["secret"] = secret;
    reply.body = row.dump();
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

Reply ping_webhook(pqxx::work& db, const Call& call) {
    const auto id = webhook_of(db, call);
    if (!id) return refuse(404, "NOT_FOUND");
    store::NewLetter letter{.id = uuid_v7(call.now),
                            .webhook = *id,
                            .message = {},
                            .kind = std::string{webhook::ping_kind},
                            .body = {},
                            .now = call.now};
    letter.message = webhook::message_id(*id, letter.id);
    letter.body = webhook::ping_event(*id, letter.id, call.now);
    store::queue_letter(db, letter);
    return json_reply({{"message", letter.message}}, 202);
}

Reply list_webhook_tries(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const auto before = query.integer("before", 0, std::numeric_limits<std::int64_t>::max(), 0);
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const auto id = webhook_of(db, call);
    if (!id) return refuse(404, "NOT_FOUND");
    auto page = store::list_tries(db, *id, before, limit);
    return page_reply(std::move(page.items), page.next, page.next != 0);
}

Reply list_dead_letters(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const std::string after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    const auto id = webhook_of(db, call);
    if (!id) return refuse(404, "NOT_FOUND");
    auto page = store::list_letters(db, *id, after, limit);
    return page_reply(std::move(page.items), page.next, !page.next.empty());
}

Reply resend_dead_letter(pqxx::work& db, const Call& call) {
    const auto id = webhook_of(db, call);
    const std::string& letter = call.place("letter");
    const bool queued = id && is_uuid(letter) && store::queue_again(db, *id, letter);
    if (!queued) return refuse(404, "NOT_FOUND");
    Reply reply;
    reply.status = 202;
    return reply;
}

}  // namespace liuhen::server::http
