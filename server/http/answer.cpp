#include "server/http/answer.hpp"

#include "server/crypto.hpp"
#include "server/http/faults_of_sql.hpp"
#include "server/http/idempotency.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/http/routes.hpp"
#include "server/store/tokens.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <utility>

namespace liuhen::server::http {
namespace {

constexpr std::chrono::seconds follow_up_time{10};

enum class Keyed : std::uint8_t { no, yes };  // has an Idempotency-Key

// Thrown inside a transaction to roll it back with its answer.
struct RolledBack {
    Reply reply;
};

Reply wrong_verb(const Match& match) {
    Problem problem{405, "WRONG_METHOD", {}, {}, {}, {}, {}};
    std::string allow;
    for (const Verb verb : match.allowed) {
        if (!allow.empty()) allow += ", ";
        allow += code(verb);
        if (verb == Verb::get) allow += ", HEAD";
    }
    problem.headers.emplace_back("Allow", allow);
    return to_reply(problem);
}

Reply unauthorized(std::string_view code, std::string detail, std::string_view challenge) {
    Problem problem{401, std::string{code}, std::move(detail), {}, {}, {}, {}};
    problem.headers.emplace_back("WWW-Authenticate", std::string{challenge});
    return to_reply(problem);
}

// A caller, or the answer that turns it away.
struct Admission {
    std::optional<Caller> caller;
    Reply refusal;
};

awaitable<Admission> admit(Front& front, std::string token, std::string peer, Roles roles,
                           Rates& rates) {
    Admission admission;
    if (token.empty()) {
        admission.refusal =
            unauthorized("TOKEN_MISSING", "Send Authorization: Bearer <token>.", "Bearer");
        co_return admission;
    }
    admission.caller = co_await find_caller(front, std::move(token));
    if (!admission.caller) {
        const auto wait = front.access.wrong_tokens.take(peer, monotonic());
        admission.refusal =
            wait.count() > 0
                ? slow_down("TOO_MANY_WRONG_TOKENS", "This address sent too many wrong tokens.",
                            wait)
                : unauthorized("TOKEN_INVALID", "The token is unknown, revoked or expired.",
                               "Bearer error=\"invalid_token\"");
        co_return admission;
    }
    const auto wait = rates.take_from_identity(admission.caller->token_id);
    if (wait.count() > 0) {
        admission.refusal = slow_down("TOO_MANY_REQUESTS", "This token asks too often.", wait);
        admission.caller.reset();
    } else if (!roles.has(admission.caller->role)) {
        admission.refusal =
            refuse(403, "ROLE",
                   "The role " + std::string{code(admission.caller->role)} + " may not do this.");
        admission.caller.reset();
    }
    co_return admission;
}

// A POST or PUT carries JSON, or nothing at all.
std::optional<Reply> wrong_content(const Request& request) {
    const bool carries = request.verb == Verb::post || request.verb == Verb::put;
    if (!carries || request.body.empty()) return std::nullopt;
    std::string type = request.header("content-type");
    type = type.substr(0, type.find(';'));
    while (!type.empty() && type.back() == ' ') type.pop_back();
    std::transform(type.begin(), type.end(), type.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (type == "application/json" || type == "application/geo+json") return std::nullopt;
    return refuse(415, "NOT_JSON_TYPE", "Content-Type must be application/json.");
}

Reply transacted(pqxx::work& db, const Call& call, InTransaction handler) {
    const bool changes = call.request.verb != Verb::get;
    const bool repeatable = changes && is_repeatable(call.request);
    if (repeatable) {
        if (auto stored = stored_answer(db, call)) {
            if (stored->refused()) throw RolledBack{*std::move(stored)};
            return *std::move(stored);
        }
    }
    Reply reply = handler(db, call);
    if (changes && reply.refused() && !reply.on_record) throw RolledBack{std::move(reply)};
    if (repeatable && !reply.refused()) store_answer(db, call, reply);
    return reply;
}

// `route` lies in the constant table.
awaitable<Reply> run(Front& front, const Route& route, Call call) {
    if (route.on_front != nullptr) co_return co_await route.on_front(front, std::move(call));
    const Identity identity{std::string{code(call.caller.role)}, call.caller.party.text};
    auto work = [call = std::move(call), handler = route.in_transaction](pqxx::work& db) {
        return transacted(db, call, handler);
    };
    co_return co_await front.database.transact_as(identity, std::move(work));
}

// Whether a follow-up is done, for whoever waits for it until the deadline.
struct Told {
    asio::steady_timer deadline;
    bool done = false;
};

// Whatever goes wrong here, the change itself stands; the next reload catches up with it.
awaitable<void> tell(std::function<awaitable<void>(FollowUp)> follow, FollowUp news,
                     std::shared_ptr<Told> told) {
    try {
        co_await follow(std::move(news));
    } catch (const std::exception& fault) {
        log::warn("http.follow_up_late", {{"fault", fault.what()}});
    }
    told->done = true;
    told->deadline.cancel();
}

// The answer waits until the rest of the server knows, but not for ever: the change is committed,
// and telling so may need a database that has begun to hang.
awaitable<void> follow(Front& front, std::vector<FollowUp> follow_ups) {
    const auto executor = co_await asio::this_coro::executor;
    for (FollowUp& one : follow_ups) {
        if (one.what == FollowUp::What::token_revoked) {
            front.access.tokens.forget(one.id);
            continue;
        }
        auto told = std::make_shared<Told>(Told{{executor, follow_up_time}});
        spawn("http.follow_up", executor, tell(front.follow, std::move(one), told));
        boost::system::error_code cancelled;
        auto token = asio::redirect_error(asio::use_awaitable, cancelled);
        if (!told->done) co_await told->deadline.async_wait(token);  // it may be done at once
        if (!told->done) log::warn("http.follow_up_late", {{"fault", "not done in time"}});
    }
}

// The database fell silent while it committed.
Reply outcome_unknown(Keyed keyed) {
    return unavailable(
        "OUTCOME_UNKNOWN",
        keyed == Keyed::yes
            ? "It is not known whether the request took effect. Send the same request with the same"
              " Idempotency-Key again: it takes effect once."
            : "It is not known whether the request took effect. Look before you send it again; with"
              " an Idempotency-Key it could be sent again safely.");
}

awaitable<Reply> guarded(Front& front, Match match, Request request, Rates& rates) {
    const Route& route = *match.route;
    Call call;
    if (!route.roles.empty()) {
        std::string token = bearer_token(request);
        auto admitting = admit(front, std::move(token), request.peer, route.roles, rates);
        Admission admission = co_await std::move(admitting);
        if (!admission.caller) co_return std::move(admission.refusal);
        call.caller = *std::move(admission.caller);
    }
    if (auto refusal = wrong_content(request)) co_return *std::move(refusal);
    call.request = std::move(request);
    call.places = std::move(match.places);
    call.now = front.clock.now();
    call.vault = front.vault;
    Reply reply = co_await run(front, route, std::move(call));
    std::vector<FollowUp> follow_ups = std::exchange(reply.follow_ups, {});
    co_await follow(front, std::move(follow_ups));
    co_return reply;
}

awaitable<Reply> caught(Front& front, Match match, Request request, Rates& rates) {
    const Keyed keyed = is_repeatable(request) ? Keyed::yes : Keyed::no;
    try {
        co_return co_await guarded(front, match, std::move(request), rates);
    } catch (RolledBack& rolled_back) {
        co_return std::move(rolled_back.reply);
    } catch (const OutcomeUnknown& unknown) {
        log::warn("http.outcome_unknown",
                  {{"route", match.route->path}, {"fault", unknown.what()}});
        if (match.route->verb != Verb::get) co_return outcome_unknown(keyed);
        co_return unavailable("DATABASE_DOWN", "The database does not answer.");
    } catch (const DatabaseDown& down) {
        log::warn("http.database_down", {{"fault", down.what()}});
        co_return unavailable("DATABASE_DOWN", "The database does not answer.");
    } catch (const pqxx::sql_error& error) {
        if (auto reply = refusal_of(error)) co_return *std::move(reply);
        log::error("http.sql", {{"route", match.route->path}, {"fault", error.what()}});
    } catch (const std::exception& error) {
        log::error("http.failed", {{"route", match.route->path}, {"fault", error.what()}});
    }
    co_return refuse(500, "INTERNAL", "The server failed; the request had no effect.");
}

}  // namespace

awaitable<std::optional<Caller>> find_caller(Front& front, std::string token) {
    std::optional<Caller> caller;
    if (!is_token_form(token)) co_return caller;
    const std::string digest = sha256_hex(token);
    caller = front.access.tokens.find(digest, monotonic());
    if (caller) co_return caller;
    const Identity nobody;
    const Instant now = front.clock.now();
    auto look_up = [digest, now](pqxx::work& db) { return store::find_token(db, digest, now); };
    const auto known = co_await front.database.transact_as(nobody, std::move(look_up));
    const auto role = known ? manifest::role_from_code(known->role) : std::nullopt;
    if (!known || !role) co_return caller;
    caller = Caller{*role, PartyId{known->party}, known->id, known->person};
    front.access.tokens.keep(digest, *caller, monotonic());
    co_return caller;
}

awaitable<Reply> answer(Front& front, Request request) {
    const Match match = find_route(routes(), request.verb, request.path);
    Rates rates{front.access};
    const auto wait = rates.take_from_address(request.peer);
    Reply reply;
    if (wait.count() > 0)
        reply = slow_down("TOO_MANY_REQUESTS", "This address asks too often.", wait);
    else if (match.route != nullptr)
        reply = co_await caught(front, match, std::move(request), rates);
    else if (match.allowed.empty())
        reply = refuse(404, "NOT_FOUND", "There is nothing here.");
    else
        reply = wrong_verb(match);
    rates.tell(reply);
    const std::string_view route = match.route == nullptr ? "none" : match.route->path;
    front.metrics.request_answered(route, static_cast<int>(reply.status));
    co_return reply;
}

}  // namespace liuhen::server::http
