// A member's own account: in by login and password, out again, and what is his.
#include "server/crypto.hpp"
#include "server/http/admission.hpp"
#include "server/http/body.hpp"
#include "server/http/password_form.hpp"
#include "server/http/people_api.hpp"
#include "server/http/problem.hpp"
#include "server/store/members.hpp"
#include "server/store/parties.hpp"
#include "server/store/tokens.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::chrono::hours session_lasts{12};

Reply wait_for(std::string_view code, std::string detail, std::chrono::seconds wait) {
    Problem problem{429, std::string{code}, std::move(detail), {}, {}, {}, {}};
    problem.headers.emplace_back("Retry-After", std::to_string(std::max<long>(1, wait.count())));
    return to_reply(problem);
}

Reply wrong_login() {
    return refuse(401, "LOGIN_REFUSED", "Login and password do not fit together.");
}

// What a login asks for.
struct Wish {
    std::string login, password, role;
};
Result<Wish, Reply> read_wish(const Request& request) {
    const auto body = read_body(request);
    if (!body) return fail(body.error());
    Faults faults;
    Fields form{*body, "", faults};
    Wish wish;
    wish.login = form.text("login", {1, 64}, Need::required);
    wish.password = read_password(form, "password", Password::presented);
    wish.role = form.text("role", {1, 20});
    form.finish();
    if (!faults.empty()) return fail(unprocessable(std::move(faults)));
    return wish;
}

// A login's record and whether it is locked, found before the password is looked at.
struct Attempt {
    std::optional<Instant> locked_until;
    std::optional<store::Login> login;
};

// Whether the password fits. Unknown and locked logins answer as known ones do.
struct Verdict {
    std::optional<store::Login> login;
    Reply refusal;
};
awaitable<Verdict> judge(Front& front, std::string login, std::string password, std::string peer) {
    Verdict verdict;
    if (const auto wait = front.access.wrong_logins.wait(peer, monotonic()); wait.count() > 0) {
        verdict.refusal =
            wait_for("TOO_MANY_WRONG_LOGINS", "This address sent too many wrong passwords.", wait);
        co_return verdict;
    }
    const Instant now = front.clock.now();
    auto look_up = [login, now](pqxx::work& db) {
        return Attempt{store::count_guess(db, login, now), store::find_login(db, login)};
    };
    auto looking = front.database.transact_as(Identity{}, std::move(look_up));
    Attempt attempt = co_await std::move(looking);
    if (attempt.locked_until) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(*attempt.locked_until - now);
        verdict.refusal =
            wait_for("LOGIN_LOCKED", "Too many wrong passwords for this login.", left);
        co_return verdict;
    }
    std::string stored = attempt.login ? attempt.login->password : hash_of_nobody();
    auto checking = front.passwords->check(std::move(stored), std::move(password));
    const auto fits = co_await std::move(checking);
    if (fits == PasswordVerdict::right) {
        verdict.login = std::move(attempt.login);
    } else {
        front.access.wrong_logins.take(peer, monotonic());
    }
    if (!verdict.login) verdict.refusal = wrong_login();
    co_return verdict;
}

// In which of his organisation's roles a member acts in this session.
Result<std::string, Reply> role_of(const store::Login& login, const std::string& wanted) {
    if (login.party.empty()) return login.authority;
    if (login.rank == "driver") return std::string{"driver"};
    const bool held = std::ranges::find(login.roles, wanted) != login.roles.end();
    if (wanted.empty() && login.roles.size() == 1) return login.roles.front();
    if (held) return wanted;
    return fail(unprocessable({fault(wanted.empty() ? "MISSING" : "WRONG_ROLE", "/role", wanted)}));
}

struct Opened {
    std::string secret;
    store::NewToken token;
};
Opened open_session(const store::Login& login, std::string role, const Call& call) {
    const Instant now = call.now;
    Opened opened{new_token(), {}};
    opened.token.id = uuid_v7(now);
    opened.token.digest = sha256_hex(opened.secret);
    opened.token.role = std::move(role);
    opened.token.party = login.party;
    opened.token.person = login.name;
    opened.token.label = "session";
    opened.token.expires_at = now + session_lasts;
    opened.token.division = login.division;
    opened.token.rank = login.rank == "driver" ? "member" : login.rank;
    opened.token.member = login.id;
    opened.token.peer = call.request.peer;
    opened.token.certificate = call.request.certificate;
    return opened;
}

Reply signed_in(const Opened& opened, const store::Login& login) {
    json body{{"token", opened.secret},
              {"session", opened.token.id},
              {"expires_at", to_iso(*opened.token.expires_at)},
              {"role", opened.token.role},
              {"rank", opened.token.rank},
              {"person", login.name},
              {"password_to_be_changed", login.initial}};
    if (!login.party.empty()) body["party"] = login.party;
    if (!login.division.empty()) body["division"] = login.division;
    Reply reply = json_reply(body, 201);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

Reply gone(std::vector<std::string> sessions) {
    Reply reply;
    reply.status = 204;
    for (auto& id : sessions)
        reply.follow_ups.push_back({FollowUp::What::token_revoked, std::move(id)});
    return reply;
}

}  // namespace

awaitable<Reply> log_in(Front& front, Call call) {
    auto wish = read_wish(call.request);
    if (!wish) co_return wish.error();
    auto judging = judge(front, wish->login, std::move(wish->password), call.request.peer);
    const Verdict verdict = co_await std::move(judging);
    if (!verdict.login) co_return verdict.refusal;
    auto role = role_of(*verdict.login, wish->role);
    if (!role) co_return role.error();
    const Opened opened = open_session(*verdict.login, *std::move(role), call);
    if (auto refusal = unbound(front, opened.token.role, opened.token.certificate))
        co_return *std::move(refusal);
    auto write = [login = wish->login, token = opened.token](pqxx::work& db) {
        store::forget_guesses(db, login);
        store::insert_token(db, token);
    };
    auto writing = front.database.transact_as(Identity{}, std::move(write));
    co_await std::move(writing);
    co_return signed_in(opened, *verdict.login);
}

awaitable<Reply> change_password(Front& front, Call call) {
    if (call.caller.member.empty()) co_return refuse(409, "NO_PASSWORD", "No member is logged in.");
    const auto body = read_body(call.request);
    if (!body) co_return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    std::string present = read_password(form, "password", Password::presented);
    std::string wanted = read_password(form, "new_password", Password::chosen);
    if (!wanted.empty() && (wanted == present || wanted == call.caller.account))
        form.add("PASSWORD_REUSED", "new_password");
    form.finish();
    if (!faults.empty()) co_return unprocessable(std::move(faults));
    auto judging = judge(front, call.caller.account, std::move(present), call.request.peer);
    const Verdict verdict = co_await std::move(judging);
    if (!verdict.login) co_return verdict.refusal;
    auto hashing = front.passwords->hash(std::move(wanted));
    std::string hash = co_await std::move(hashing);
    Identity self{std::string{code(call.caller.role)}, call.caller.party.text};
    self.member = call.caller.member;
    auto write = [caller = call.caller, hash = std::move(hash), now = call.now](pqxx::work& db) {
        store::forget_guesses(db, caller.account);
        store::set_own_password(db, hash, now);
        return store::end_sessions(db, caller.member, caller.token_id, now);
    };
    auto writing = front.database.transact_as(std::move(self), std::move(write));
    auto ended = co_await std::move(writing);
    ended.push_back(call.caller.token_id);  // stays, but is no longer that of an initial password
    co_return gone(std::move(ended));
}

Reply log_out(pqxx::work& db, const Call& call) {
    store::revoke_token(db, call.caller.token_id, call.now);
    return gone({call.caller.token_id});
}

Reply show_me(pqxx::work& db, const Call& call) {
    const auto token = store::find_row(db, store::tokens, call.caller.token_id);
    json body{{"role", code(call.caller.role)},
              {"rank", call.caller.rank == Rank::admin    ? "admin"
                       : call.caller.rank == Rank::member ? "member"
                                                          : "reader"},
              {"person", call.caller.person},
              {"account", call.caller.account},
              {"password_to_be_changed", call.caller.initial}};
    if (!call.caller.party.empty()) body["party"] = call.caller.party.text;
    if (!call.caller.division.empty()) body["division"] = call.caller.division;
    if (!call.caller.member.empty()) body["member"] = call.caller.member;
    if (token && token->contains("expires_at")) body["expires_at"] = token->at("expires_at");
    return json_reply(body);
}

Reply list_sessions(pqxx::work& db, const Call& call) {
    const auto rows = db.exec_params(
        "SELECT id, peer, to_char(created_at AT TIME ZONE 'UTC', "
        "'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"'),"
        " to_char(expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
        " FROM tokens WHERE member_id = NULLIF($1, '')::uuid AND revoked_at IS NULL"
        " AND expires_at > $2::timestamptz ORDER BY id LIMIT 200",
        call.caller.member, to_iso(call.now));
    json items = json::array();
    for (const auto& row : rows) {
        items.push_back({{"id", row[0].c_str()},
                         {"peer", row[1].c_str()},
                         {"created_at", row[2].c_str()},
                         {"expires_at", row[3].c_str()},
                         {"current", call.caller.token_id == row[0].c_str()}});
    }
    return json_reply({{"items", std::move(items)}});
}

Reply end_session(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!is_uuid(id)) return refuse(404, "NOT_FOUND");
    // One's own; an administrator sees, and so may end, those of the members he manages.
    const auto found = db.exec_params(
        "SELECT 1 FROM tokens t JOIN members m ON m.id = t.member_id WHERE t.id = $1::uuid", id);
    if (found.empty()) return refuse(404, "NOT_FOUND");
    store::revoke_token(db, id, call.now);
    return gone({id});
}

}  // namespace liuhen::server::http
