// Agencies' own OpenID providers: issuer, audience, keys, and the most that their tokens may claim.
#include "server/area.hpp"
#include "server/crypto.hpp"
#include "server/http/body.hpp"
#include "server/http/people_api.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/json/fields.hpp"
#include "server/store/providers.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::http {
namespace {

using nlohmann::json;

constexpr std::size_t most_roles = 50;

// Value of the claim -> regulator or police. Nobody becomes the operator by a foreign token.
std::map<std::string, std::string> read_roles(Fields& form) {
    std::map<std::string, std::string> roles;
    const json* const given = form.any("roles", Need::required);
    if (given == nullptr) return roles;
    if (!given->is_object() || given->empty() || given->size() > most_roles) {
        form.add("WRONG_TYPE", "roles");
        return roles;
    }
    for (const auto& [value, role] : given->items()) {
        if (role == "regulator" || role == "police")
            roles.emplace(value, role.get<std::string>());
        else
            form.faults().push_back(fault("UNKNOWN_VALUE", pointer_to(form.pointer("roles"), value),
                                          role.is_string() ? role.get<std::string>() : ""));
    }
    return roles;
}

Result<store::Provider, Reply> read_provider(const Call& call, std::string id) {
    const auto body = read_body(call.request);
    if (!body) return fail(body.error());
    Faults faults;
    Fields form{*body, "", faults};
    store::Provider provider;
    TrustedIssuer& trust = provider.trust;
    trust.id = std::move(id);
    provider.now = call.now;
    provider.name = form.text("name", {2, 120}, Need::required);
    trust.issuer = form.text("issuer", {8, 300}, Need::required);
    trust.audience = form.text("audience", {1, 300}, Need::required);
    trust.role_claim = form.text("role_claim", {1, 100}, Need::required);
    trust.roles = read_roles(form);
    trust.division = form.text("division", {2, 6});
    if (!trust.division.empty() && !is_area(trust.division))
        form.add("NOT_AN_AREA", "division", trust.division);
    trust.division_claim = form.text("division_claim", {1, 100});
    if (const json* const keys = form.any("keys", Need::required); keys != nullptr) {
        trust.keys = keys->dump();
        if (const auto wrong = fault_of_key_set(trust.keys))
            form.add("BAD_KEY_SET", "keys", *wrong);
    }
    form.finish();
    if (!faults.empty()) return fail(unprocessable(std::move(faults)));
    return provider;
}

}  // namespace

Reply list_providers(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::providers);
}

Reply add_provider(pqxx::work& db, const Call& call) {
    const auto provider = read_provider(call, uuid_v7(call.now));
    if (!provider) return provider.error();
    store::insert_provider(db, *provider);
    return created(db, store::providers, provider->trust.id);
}

Reply replace_provider(pqxx::work& db, const Call& call) {
    if (!is_uuid(call.place("id"))) return refuse(404, "NOT_FOUND");
    const auto provider = read_provider(call, call.place("id"));
    if (!provider) return provider.error();
    if (store::replace_provider(db, *provider) == store::Replaced::unknown)
        return refuse(404, "NOT_FOUND");
    return json_reply(store::find_row(db, store::providers, provider->trust.id).value());
}

Reply disable_provider(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (!is_uuid(id) || store::disable_provider(db, id, call.now) == store::Replaced::unknown)
        return refuse(404, "NOT_FOUND");
    Reply reply;
    reply.status = 204;
    return reply;
}

}  // namespace liuhen::server::http
