// Programs that act for an organisation or authority: made, listed, shut out.
#include "server/area.hpp"
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/people_api.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/json/fields.hpp"
#include "server/store/clients.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::string_view roles[] = {"producer",  "carrier", "receiver",
                                      "regulator", "police",  "operator"};
constexpr std::string_view ranks[] = {"member", "reader"};

std::string new_client_secret() { return "lhs_" + base64url(random_bytes(32)); }

bool is_authority(const std::string& role) {
    return role == "regulator" || role == "police" || role == "operator";
}

// An administrator makes programs of his own organisation or authority; the operator any.
void check_belonging(pqxx::work& db, Fields& form, const Caller& caller, store::NewClient& client) {
    client.party = form.uuid("party");
    if (caller.role != manifest::Role::operator_) {
        if (!client.party.empty() && client.party != caller.party.text)
            form.add("UNKNOWN_REFERENCE", "party", client.party);
        client.party = caller.party.text;
        if (caller.party.empty() && !client.role.empty() && client.role != code(caller.role))
            form.add("UNKNOWN_VALUE", "role", client.role);
    }
    if (client.role.empty()) return;
    if (is_authority(client.role)) {
        if (!client.party.empty()) form.add("EXCLUSIVE", "party", client.party);
    } else if (client.party.empty()) {
        form.add("MISSING", "party");
    } else if (!store::party_has_role(db, client.party, client.role)) {
        form.add("WRONG_ROLE", "role", client.role);
    }
}

void check_division(Fields& form, const Caller& caller, store::NewClient& client) {
    const std::string division = form.text("division", {2, 6});
    client.division = division.empty() ? caller.division : division;
    if (division.empty()) return;
    if (client.role != "regulator" && client.role != "police")
        form.add("EXCLUSIVE", "division", division);
    else if (!is_area(division))
        form.add("NOT_AN_AREA", "division", division);
    else if (!lies_in(division, caller.division))
        form.add("OUTSIDE_AREA", "division", division);
}

}  // namespace

Reply list_clients(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::clients);
}

Reply add_client(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    store::NewClient client;
    client.id = uuid_v7(call.now);
    client.name = form.text("name", {2, 120}, Need::required);
    client.role = form.one_of("role", roles, Need::required);
    client.rank = form.one_of("rank", ranks);
    if (client.rank.empty()) client.rank = "member";
    check_belonging(db, form, call.caller, client);
    check_division(form, call.caller, client);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const std::string secret = new_client_secret();
    client.digest = sha256_hex(secret);
    client.now = call.now;
    client.by = call.caller.token_id;
    store::insert_client(db, client);
    json shown = store::find_row(db, store::clients, client.id).value();
    Reply reply = json_reply(shown, 201);
    reply.body_for_replay = reply.body;  // the secret is shown once and never stored
    shown["client_secret"] = secret;
    reply.body = shown.dump();
    reply.headers.emplace_back("Cache-Control", "no-store");
    return reply;
}

Reply disable_client(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!is_uuid(id)) return refuse(404, "NOT_FOUND");
    auto ended = store::disable_client(db, id, call.now);
    if (!ended) return refuse(404, "NOT_FOUND");
    Reply reply;
    reply.status = 204;
    for (auto& token : *ended)
        reply.follow_ups.push_back({FollowUp::What::token_revoked, std::move(token)});
    return reply;
}

}  // namespace liuhen::server::http
