// Rule sets: the thresholds and weights of the watch, by version, and which one is in force.
#include "server/crypto.hpp"
#include "server/http/api.hpp"
#include "server/http/body.hpp"
#include "server/http/problem.hpp"
#include "server/http/registers.hpp"
#include "server/json/fields.hpp"
#include "server/json/rule_set_json.hpp"
#include "server/store/rule_sets.hpp"

#include <nlohmann/json.hpp>

namespace liuhen::server::http {
namespace {

using geofence::RuleSet;
using nlohmann::json;

constexpr TextSize reason{5, 500};
constexpr std::string_view standard_id = "standard";  // the program's own, stored or not

store::RuleSetAct act_of(const Call& call, std::string why) {
    return {std::move(why), call.caller.account, call.caller.token_id, call.now};
}

json show_standard(pqxx::work& db) {
    const RuleSet rules = RuleSet::standard();
    return {{"id", standard_id},
            {"version", rules.version},
            {"in_force", store::version_in_force(db) == rules.version},
            {"rules", to_json(rules)}};
}

// The id of what a path names; the standard set is stored when it is first needed.
std::optional<std::string> stored_id(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (id != standard_id) return is_uuid(id) ? std::optional{id} : std::nullopt;
    const RuleSet rules = RuleSet::standard();
    if (auto known = store::rule_set_of_version(db, rules.version)) return known;
    auto made = uuid_v7(call.now);
    store::insert_rule_set(db, made, rules, act_of(call, "the standard set of the program"));
    return made;
}

// Nullopt and the faults: what is stored was read by another version of the program.
std::optional<RuleSet> usable(const json& stored, Faults& faults) {
    return read_rule_set(stored.at("rules"), "/rules", faults);
}

}  // namespace

Reply list_rule_sets(pqxx::work& db, const Call& call) {
    return list_register(db, call, store::rule_sets);
}

Reply show_rule_set(pqxx::work& db, const Call& call) {
    const std::string& id = call.place("id");
    if (id == standard_id) return json_reply(show_standard(db));
    auto stored = is_uuid(id) ? store::show_rule_set(db, id) : std::nullopt;
    return stored ? json_reply(*stored) : refuse(404, "NOT_FOUND");
}

Reply add_rule_set(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string why = form.text("why", reason, Need::required);
    std::optional<RuleSet> rules;
    if (const json* given = form.any("rules", Need::required)) {
        rules = read_rule_set(*given, form.pointer("rules"), faults);
    }
    form.finish();
    if (!faults.empty() || !rules) return unprocessable(std::move(faults));
    if (rules->version == RuleSet::standard().version) {
        Problem taken;
        taken.status = 409;
        taken.code = "DUPLICATE";
        taken.errors.push_back(fault("DUPLICATE", "/rules/version", rules->version));
        return to_reply(taken);
    }
    const std::string id = uuid_v7(call.now);
    store::insert_rule_set(db, id, *rules, act_of(call, why));
    return json_reply(store::show_rule_set(db, id).value(), 201);
}

Reply put_rule_set_in_force(pqxx::work& db, const Call& call) {
    const auto body = read_body(call.request);
    if (!body) return body.error();
    Faults faults;
    Fields form{*body, "", faults};
    const std::string why = form.text("why", reason, Need::required);
    form.finish();
    if (!faults.empty()) return unprocessable(std::move(faults));
    const auto id = stored_id(db, call);
    const auto stored = id ? store::show_rule_set(db, *id) : std::nullopt;
    if (!stored) return refuse(404, "NOT_FOUND");
    if (stored->at("in_force") == true) return refuse(409, "ALREADY_IN_FORCE");
    if (!usable(*stored, faults)) return unprocessable(std::move(faults));
    store::put_in_force(db, uuid_v7(call.now), *id, act_of(call, why));
    Reply reply = json_reply(store::show_rule_set(db, *id).value());
    reply.follow_ups.push_back({FollowUp::What::places_changed, *id});  // reads the rules too
    return reply;
}

}  // namespace liuhen::server::http
