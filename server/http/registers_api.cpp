// Lists of every register, and tokens.
#include "server/area.hpp"
#include "server/base64.hpp"
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/query.hpp"
#include "server/http/registers.hpp"
#include "server/json/fields.hpp"
#include "server/store/tokens.hpp"

#include <nlohmann/json.hpp>
#include <pqxx/pqxx>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view token_roles[] = {"producer",  "carrier", "driver",  "receiver",
                                            "regulator", "police",  "operator"};
constexpr std::string_view ranks[] = {"admin", "member", "reader"};

// Authorities speak for nobody; a party's token needs a party that has the role.
void check_party(pqxx::work& db, Fields& form, const std::string& role, const std::string& party) {
    const bool authority = role == "regulator" || role == "police" || role == "operator";
    if (role.empty() || (authority && party.empty())) return;
    if (authority) return form.add("EXCLUSIVE", "party", party);
    if (party.empty()) {
        if (!form.has("party")) form.add("MISSING", "party");
        return;
    }
    if (!store::party_has_role(db, party, role == "driver" ? "carrier" : role))
        form.add("WRONG_ROLE", "party", party);
}

// Only what watches has an area; without one it is the whole country.
void check_area(Fields& form, const std::string& role, const std::string& division) {
    if (division.empty()) return;
    if (role != "regulator" && role != "police") form.add("EXCLUSIVE", "division", division);
    if (!is_area(division)) form.add("NOT_AN_AREA", "division", division);
}

}  // namespace

Reply list_register(pqxx::work& db, const Call& call, const store::Register& from) {
    Query query{call.request};
    const std::string after = query.uuid("after");
    const auto limit = static_cast<int>(query.integer("limit", 1, 200, 50));
    if (Faults faults = query.finish(); !faults.empty()) return unprocessable(std::move(faults));
    auto page = store::list_rows(db, from, after, limit);
    json body{{"items", std::move(page.items)}, {"next", nullptr}};
    if (!page.next.empty()) body["next"] = page.next;
    return json_reply(body);
}

Reply created(pqxx::work& db, const store::Register& in, const std::string& id,
              std::vector<FollowUp> follow_ups) {
    const auto row = store::find_row(db, in, id);
    if (!row) throw std::logic_error{"a row just made is not seen: " + std::string{in.table}};
    Reply reply = json_reply(*row, 201);
    reply.follow_ups = std::move(follow_ups);
    return reply;
}

Reply list_sites(pqxx::work& db, const Call& call) { return list_register(db, call, store::sites); }
Reply list_routes(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::routes);
}
Reply list_vehicles(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::vehicles);
}
Reply list_terminals(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::terminals);
}
Reply list_locks(pqxx::work& db, const Call& call) { return list_register(db, call, store::locks); }
Reply list_bindings(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::bindings);
}
Reply list_tokens(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::tokens);
}

Reply add_token(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::NewToken token;
    token.id = uuid_v7(call.now);
    token.role = form.one_of("role", token_roles, Need::required);
    token.party = form.uuid("party");
    token.person = form.text("person", {0, 60});
    token.label = form.text("label", {0, 120});
    token.expires_at = form.instant("expires_at");
    token.division = form.text("division", {2, 6});
    token.rank = form.one_of("rank", ranks);
    token.certificate = form.text("certificate", {43, 43});
    if (!token.certificate.empty() && !from_base64url(token.certificate))
        form.add("BAD_THUMBPRINT", "certificate", token.certificate);
    if (token.expires_at && *token.expires_at <= call.now) form.add("TIME_ORDER", "expires_at");
    check_party(db, form, token.role, token.party);
    check_area(form, token.role, token.division);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string secret = new_token();
    token.digest = sha256_hex(secret);
    store::insert_token(db, token);
    json shown = *store::find_row(db, store::tokens, token.id);
    Reply reply = json_reply(shown, 201);
    reply.body_for_replay = reply.body;  // the token itself is shown once and never stored
    shown["token"] = secret;
    reply.body = shown.dump();
    return reply;
}

Reply revoke_token(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    const auto outcome =
        is_uuid(id) ? store::revoke_token(db, id, call.now) : store::Revocation::unknown;
    if (outcome == store::Revocation::unknown) return refuse(404, "NOT_FOUND");
    Reply reply;
    reply.status = 204;
    reply.follow_ups.push_back({FollowUp::What::token_revoked, id});
    return reply;
}

}  // namespace liuhen::server::http
