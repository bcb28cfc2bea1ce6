// Accounts of an organisation's or authority's people, by their administrators.
#include "server/area.hpp"
#include "server/crypto.hpp"
#include "server/http/admission.hpp"
#include "server/http/body.hpp"
#include "server/http/idempotency.hpp"
#include "server/http/password_form.hpp"
#include "server/http/people_api.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/store/members.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view ranks[] = {"admin", "member", "driver", "reader"};
constexpr std::string_view authorities[] = {"regulator", "police", "operator"};

bool is_login(const std::string& text) {
    const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
    return text.size() >= 3 && plain(text.front()) && std::ranges::all_of(text, [&](char c) {
               return plain(c) || c == '.' || c == '_' || c == '@' || c == '-';
           });
}

// To whom the new member belongs: the operator says so, others mean their own.
void read_belonging(Fields& form, const Caller& caller, store::NewMember& member) {
    member.party = form.uuid("party");
    member.authority = form.one_of("authority", authorities);
    if (caller.role != manifest::Role::operator_) {
        const bool own = member.party.empty() || member.party == caller.party.text;
        const bool same = member.authority.empty() || member.authority == code(caller.role);
        if (!own) form.add("UNKNOWN_REFERENCE", "party", member.party);
        if (!same) form.add("UNKNOWN_VALUE", "authority", member.authority);
        member.party = caller.party.text;
        member.authority = caller.party.empty() ? std::string{code(caller.role)} : std::string{};
    } else if (!member.party.empty() && !member.authority.empty()) {
        form.add("EXCLUSIVE", "authority", member.authority);
    } else if (member.party.empty() && member.authority.empty()) {
        form.add("MISSING", "party");
    }
}

// An area within the administrator's own; his own when none is given.
std::string read_division(Fields& form, const Caller& caller, const std::string& authority) {
    std::string division = form.text("division", {2, 6});
    if (division.empty()) return caller.division;
    const bool watches = authority == "regulator" || authority == "police";
    if (!watches)
        form.add("EXCLUSIVE", "division", division);
    else if (!is_area(division))
        form.add("NOT_AN_AREA", "division", division);
    else if (!lies_in(division, caller.division))
        form.add("OUTSIDE_AREA", "division", division);
    return division;
}

// A password that was given, or a random one; shown once where it was not given.
struct First {
    std::string password;
    bool made = false;
};
First first_of(Fields& form) {
    if (form.has("password")) return {read_password(form, "password", Password::chosen)};
    form.any("password");
    return {first_password(), true};
}

Reply shown_once(json row, const First& first, unsigned status) {
    if (first.made) row["password"] = first.password;
    Reply reply = json_reply(row, status);
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

// A key would keep the digest of a password, which is not slow to guess at.
std::optional<Reply> with_key(const Request& request) {
    if (!is_repeatable(request)) return std::nullopt;
    return unprocessable({fault("KEY_NOT_HERE", "Idempotency-Key")});
}

}  // namespace

Reply list_members(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::members);
}

awaitable<Reply> add_member(Front& front, Call call) {
    if (auto refusal = with_key(call.request)) co_return *std::move(refusal);
    const auto body = read_body(call.request);
    if (!body) co_return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::NewMember member;
    member.id = uuid_v7(call.now);
    member.login = form.text("login", {3, 64}, Need::required);
    if (!member.login.empty() && !is_login(member.login))
        form.add("NOT_A_LOGIN", "login", member.login);
    member.name = form.text("name", {2, 60}, Need::required);
    member.rank = form.one_of("rank", ranks, Need::required);
    read_belonging(form, call.caller, member);
    member.division = read_division(form, call.caller, member.authority);
    First first = first_of(form);
    form.finish();
    if (!faults.empty()) co_return unprocessable(std::move(faults));
    member.now = call.now;
    member.by = call.caller.token_id;
    auto hashing = front.passwords->hash(first.password);
    member.password = co_await std::move(hashing);
    auto write = [member](pqxx::work& db) {
        store::insert_member(db, member);
        return store::find_row(db, store::members, member.id).value();
    };
    auto writing = front.database.transact_as(identity_of(call.caller), std::move(write));
    json row = co_await std::move(writing);
    co_return shown_once(std::move(row), first, 201);
}

// Renamed, given another rank or area, disabled or let in again, or given a new first password.
awaitable<Reply> change_member(Front& front, Call call) {
    if (auto refusal = with_key(call.request)) co_return *std::move(refusal);
    const std::string id = call.place("id");
    if (!is_uuid(id)) co_return refuse(404, "NOT_FOUND");
    const auto body = read_body(call.request);
    if (!body) co_return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::MemberChange change;
    if (form.has("name")) change.name = form.text("name", {2, 60});
    if (form.has("rank")) change.rank = form.one_of("rank", ranks);
    if (form.has("division")) change.division = read_division(form, call.caller, "regulator");
    if (form.has("disabled")) change.disabled = form.flag("disabled", false);
    const bool anew = form.flag("reset_password", false);
    const First first{anew ? first_password() : std::string{}, anew};
    form.finish();
    if (!faults.empty()) co_return unprocessable(std::move(faults));
    if (anew) {
        auto hashing = front.passwords->hash(first.password);
        change.password = co_await std::move(hashing);
    }
    struct Outcome {
        std::optional<json> row;
        std::vector<std::string> ended;
    };
    auto write = [id, change, now = call.now](pqxx::work& db) {
        Outcome outcome;
        if (store::change_member(db, id, change, now) == store::Changed::unknown) return outcome;
        outcome.row = store::find_row(db, store::members, id);
        // What he may do, or whether at all, was other in sessions that were begun before.
        if (change.rank || change.division || change.password || change.disabled)
            outcome.ended = store::end_sessions(db, id, "", now);
        return outcome;
    };
    auto writing = front.database.transact_as(identity_of(call.caller), std::move(write));
    Outcome outcome = co_await std::move(writing);
    if (!outcome.row) co_return refuse(404, "NOT_FOUND");
    Reply reply = shown_once(*std::move(outcome.row), first, 200);
    for (auto& session : outcome.ended)
        reply.follow_ups.push_back({FollowUp::What::token_revoked, std::move(session)});
    co_return reply;
}

}  // namespace liuhen::server::http
