#include "server/http/admission.hpp"

#include "server/crypto.hpp"
#include "server/foreign_token.hpp"
#include "server/http/problem.hpp"
#include "server/store/delegations.hpp"
#include "server/store/providers.hpp"
#include "server/store/tokens.hpp"

#include <pqxx/pqxx>

#include <algorithm>
#include <utility>

namespace liuhen::server::http {
namespace {

Reply unauthorized(std::string_view code, std::string detail, std::string_view challenge) {
    Problem problem{401, std::string{code}, std::move(detail), {}, {}, {}, {}};
    problem.headers.emplace_back("WWW-Authenticate", std::string{challenge});
    return to_reply(problem);
}

Reply unknown_token(Front& front, const std::string& peer) {
    const auto wait = front.access.wrong_tokens.take(peer, monotonic());
    if (wait.count() > 0)
        return slow_down("TOO_MANY_WRONG_TOKENS", "This address sent too many wrong tokens.", wait);
    return unauthorized("TOKEN_INVALID", "The token is unknown, revoked or expired.",
                        "Bearer error=\"invalid_token\"");
}

// RFC 8705 section 3: who has the token alone has nothing.
std::optional<Reply> not_held(const Front& front, const Caller& caller,
                              const std::string& certificate) {
    if (is_stolen(caller, certificate))
        return unauthorized("CERTIFICATE_REQUIRED",
                            "The token is bound to a client's certificate that was not shown.",
                            "Bearer error=\"invalid_token\"");
    return unbound(front, code(caller.role), caller.certificate);
}

// What stands against a known caller on this route.
std::optional<Reply> barred(const Route& route, const Caller& caller) {
    if (!route.roles.has(caller.role))
        return refuse(403, "ROLE",
                      "The role " + std::string{code(caller.role)} + " may not do this.");
    if (caller.initial && !route.traits.has(Trait::personal))
        return refuse(403, "PASSWORD_INITIAL", "Change the password that you were given first.");
    if (caller.rank >= route.least()) return std::nullopt;
    return refuse(403, "RANK",
                  route.least() == Rank::admin ? "Only an administrator may do this."
                                               : "This account only reads.");
}

Rank rank_of(const std::string& code) {
    if (code == "admin") return Rank::admin;
    return code == "member" ? Rank::member : Rank::reader;
}

std::optional<Caller> caller_of(const store::KnownToken& known) {
    const auto role = manifest::role_from_code(known.role);
    if (!role) return std::nullopt;
    Caller caller;
    caller.role = *role;
    caller.party = {known.party};
    caller.token_id = known.id;
    caller.person = known.person;
    caller.division = known.division;
    caller.rank = rank_of(known.rank);
    caller.account = known.login.empty() ? known.person : known.login;
    caller.member = known.member;
    caller.initial = known.initial;
    caller.certificate = known.certificate;
    return caller;
}

// A uuid for a person whom another issuer names, the same each time he comes.
std::string id_of(const std::string& issuer, const std::string& subject) {
    std::string text = sha256_hex(issuer + '\n' + subject).substr(0, 32);
    text[12] = '8';  // RFC 9562 section 5.8: of one's own making
    text[16] = 'a';
    for (const std::size_t at : {8U, 13U, 18U, 23U}) text.insert(at, 1, '-');
    return text;
}

std::optional<Caller> foreign_caller(pqxx::work& db, const std::string& token, Instant now) {
    const auto claimed = claimed_issuer(token);
    const auto issuer = claimed ? store::find_issuer(db, *claimed) : std::nullopt;
    if (!issuer) return std::nullopt;
    const auto person = read_foreign_token(token, *issuer, now);
    if (!person) {
        log::debug("http.foreign_token",
                   {{"provider", issuer->id}, {"fault", code(person.error())}});
        return std::nullopt;
    }
    const auto role = manifest::role_from_code(person->role);
    if (role != manifest::Role::regulator && role != manifest::Role::police) return std::nullopt;
    Caller caller;
    caller.role = *role;
    caller.token_id = id_of(issuer->id, person->subject);
    caller.person = person->name;
    caller.division = person->division;
    caller.account = person->subject;
    caller.certificate = person->certificate;
    return caller;
}

std::optional<Caller> look_up(pqxx::work& db, const std::string& token, const std::string& digest,
                              Instant now) {
    if (is_foreign_form(token)) return foreign_caller(db, token, now);
    const auto known = store::find_token(db, digest, now);
    return known ? caller_of(*known) : std::nullopt;
}

// The caller in the name of the organisation that delegated the act to his own.
awaitable<Admission> step_in(Front& front, const Route& route, Caller caller, Arrival arrival) {
    Admission admission;
    const PartyId delegator{arrival.on_behalf_of};
    const bool able = !caller.party.empty() && caller.role != manifest::Role::driver;
    if (!route.traits.has(Trait::delegable)) {
        admission.refusal = refuse(403, "NOT_DELEGABLE", "This is done in one's own name only.");
        co_return admission;
    }
    store::Powers powers;
    if (able && is_uuid(delegator.text)) {
        auto find = [delegate = caller.party.text, delegator = delegator.text, act = arrival.act,
                     now = front.clock.now()](pqxx::work& db) {
            return store::powers_of(db, delegate, delegator, act, now);
        };
        auto finding = front.database.transact_as(identity_of(caller), std::move(find));
        powers = co_await std::move(finding);
    }
    const auto role = manifest::role_from_code(powers.role);
    if (!role) {
        admission.refusal =
            refuse(403, "NOT_DELEGATED", "That organisation has not delegated this act to yours.");
        co_return admission;
    }
    caller.delegate = std::exchange(caller.party, delegator);
    caller.role = *role;
    caller.rank = std::min(caller.rank, Rank::member);
    caller.acts = std::move(powers.acts);
    admission.caller = std::move(caller);
    co_return admission;
}

}  // namespace

Arrival Arrival::of(const Request& request, const Match& match) {
    const auto event = match.places.find("event");
    std::string act = event == match.places.end() ? std::string{} : event->second;
    if (act.empty() && request.verb != Verb::get) act = "create";
    return {bearer_token(request), request.peer, request.header("liuhen-on-behalf-of"),
            std::move(act), request.certificate};
}

awaitable<Admission> admit(Front& front, const Route& route, Arrival arrival, Rates& rates) {
    Admission admission;
    if (arrival.token.empty()) {
        admission.refusal =
            unauthorized("TOKEN_MISSING", "Send Authorization: Bearer <token>.", "Bearer");
        co_return admission;
    }
    auto finding = find_caller(front, std::move(arrival.token));
    admission.caller = co_await std::move(finding);
    if (!admission.caller) {
        admission.refusal = unknown_token(front, arrival.peer);
        co_return admission;
    }
    if (auto refusal = not_held(front, *admission.caller, arrival.certificate)) {
        admission.refusal = *std::move(refusal);
        admission.caller.reset();
        co_return admission;
    }
    const auto wait = rates.take_from_identity(admission.caller->token_id);
    if (wait.count() > 0) {
        admission.refusal = slow_down("TOO_MANY_REQUESTS", "This token asks too often.", wait);
        admission.caller.reset();
        co_return admission;
    }
    if (!arrival.on_behalf_of.empty()) {
        auto stepping = step_in(front, route, *std::move(admission.caller), std::move(arrival));
        admission = co_await std::move(stepping);
        if (!admission.caller) co_return admission;
    }
    if (auto refusal = barred(route, *admission.caller)) {
        admission.refusal = *std::move(refusal);
        admission.caller.reset();
    }
    co_return admission;
}

awaitable<std::optional<Caller>> find_caller(Front& front, std::string token) {
    std::optional<Caller> caller;
    if (!is_token_form(token) && !is_foreign_form(token)) co_return caller;
    const std::string digest = sha256_hex(token);
    caller = front.access.tokens.find(digest, monotonic());
    if (caller) co_return caller;
    auto work = [token = std::move(token), digest, now = front.clock.now()](pqxx::work& db) {
        return look_up(db, token, digest, now);
    };
    auto looking = front.database.transact_as(Identity{}, std::move(work));
    caller = co_await std::move(looking);
    if (caller) front.access.tokens.keep(digest, *caller, monotonic());
    co_return caller;
}

std::optional<Reply> unbound(const Front& front, std::string_view role,
                             const std::string& certificate) {
    const auto is_role = [role](manifest::Role one) { return code(one) == role; };
    if (!certificate.empty() || std::ranges::none_of(front.bound_only, is_role))
        return std::nullopt;
    return unauthorized("TOKEN_NOT_BOUND",
                        "Tokens of the role " + std::string{role} +
                            " are bound to a client's certificate here; this one is not.",
                        "Bearer error=\"invalid_token\"");
}

Identity identity_of(const Caller& caller) {
    constexpr std::string_view ranks[] = {"reader", "member", "admin"};
    return {std::string{code(caller.role)},
            caller.party.text,
            caller.division,
            std::string{ranks[static_cast<std::size_t>(caller.rank)]},
            caller.account,
            caller.member,
            caller.delegate.text,
            Plans::for_values};
}

}  // namespace liuhen::server::http
