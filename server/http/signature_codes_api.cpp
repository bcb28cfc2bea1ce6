// Signature codes: given out by their signers, listed, withdrawn, and wrong tries forgiven.
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/http/rates.hpp"
#include "server/http/secrets.hpp"
#include "server/http/signature_code.hpp"
#include "server/http/signatures_api.hpp"
#include "server/json/fields.hpp"
#include "server/log.hpp"
#include "server/store/manifests.hpp"
#include "server/store/signature_codes.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace liuhen::server::http {
namespace {

using manifest::Event;
using manifest::Role;
using nlohmann::json;

constexpr std::chrono::minutes code_lasts{15};
constexpr std::int64_t longest_minutes = 60;
constexpr std::int64_t sheet_hours = 12;    // when not said
constexpr std::int64_t longest_sheet = 24;  // hours
constexpr std::size_t most_events = 6;
constexpr std::int64_t most_on_sheet = 20;
constexpr int most_live_on_sheets = 100;
constexpr int most_live_of_manifest = 10;
constexpr int codes_a_day = 2'000;

bool is_party_to(const manifest::Manifest& m, const Caller& caller) {
    if (caller.role == Role::producer) return m.producer.id == caller.party;
    if (caller.role == Role::receiver) return m.receiver.id == caller.party;
    return std::ranges::any_of(
        m.legs, [&caller](const auto& leg) { return leg.carrier.id == caller.party; });
}

Reply too_many(std::string detail) {
    return slow_down("TOO_MANY_CODES", std::move(detail), std::chrono::minutes{15});
}

// Shown once: the repetition of a request under its key has no digits.
Reply shown_once(const json& told, const json& repeated) {
    Reply reply = json_reply(told, 201);
    reply.body_for_replay = repeated.dump();
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

store::NewSignatureCode blank_code(const Call& call) {
    store::NewSignatureCode code;
    code.id = uuid_v7(call.now);
    code.party = call.caller.party.text;
    code.role = manifest::code(call.caller.role);
    code.token = call.caller.token_id;
    code.now = call.now;
    return code;
}

// Gives the code its digits and keeps it; the digits.
std::string keep(pqxx::work& db, const Call& call, store::NewSignatureCode& code) {
    std::string digits = new_signature_code();
    code.digest = digests_of_code(*call.vault, code.party, digits).front();
    store::insert_signature_code(db, code);
    return digits;
}

// What the signer's own phone says: the event, and if he likes its form and that it is signed here.
store::NewSignatureCode read_code(Fields& form, const Call& call, const manifest::Manifest& m) {
    store::NewSignatureCode code = blank_code(call);
    code.member = call.caller.member;
    code.account = call.caller.account;
    code.person = call.caller.person;
    code.manifest = m.id.text;
    const std::string name = form.text("event", {1, 40}, Need::required);
    const auto event = manifest::event_from_code(name);
    if (!name.empty() && (!event || !signs_by_code(call.caller.role, *event)))
        form.add("UNKNOWN_VALUE", "event", name);
    code.events = {name};
    const auto minutes = form.integer("minutes", 1, longest_minutes);
    code.expires_at = call.now + std::chrono::minutes{minutes.value_or(code_lasts.count())};
    const json* const agreed = form.any("body");
    if (agreed != nullptr && !agreed->is_object())
        form.add("WRONG_TYPE", "body");
    else if (agreed != nullptr)
        code.content = digests_of_form(*call.vault, *agreed).front();
    if (form.flag("on_site", false)) {
        if (call.caller.role == Role::driver) form.add("WRONG_ROLE", "on_site");
        code.site = call.caller.role == Role::producer ? m.origin.text : m.destination.text;
    }
    form.finish();
    return code;
}

bool owns_site(pqxx::work& db, const std::string& site, const std::string& party) {
    return !db.exec_params("SELECT 1 FROM sites WHERE id = $1::uuid AND party_id = $2::uuid", site,
                           party)
                .empty();
}

// A sheet is for one person: a member by his login, or somebody without an account by his name.
void read_signer(pqxx::work& db, Fields& form, store::NewSignatureCode& code) {
    const std::string login = form.text("login", {3, 64});
    code.person = form.text("person", {2, 60});
    if (login.empty() == code.person.empty()) {
        form.add(login.empty() ? "MISSING" : "EXCLUSIVE", "person");
        return;
    }
    code.account = code.person;
    if (login.empty()) return;
    const auto found = db.exec_params(
        "SELECT id, name FROM members WHERE login = $1 AND party_id = $2::uuid"
        " AND disabled_at IS NULL",
        login, code.party);
    if (found.empty()) {
        form.add("UNKNOWN_REFERENCE", "login", login);
        return;
    }
    code.member = found[0][0].c_str();
    code.person = found[0][1].c_str();
    code.account = login;
}

struct Sheet {
    store::NewSignatureCode code;
    std::int64_t count{};
};
Sheet read_sheet(pqxx::work& db, Fields& form, const Call& call) {
    Sheet sheet{blank_code(call), 0};
    read_signer(db, form, sheet.code);
    const auto signs = [role = call.caller.role](const std::string& text) {
        const auto event = manifest::event_from_code(text);
        return event && signs_by_code(role, *event);
    };
    sheet.code.events = form.codes("events", most_events, {1, 40}, signs, Need::required);
    if (form.has("events") && sheet.code.events.empty() && form.faults().empty())
        form.add("TOO_SHORT", "events");
    sheet.code.site = form.uuid("site", Need::required);
    if (!sheet.code.site.empty() && !owns_site(db, sheet.code.site, sheet.code.party))
        form.add("UNKNOWN_REFERENCE", "site", sheet.code.site);
    sheet.count = form.integer("count", 1, most_on_sheet).value_or(most_on_sheet);
    const auto hours = form.integer("hours", 1, longest_sheet).value_or(sheet_hours);
    sheet.code.expires_at = call.now + std::chrono::hours{hours};
    sheet.code.sheet = uuid_v7(call.now);
    form.finish();
    return sheet;
}

}  // namespace

Reply add_signature_code(pqxx::work& db, const Call& call) {
    const ManifestId id{call.place("id")};
    const auto body = read_body(call.request);
    if (!body) return body.error();
    if (!has_secret_key(call)) return no_secret_key();
    const auto m = is_uuid(id.text) ? store::find_manifest(db, id) : std::nullopt;
    if (!m) return refuse(404, "NOT_FOUND");
    Faults faults;
    Fields form{*body, "", faults};
    auto code = read_code(form, call, *m);
    if (!faults.empty()) return unprocessable(std::move(faults));
    if (!is_party_to(*m, call.caller))
        return refuse(403, "SIGN_ROLE", "Your organisation has no such part in this manifest.");
    const auto given = store::count_codes(db, code.party, code.manifest, call.now);
    store::replace_codes(db, code.manifest, code.account, code.events.front(), call.now);
    if (given.within_a_day >= codes_a_day)
        return too_many("Your organisation gave two thousand codes within 24 hours.");
    if (given.of_manifest >= most_live_of_manifest)
        return too_many("Ten codes for this manifest are open already.");
    const std::string digits = keep(db, call, code);
    json told{{"id", code.id},
              {"manifest", code.manifest},
              {"event", code.events.front()},
              {"role", code.role},
              {"person", code.person},
              {"expires_at", to_iso(code.expires_at)},
              {"content_bound", !code.content.empty()}};
    if (!code.site.empty()) told["site"] = code.site;
    const json repeated = told;
    told["code"] = digits;
    return shown_once(told, repeated);
}

Reply add_signature_sheet(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    if (!has_secret_key(call)) return no_secret_key();
    Faults faults;
    Fields form{*body, "", faults};
    auto [code, count] = read_sheet(db, form, call);
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto given = store::count_codes(db, code.party, {}, call.now);
    if (given.live + count > most_live_on_sheets)
        return too_many("A hundred codes on sheets may be open at once.");
    if (given.within_a_day + count > codes_a_day)
        return too_many("Your organisation gave two thousand codes within 24 hours.");
    json told{{"sheet", code.sheet},   {"role", code.role}, {"person", code.person},
              {"events", code.events}, {"site", code.site}, {"expires_at", to_iso(code.expires_at)},
              {"codes", json::array()}};
    json repeated = told;
    for (code.sheet_no = 1; code.sheet_no <= count; ++code.sheet_no) {
        code.id = uuid_v7(call.now);
        json one{{"no", code.sheet_no}, {"id", code.id}};
        repeated["codes"].push_back(one);
        one["code"] = keep(db, call, code);
        told["codes"].push_back(std::move(one));
    }
    return shown_once(told, repeated);
}

Reply list_signature_codes(pqxx::work& db, const Call& call) {
    Query query{call.request};
    const std::string after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto found = store::list_signature_codes(db, after, limit + 1, call.now);
    json body{{"items", json::array()}, {"next", nullptr}};
    if (found.size() > static_cast<std::size_t>(limit)) {
        found.pop_back();
        body["next"] = found.back().at("id");
    }
    body["items"] = std::move(found);
    return json_reply(body);
}

Reply revoke_signature_code(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!is_uuid(id) || !store::revoke_signature_codes(db, id, call.now))
        return refuse(404, "NOT_FOUND");
    Reply reply;
    reply.status = 204;
    return reply;
}

Reply list_signature_locks(pqxx::work& db, const Call& call) {
    return json_reply({{"items", store::list_signature_locks(db, call.now)}});
}

Reply lift_signature_locks(pqxx::work& db, const Call& call) {
    store::lift_signature_locks(db);
    log::info("signatures.locks_lifted",
              {{"party", call.caller.party.text}, {"token", call.caller.token_id}});
    Reply reply;
    reply.status = 204;
    return reply;
}

}  // namespace liuhen::server::http
