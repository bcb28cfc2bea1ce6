// Opening locks and doors, and the passwords of locks.
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/idempotency.hpp"
#include "server/http/problem.hpp"
#include "server/http/routes.hpp"
#include "server/http/secrets.hpp"
#include "server/json/fields.hpp"
#include "server/store/lock_secrets.hpp"
#include "server/unlock.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using manifest::RefusalKind;
using manifest::Role;
using nlohmann::json;

constexpr std::string_view door_words[] = {"open", "lock"};
constexpr Roles door_closers{Role::carrier, Role::regulator, Role::police};
constexpr std::size_t least_digits = 4;
constexpr std::size_t most_digits = 12;

store::Asking asking(const Call& call, std::string what, std::string manifest) {
    return {std::move(what),
            {call.caller.role, call.caller.party, call.caller.account, call.caller.division},
            call.caller.token_id,
            call.caller.person,
            {std::move(manifest)}};
}

// The one field that every request may have.
Result<std::string, Reply> read_manifest_name(const Request& request) {
    const auto body = read_body(request);
    if (!body) return fail(body.error());
    Faults faults;
    Fields form{*body, "", faults};
    std::string manifest = form.uuid("manifest");
    form.finish();
    if (!faults.empty()) return fail(unprocessable(std::move(faults)));
    return manifest;
}

template <class E>
json codes_of(manifest::EnumSet<E> set) {
    json codes = json::array();
    for (std::size_t i = 0; i < static_cast<std::size_t>(E::count_); ++i) {
        if (set.has(static_cast<E>(i))) codes.push_back(code(static_cast<E>(i)));
    }
    return codes;
}

json needed(const manifest::UnlockRow& row) {
    return {{"rule", row.row},
            {"ground", code(row.ground)},
            {"states", codes_of(row.states)},
            {"place", code(row.spot)},
            {"roles", codes_of(row.roles)}};
}

unsigned status_of(RefusalKind kind) {
    if (kind == RefusalKind::forbidden) return 403;
    return kind == RefusalKind::held ? 423 : 409;
}

void nudge(Reply& reply, const TerminalId& terminal) {
    if (!terminal.empty()) reply.follow_ups.push_back({FollowUp::What::order_given, terminal.text});
}

// A refusal stands on record, so its transaction is kept.
Reply refused(const NotOpened& denied) {
    const auto& why = denied.why;
    Problem problem{
        status_of(why.kind), std::string{why.code}, std::string{why.message_en}, {}, {}, {}, {}};
    problem.errors.push_back({std::string{why.code}, "", std::string{why.message_en},
                              std::string{why.message_zh}, std::string{}});
    Reply reply = to_reply(problem);
    json body = json::parse(reply.body);
    body["request"] = denied.request;
    if (why.state) body["state"] = code(*why.state);
    body["needed"] = json::array();
    for (const auto* row : why.needed) body["needed"].push_back(needed(*row));
    reply.body = body.dump();
    reply.on_record = true;
    return reply;
}

Reply unopened(const Unopened& why) {
    if (const auto* denied = std::get_if<NotOpened>(&why)) return refused(*denied);
    if (std::holds_alternative<NothingThere>(why)) return refuse(404, "NOT_FOUND");
    return to_reply({429,
                     "UNLOCK_TOO_OFTEN",
                     "Too many refused requests within a minute.",
                     {},
                     {},
                     {},
                     {{"Retry-After", "60"}}});
}

json shown(const Opened& opened) {
    json body{{"request", opened.request},
              {"rule", opened.granted.row},
              {"ground", code(opened.granted.ground)},
              {"manifest", nullptr},
              {"until", to_iso(opened.granted.until)},
              {"order", nullptr}};
    if (!opened.granted.manifest.empty()) body["manifest"] = opened.granted.manifest.text;
    if (!opened.order.empty()) body["order"] = opened.order;
    return body;
}

// The device is to hear of it, and the watch: what is opened now is granted.
void follow_up(Reply& reply, const Opened& opened) {
    nudge(reply, opened.terminal);
    reply.follow_ups.push_back({FollowUp::What::openings_changed, opened.vehicle.text});
}

Reply accepted(const Result<Opened, Unopened>& outcome) {
    if (!outcome) return unopened(outcome.error());
    Reply reply = json_reply(shown(*outcome), 202);
    follow_up(reply, *outcome);
    return reply;
}

Reply shut_doors(pqxx::work& db, const Call& call) {
    if (!door_closers.has(call.caller.role))
        return refuse(403, "ROLE", "Carrier, regulator and police may have doors locked.");
    const auto locking = lock_doors(db, call.place("id"), asking(call, "doors", {}), call.now);
    if (!locking) return refuse(404, "NOT_FOUND");
    Reply reply = json_reply({{"order", locking->order}}, 202);
    nudge(reply, locking->terminal);
    return reply;
}

bool is_password(const std::string& text) {
    return text.size() >= least_digits && text.size() <= most_digits &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Reply unlock_lock(pqxx::work& db, const Call& call) {
    auto manifest = read_manifest_name(call.request);
    if (!manifest) return manifest.error();
    static const Vault no_keys;
    return accepted(unlock(db, call.place("id"), call.vault ? *call.vault : no_keys,
                           asking(call, "unlock", *std::move(manifest)), call.now));
}

Reply tell_one_time_password(pqxx::work& db, const Call& call) {
    auto manifest = read_manifest_name(call.request);
    if (!manifest) return manifest.error();
    if (!has_secret_key(call)) return no_secret_key();
    const auto outcome =
        tell_password(db, call.place("id"), *call.vault,
                      asking(call, "one_time_password", *std::move(manifest)), call.now);
    if (!outcome || outcome->password.empty()) return accepted(outcome);
    json body = shown(*outcome);
    body["told_at"] = to_iso(*outcome->password_told_at);
    Reply reply = json_reply(body, 200);
    reply.body_for_replay = reply.body;  // the password is shown once
    body["password"] = outcome->password;
    reply.body = body.dump();
    reply.headers.emplace_back("Cache-Control", "no-store");
    follow_up(reply, *outcome);
    return reply;
}

Reply work_doors(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string doors = form.one_of("doors", door_words, Need::required);
    std::string manifest = form.uuid("manifest");
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    if (doors == "lock") return shut_doors(db, call);
    return accepted(
        open_doors(db, call.place("id"), asking(call, "doors", std::move(manifest)), call.now));
}

Reply set_lock_secret(pqxx::work& db, const Call& call) {
    // A key would leave the digest of a password of few digits behind, which is the password.
    if (is_repeatable(call.request))
        return unprocessable({fault("KEY_NOT_HERE", "Idempotency-Key")});
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const json* const given = form.any("password", Need::required);
    const std::string password =
        given != nullptr && given->is_string() ? given->get<std::string>() : std::string{};
    if (given != nullptr && !is_password(password)) form.add("NOT_A_PASSWORD", "password");
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    if (!has_secret_key(call)) return no_secret_key();
    const auto lock = store::find_lock(db, call.place("id"), call.now);
    if (!lock) return refuse(404, "NOT_FOUND");
    store::keep_static_password(db, *call.vault, lock->lock, password, call.caller.token_id,
                                call.now);
    Reply reply;
    reply.status = 204;
    return reply;
}

}  // namespace liuhen::server::http
