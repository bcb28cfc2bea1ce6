#include "server/http/answer.hpp"

#include "server/group_commit.hpp"
#include "server/http/admission.hpp"
#include "server/http/content.hpp"
#include "server/http/faults_of_sql.hpp"
#include "server/http/idempotency.hpp"
#include "server/http/origin.hpp"
#include "server/http/problem.hpp"
#include "server/http/rates.hpp"
#include "server/http/routes.hpp"

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

// Nothing is unpacked here: what is small on its way in could be any size in memory.
std::optional<Reply> packed(const Request& request) {
    if (!is_packed(request)) return std::nullopt;
    Reply reply = refuse(415, "CONTENT_ENCODED", "A body is sent as it is, without a coding.");
    reply.headers.emplace_back("Accept-Encoding", "identity");
    return reply;
}

// A POST or PUT carries JSON, or where the route says so a form or a file; or nothing at all.
std::optional<Reply> wrong_content(const Route& route, const Request& request) {
    if (!carries_body(request)) return std::nullopt;
    if (auto refusal = packed(request)) return refusal;
    if (request.body.empty()) return std::nullopt;
    if (route.traits.has(Trait::file)) return std::nullopt;
    const std::string type = first_word(request.header("content-type"));
    if (route.traits.has(Trait::form)) {
        if (type == "application/x-www-form-urlencoded") return std::nullopt;
        return refuse(415, "NOT_FORM_TYPE",
                      "Content-Type must be application/x-www-form-urlencoded.");
    }
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
    Identity identity = identity_of(call.caller);
    if (route.traits.has(Trait::by_key)) identity.plans = Plans::once;
    const auto group = route.group == nullptr ? std::nullopt : route.group(call);
    auto work = [call = std::move(call), handler = route.in_transaction](pqxx::work& db) {
        return transacted(db, call, handler);
    };
    auto working = group ? transact_in_group(front.database, *group, identity, std::move(work))
                         : front.database.transact_as(identity, std::move(work));
    co_return co_await std::move(working);
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

awaitable<Reply> done(Front& front, const Route& route, Call call) {
    Reply reply = co_await run(front, route, std::move(call));
    std::vector<FollowUp> follow_ups = std::exchange(reply.follow_ups, {});
    co_await follow(front, std::move(follow_ups));
    co_return reply;
}

awaitable<Reply> guarded(Front& front, Match match, Request request, Rates& rates) {
    const Route& route = *match.route;
    Call call;
    if (!route.roles.empty()) {
        Arrival arrival = Arrival::of(request, match);
        auto admitting = admit(front, route, std::move(arrival), rates);
        Admission admission = co_await std::move(admitting);
        if (!admission.caller) co_return std::move(admission.refusal);
        call.caller = *std::move(admission.caller);
    }
    if (auto refusal = wrong_content(route, request)) co_return *std::move(refusal);
    call.request = std::move(request);
    call.places = std::move(match.places);
    call.now = front.clock.now();
    call.vault = front.vault;
    auto doing = done(front, route, std::move(call));
    co_return co_await std::move(doing);
}

// `route` lies in the constant table. Whatever goes wrong is an answer.
awaitable<Reply> caught(const Route& route, Keyed keyed, awaitable<Reply> work) {
    try {
        co_return co_await std::move(work);
    } catch (RolledBack& rolled_back) {
        co_return std::move(rolled_back.reply);
    } catch (const OutcomeUnknown& unknown) {
        log::warn("http.outcome_unknown", {{"route", route.path}, {"fault", unknown.what()}});
        if (route.verb != Verb::get) co_return outcome_unknown(keyed);
        co_return unavailable("DATABASE_DOWN", "The database does not answer.");
    } catch (const DatabaseDown& down) {
        log::warn("http.database_down", {{"fault", down.what()}});
        co_return unavailable("DATABASE_DOWN", "The database does not answer.");
    } catch (const PasswordsBusy&) {
        co_return unavailable("BUSY", "Too many passwords are being looked at.");
    } catch (const pqxx::sql_error& error) {
        if (auto reply = refusal_of(error)) co_return *std::move(reply);
        log::error("http.sql", {{"route", route.path}, {"fault", error.what()}});
    } catch (const std::exception& error) {
        log::error("http.failed", {{"route", route.path}, {"fault", error.what()}});
    }
    co_return refuse(500, "INTERNAL", "The server failed; the request had no effect.");
}

}  // namespace

awaitable<Reply> answer_part(Front& front, const Route& route, Call call) {
    const Keyed keyed = is_repeatable(call.request) ? Keyed::yes : Keyed::no;
    auto work = done(front, route, std::move(call));
    auto catching = caught(route, keyed, std::move(work));
    co_return co_await std::move(catching);
}

awaitable<Reply> answer(Front& front, Request request) {
    const Match match = find_route(routes(), request.verb, request.path);
    Rates rates{front.access};
    const auto wait = rates.take_from_address(request.peer);
    Reply reply;
    if (wait.count() > 0)
        reply = slow_down("TOO_MANY_REQUESTS", "This address asks too often.", wait);
    else if (const auto host = request.header("host"); !host.empty() && !is_host(host))
        reply = refuse(400, "BAD_HOST", "The Host header is no host.");
    else if (match.route != nullptr) {
        const Keyed keyed = is_repeatable(request) ? Keyed::yes : Keyed::no;
        auto work = guarded(front, match, std::move(request), rates);
        auto catching = caught(*match.route, keyed, std::move(work));
        reply = co_await std::move(catching);
    } else if (match.allowed.empty())
        reply = refuse(404, "NOT_FOUND", "There is nothing here.");
    else
        reply = wrong_verb(match);
    rates.tell(reply);
    const std::string_view route = match.route == nullptr ? "none" : match.route->path;
    front.metrics.request_answered(route, static_cast<int>(reply.status));
    co_return reply;
}

}  // namespace liuhen::server::http
