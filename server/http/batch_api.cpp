// Many manifests signed in one request: each in a transaction of its own, one after the other in
// the order given, as if each had been sent alone. No two are ever held together, so that batches
// of the same numbers in any order never wait for each other in a circle.
#include "manifest/lifecycle.hpp"
#include "server/crypto.hpp"
#include "server/http/admission.hpp"
#include "server/http/answer.hpp"
#include "server/http/api.hpp"
#include "server/http/batch.hpp"
#include "server/http/body.hpp"
#include "server/http/idempotency.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/http/routes.hpp"
#include "server/http/signatures_api.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::http {
namespace {

using manifest::Event;
using nlohmann::json;

constexpr std::chrono::seconds longest{45};  // what is not begun by then is not tried

// The key stands for the whole request from now on; nothing is kept beside it but that.
std::optional<Reply> hold_key(pqxx::work& db, const Call& call) {
    if (!is_repeatable(call.request)) return std::nullopt;
    auto stored = stored_answer(db, call);
    if (!stored) {
        Reply begun;
        begun.status = 202;
        store_answer(db, call, begun);
        return std::nullopt;
    }
    return stored->refused() ? stored : std::nullopt;
}

// Of the answer that a single request gets, what the row tells; kept for repetitions as it is told.
Reply act_briefly(pqxx::work& db, const Call& call) {
    Reply reply = act_on_manifest(db, call);
    if (reply.refused()) return reply;
    const json whole = json::parse(reply.body);
    json brief{{"no", whole.value("no", "")},
               {"state", whole.at("state")},
               {"version", whole.at("version")},
               {"warnings", whole.at("warnings")}};
    if (whole.contains("child")) brief["child"] = whole["child"].at("id");
    reply.body = brief.dump();
    return reply;
}

constexpr Route part{Verb::post,
                     "/v1/manifests/{id}/{event}",
                     {manifest::Role::producer, manifest::Role::carrier, manifest::Role::driver,
                      manifest::Role::receiver},
                     act_briefly,
                     nullptr,
                     Trait::by_key,
                     group_of_filing};

Call part_of(const Call& whole, Event event, const BatchItem& item, Instant now) {
    Call call;
    call.caller = whole.caller;
    call.vault = whole.vault;
    call.now = now;
    call.request.verb = Verb::post;
    call.request.method = "POST";
    call.request.peer = whole.request.peer;
    const std::string name{manifest::code(event)};
    call.places = {{"id", item.id}, {"event", name}};
    call.request.path = "/v1/manifests/" + item.id + '/' + name;
    call.request.body = item.form.dump();
    if (!item.if_match.empty()) call.request.headers["if-match"] = item.if_match;
    const std::string key = whole.request.header("idempotency-key");
    if (!key.empty())
        call.request.headers["idempotency-key"] = "batch-" + sha256_hex(key + '\n' + item.id);
    return call;
}

json row_of(const BatchItem& item) {
    json row{{"no", item.no}, {"ok", false}, {"status", 422}, {"errors", json::array()}};
    if (!item.id.empty()) row["id"] = item.id;
    if (!item.state.empty()) row["state"] = item.state;
    return row;
}

json told(const BatchItem& item, const Reply& reply) {
    json row = row_of(item);
    row["status"] = reply.status;
    json body = json::parse(reply.body);
    if (!reply.refused()) {
        row["ok"] = true;
        row.update(body);
        return row;
    }
    row["errors"] = body.at("errors");
    if (body.contains("state")) row["state"] = body["state"];
    if (body.contains("allowed_events")) row["allowed_events"] = body["allowed_events"];
    if (row["errors"].empty()) {
        row["errors"].push_back({{"pointer", ""},
                                 {"code", body.at("code")},
                                 {"message", body.at("detail")},
                                 {"message_zh", body.at("title_zh")}});
    }
    return row;
}

// One that was not to be tried, or is not there.
std::optional<Reply> refused_before(BatchItem& item) {
    if (!item.faults.empty()) return unprocessable(std::move(item.faults));
    if (item.unknown) return refuse(404, "NOT_FOUND");
    return std::nullopt;
}

// The database does not answer: neither would it for the rest.
bool is_away(const json& row) {
    if (row.at("ok") == true) return false;
    const json& why = row.at("errors").at(0).at("code");
    return why == "DATABASE_DOWN" || why == "OUTCOME_UNKNOWN";
}

/// What has been answered so far.
struct Progress {
    Monotonic until;
    json rows = json::array();
    std::size_t done = 0;
    bool stopped = false;  ///< the database is away or the time is over: nothing more is tried
};

awaitable<Reply> next_reply(Front& front, const Call& call, Event event, BatchItem& item,
                            const Progress& progress) {
    if (auto refusal = refused_before(item)) co_return *std::move(refusal);
    if (progress.stopped) co_return unavailable("NOT_TRIED", "It was not tried: send it again.");
    auto acting = answer_part(front, part, part_of(call, event, item, front.clock.now()));
    co_return co_await std::move(acting);
}

awaitable<Reply> sign_all(Front& front, Call call, Event event, std::vector<BatchItem> items) {
    Progress progress{monotonic() + longest};
    for (BatchItem& item : items) {
        if (monotonic() >= progress.until) progress.stopped = true;
        auto answering = next_reply(front, call, event, item, progress);
        const Reply reply = co_await std::move(answering);
        if (!reply.refused()) ++progress.done;
        progress.rows.push_back(told(item, reply));
        if (is_away(progress.rows.back())) progress.stopped = true;
    }
    json body{{"event", manifest::code(event)},
              {"done", progress.done},
              {"refused", items.size() - progress.done},
              {"results", std::move(progress.rows)}};
    co_return json_reply(body);
}

}  // namespace

awaitable<Reply> sign_batch(Front& front, Call call) {
    auto batch = read_batch(call.request);
    if (!batch) co_return batch.error();
    const auto place = front.access.long_answers.take(call.caller.token_id);
    if (!place)
        co_return slow_down("TOO_MANY_BATCHES", "Too many long requests are under way.",
                            std::chrono::seconds{5});
    struct Begun {
        std::optional<Reply> refusal;
        std::vector<BatchItem> items;
    };
    auto begin = [call, items = std::move(batch->items)](pqxx::work& db) {
        Begun begun;
        begun.refusal = hold_key(db, call);
        if (!begun.refusal) begun.items = find_items(db, items);
        return begun;
    };
    auto beginning = front.database.transact_as(identity_of(call.caller), std::move(begin));
    Begun begun = co_await std::move(beginning);
    if (begun.refusal) co_return *std::move(begun.refusal);
    auto signing = sign_all(front, std::move(call), batch->event, std::move(begun.items));
    co_return co_await std::move(signing);
}

}  // namespace liuhen::server::http
